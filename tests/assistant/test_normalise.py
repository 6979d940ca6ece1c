"""Bringing what people type to the characters of print, and folding wording for comparison."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.normalise import bare, clean_question, fold, simplify, strip_invisible

#: (as typed, as understood)
CLEANED = [
    # Traditional characters
    ("餘府辦發〔2023〕19號第八條", "余府办发〔2023〕19号第八条"),
    ("物價漲得兇，低保標準會不會漲", "物价涨得凶,低保标准会不会涨"),
    # full-width digits, letters, marks
    ("第１６条（二）", "第16条(二)"),
    ("ＧＤＰ多少？", "GDP多少?"),
    # spaces of every width collapse, at the ends they go
    ("　 养老金\t 多少 ", "养老金 多少"),
    # what no reader sees
    ("养\u200b老\u2060金\ufeff多少", "养老金多少"),
    ("\u202e养老金\u202c", "养老金"),
    ("养老金\U000e0041\U000e0042", "养老金"),
    ("养老金\x00\x07", "养老金"),
    # line feeds stay: they part questions
    ("养老金\n医保", "养老金\n医保"),
    # near misses: simplified text and full-shape brackets of document numbers are left alone
    ("余府发〔2023〕19号", "余府发〔2023〕19号"),
    ("里程", "里程"),
    ("", ""),
]


@pytest.mark.parametrize(("typed", "understood"), CLEANED)
def test_a_question_is_cleaned(typed, understood):
    assert clean_question(typed) == understood


@given(st.text(max_size=80))
def test_cleaning_twice_changes_no_more_than_cleaning_once(text):
    once = clean_question(text)
    assert clean_question(once) == once


@pytest.mark.parametrize("text", ["乾坤", "头发", "皇后", "干部", "里面", "松树", "只有", "台风"])
def test_simplified_text_comes_back_unchanged(text):
    assert simplify(text) == text


def test_simplifying_the_whole_gazette_changes_nothing(gazette_documents):
    changed = [(d.document_id, str(c.path)) for d in gazette_documents for c in d.clauses if simplify(c.text) != c.text]
    assert changed == []


#: Pairs of wordings that are one when folded: line damage, width, brackets, quotes, dashes.
SAME = [
    ("抗震\n设防", "抗震设防"),
    ("抗震 设 防", "抗震设防"),
    ("１５％", "15%"),
    ("（一）", "(一)"),
    ("〔2023〕", "[2023]"),
    ("【2023】", "﹝2023﹞"),
    ("“链主”", '"链主"'),
    ("「链主」", "‘链主’"),
    ("2023—2035", "2023-2035"),
    ("2023——2035", "2023－2035"),
    ("你好，世界；好：吗？", "你好,世界;好:吗?"),
]
#: Pairs that folding keeps apart.
DIFFERENT = [
    ("审查", "审核"),
    ("80%", "90%"),
    ("一，二", "一、二"),
    ("第三项", "第三款"),
    ("应当", "可以"),
    ("95.5%", "955%"),
]


@pytest.mark.parametrize(("a", "b"), SAME)
def test_spellings_of_one_wording_fold_together(a, b):
    assert fold(a) == fold(b)
    assert bare(a) == bare(b)


@pytest.mark.parametrize(("a", "b"), DIFFERENT)
def test_different_wordings_do_not_fold_together(a, b):
    assert fold(a) != fold(b)


#: What documents and questions are written in.
WRITTEN = st.text(st.sampled_from('社会保障第十二条(（）〔〕[]“”"—-，,。、；;％%1２3. \n\u3000aＢ'), max_size=60)


@given(WRITTEN)
def test_folding_is_stable_and_holds_no_space(text):
    folded = fold(text)
    assert not any(c.isspace() for c in folded)
    assert bare(folded) == bare(bare(text)) == bare(text)


def test_bare_keeps_words_figures_and_percent_signs_only():
    assert bare("一、“链主”企业(3家),达到95%。") == "一链主企业3家达到95%"
    assert bare("——、。!“”") == ""


def test_invisible_characters_go_and_line_feeds_stay():
    assert strip_invisible("甲\u200b\u00ad乙\n丙\r\t") == "甲乙\n丙\t"
