"""Terms typed by their sound are put right; a right word never gives way to another of the same sound."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.lexicon import Homophones, Lexicon
from embeddings.pair_encoder import usual_terms
from embeddings.train.written import read_written


@pytest.fixture(scope="module")
def homophones() -> Homophones:
    return Homophones.of(Lexicon.load().terms, usual_terms().__contains__)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("失业保显哪个局牵头", "失业保险哪个局牵头"),
        ("灵活就业人圆能交养老保现吗", "灵活就业人员能交养老保险吗"),
        ("规犯性文件", "规范性文件"),
        # southern speakers: zh and z, ng and n
        ("最低生活保脏怎么申请", "最低生活保障怎么申请"),
        ("shiye baoxian谁牵头", "失业保险谁牵头"),
        ("yanglaobaoxian怎么交", "养老保险怎么交"),
        ("gong zu fang", "公租房"),
    ],
)
def test_a_term_typed_by_its_sound_is_put_right(homophones, typed, meant):
    assert homophones.correct(typed) == meant


@pytest.mark.parametrize(
    "text",
    ["租房补贴怎么领", "离婚怎么分", "工伤和工商是两回事", "APP下载", "Hello world", "ETC卡", "户口不在一起", "权利和权力", "", "2025年3月"],
)  # fmt: skip
def test_what_is_right_stays(homophones, text):
    assert homophones.correct(text) == text


def test_written_questions_stay_as_they_are(homophones):
    """Every eighth of the project's own questions: people who mistype are few among them."""
    questions = [q.text for q in read_written()[::8]]
    assert sum(homophones.correct(text) != text for text in questions) <= len(questions) / 1000


@given(st.text(alphabet="失业保险显现公作日工 abcshiye baoxian", max_size=40))
def test_putting_right_twice_is_putting_right_once(homophones, text):
    once = homophones.correct(text)
    assert homophones.correct(once) == once


def test_terms_that_sound_alike_put_nothing_right():
    both = Homophones(["缴费年限", "交费年限"], lambda pair: False)
    assert both.correct("教费年限") == "教费年限"
