"""A question about another place is noticed; the asker's own life is none."""

from __future__ import annotations

import pytest

from assistant.understanding.places import (
    BUNDLED,
    ORDINARY_WORDS,
    foreign_place,
    home_places,
    place_at_end,
    place_names,
)

HOME = frozenset({"新余"})


def test_home_is_where_the_documents_come_from(gazette_documents):
    assert home_places(gazette_documents) == {"新余"}
    assert home_places([]) == frozenset()


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("南昌市低保一个月多少", "南昌"),
        ("萍乡的抗震设防办法第五条是啥", "萍乡"),
        ("湖南那边低保多少", "湖南"),
        ("西安的公积金最多贷多少", "西安"),
        ("上海落户要什么条件", "上海"),
        # one who lives elsewhere asks about a third place
        ("我在东莞打工,南昌的低保多少", "南昌"),
    ],
)
def test_a_question_about_another_place_names_it(question, place):
    assert foreign_place(question, HOME) == place


@pytest.mark.parametrize(
    "question",
    [
        # the asker's own life
        "我在东莞打工能参加养老保险吗",
        "去上海看病办异地备案要什么材料",
        "从赣州过来的能不能办",
        # beside home, or our own city
        "新余跟南昌比哪个高",
        "南昌人能在本市参保吗",
        "我是上海人,市里有没有补贴",
        # no place at all, and places that are words
        "低保一个月多少",
        "中山路在哪",
        "农村居民平安康复补贴",
        "大同小异的规定",
        "",
    ],
)
def test_a_question_of_our_own_names_no_other_place(question):
    assert foreign_place(question, HOME) is None


def test_a_gazette_of_another_city_makes_it_home():
    assert foreign_place("萍乡的抗震设防办法", frozenset({"萍乡"})) is None


@pytest.mark.parametrize(("text", "place"), [("根据江西", "江西"), ("江西的", ""), ("甲内蒙古", "内蒙古"), ("", "")])
def test_a_place_at_the_end_of_a_text(text, place):
    assert place_at_end(text) == place


def test_the_place_names_load_from_their_file():
    names = place_names().names
    assert len(names) == len(set(names)) > 300
    assert {"江西", "新余", "北京", "香港", "西双版纳"} <= set(names)
    assert [len(n) for n in names] == sorted((len(n) for n in names), reverse=True), "the longest name wins"
    assert all(place_names().pattern.fullmatch(n) for n in names)


def test_a_name_that_is_an_ordinary_word_is_no_place():
    line = next(x for x in BUNDLED.read_text(encoding="utf-8").splitlines() if x.startswith(f"{ORDINARY_WORDS}:"))
    words = line.partition(":")[2].split()
    assert "日照" in words
    assert not set(words) & set(place_names().names)
