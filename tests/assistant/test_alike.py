"""Hits of the same wording in several documents are told apart and shown together."""

from __future__ import annotations

from dataclasses import replace

from assistant.alike import grouped
from assistant.retrieve import Ranked
from tests.embeddings.builders import document

SAME = "用人单位应当自用工之日起三十日内为职工办理社会保险登记，逾期不办理的责令改正。"


def ranked(title: str, text: str, score: float, signed_on: str | None = None) -> Ranked:
    held = replace(document(None, ("第一条", text), title=title), signed_on=signed_on)
    return Ranked(held, held.clauses[0], score, 0.0, 0.0, (0, len(text)))


def titles(query: str, *hits: Ranked, k: int = 10) -> list[list[str]]:
    return [[h.document.title for h in (g.best, *g.alike)] for g in grouped(hits, query, k)]


def test_one_wording_is_one_group_in_order_of_its_best():
    hits = [
        ranked("甲县办法", SAME, 3),
        ranked("别的办法", "另一件事情的规定，与前面的完全不同，说的是环境保护。", 2),
        ranked("乙县办法", SAME, 1),
    ]
    assert titles("社保登记", *hits) == [["甲县办法", "乙县办法"], ["别的办法"]]


def test_the_place_or_year_that_is_named_comes_first():
    hits = [ranked("甲县2021年办法", SAME, 3), ranked("乙县2023年办法", SAME.replace("三十", "六十"), 2)]
    assert titles("乙县怎么登记", *hits) == [["乙县2023年办法", "甲县2021年办法"]]
    assert titles("2023年的社保登记", *hits) == [["乙县2023年办法", "甲县2021年办法"]]


def test_else_the_newest_and_else_the_better_rank():
    old, new = ranked("某办法旧", SAME, 3, "2015-01-01"), ranked("某办法新", SAME, 2, "2022-01-01")
    assert titles("社保登记", old, new) == [["某办法新", "某办法旧"]]
    assert titles("社保登记", ranked("某办法一", SAME, 3), ranked("某办法二", SAME, 2)) == [["某办法一", "某办法二"]]


def test_short_clauses_and_clauses_of_one_document_stay_apart():
    short = "本办法自发布之日起施行。"
    assert len(titles("施行", ranked("甲", short, 2), ranked("乙", short, 1))) == 2
    held = document(None, ("第一条", SAME), ("第二条", SAME))
    twice = [Ranked(held, clause, 1.0, 0.0, 0.0, (0, 5)) for clause in held.clauses]
    assert len(grouped(twice, "社保", 10)) == 2


def test_only_so_many_groups_but_later_twins_of_them_are_still_found():
    hits = [
        ranked("甲县办法", SAME, 3),
        ranked("丙", "说的是完全不同的另外一件事情，关于环境保护与绿化养护。", 2),
        ranked("乙县办法", SAME, 1),
    ]
    assert titles("社保登记", *hits, k=1) == [["甲县办法", "乙县办法"]]
