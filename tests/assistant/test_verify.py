"""The check that every statement passes: planted errors are caught, and nothing to check is no pass."""

from __future__ import annotations

import pytest

from assistant.verify import check_quote, check_statement

PENSION = "力争到2025年底,全市城乡居民养老金人均水平达到每月195元,参保率达到95.5%,覆盖12.25万人。"
REVIEW = "第四条 未经审查的政府信息不得公开。"
BRIDGE = "总长一千米以上或单跨一百五十米以上的公路桥。"

#: (statement, evidence): true as it stands, also in other spellings.
TRUE = [
    ("人均水平达到每月195元", [PENSION]),
    ("全市城乡居民养老金人均水平达到每月一百九十五元", [PENSION]),
    ("参保率达到百分之95.5", [PENSION]),
    ("覆盖122500人", [PENSION]),
    ("总长1公里以上或单跨一百五十米以上的公路桥", [BRIDGE]),
    ("文件写明“未经审查的政府信息不得公开”", [REVIEW]),
    ("文件写明“未经审查的政府信息不得公开”", ["第四条 未经审查的\n政府信息不得公开。"]),
    # one statement on two clauses
    ("每月195元;“未经审查的政府信息不得公开”", [REVIEW, PENSION]),
]
#: (statement, evidence, what is missing): planted errors.
PLANTED = [
    # changed amount, percentage, count, year
    ("人均水平达到每月295元", [PENSION], "295元"),
    ("参保率达到96.5%", [PENSION], "96.5%"),
    ("参保率达到955%", [PENSION], "955%"),
    ("覆盖12.5万人", [PENSION], "12.5万人"),
    ("到2026年底", [PENSION], "2026年"),
    # swapped unit
    ("每月195人", [PENSION], "195人"),
    ("覆盖12.25万元", [PENSION], "12.25万元"),
    ("总长1000公里以上或单跨一百五十米以上的公路桥", [BRIDGE], "1000公里"),
    # an invented number beside a true one
    ("城乡居民养老金人均水平达到每月195元3个月", [PENSION], "3个月"),
    # a quotation with one character changed, or stitched from two places
    ("文件写明“未经审核的政府信息不得公开”", [REVIEW], "未经审核的政府信息不得公开"),
    ("文件写明“未经审查的信息不得公开”", [REVIEW], "未经审查的信息不得公开"),
    # the right figure in a clause that is not cited
    ("人均水平达到每月195元", [REVIEW], "措辞"),
    # an invented clause number
    ("第二十二条 本办法自发布之日起施行", ["第二十一条 本办法自发布之日起施行。"], "二十二条"),
    # prose of another matter, and prose that only shares a word
    ("购房可以领取补贴", [REVIEW], "措辞"),
    ("政府信息可以卖钱", [REVIEW], "措辞"),
]


@pytest.mark.parametrize(("statement", "evidence"), TRUE)
def test_a_true_statement_is_supported(statement, evidence):
    assert check_statement(statement, evidence).verdict == "supported"


@pytest.mark.parametrize(("statement", "evidence", "missing"), PLANTED)
def test_a_planted_error_is_caught_and_named(statement, evidence, missing):
    check = check_statement(statement, evidence)
    assert check.verdict == "unsupported"
    assert any(missing in m for m in check.missing)


@pytest.mark.parametrize("evidence", [[], [""], ["  \n"], ["", "\u3000"]])
def test_no_evidence_is_no_pass(evidence):
    assert check_statement("应当公开", evidence).verdict == "unsupported"
    assert check_statement("", evidence).verdict == "unsupported"


def test_nothing_to_check_is_no_pass():
    for statement in ("", "“”", "。"):
        assert check_statement(statement, [REVIEW]).verdict == "unsupported"


@pytest.mark.parametrize(
    ("quote", "verdict"),
    [
        ("未经审查的政府信息不得公开", "supported"),
        # width and line damage are not wording
        ("未经审查的政府\n信息不得公开。", "supported"),
        ("第四条　未经审查", "supported"),
        # one character, another order, more than there is
        ("未经审核的政府信息不得公开", "unsupported"),
        ("政府信息未经审查的不得公开", "unsupported"),
        ("未经审查的政府信息不得公开。第五条", "unsupported"),
        ("", "unsupported"),
        ("  ", "unsupported"),
    ],
)
def test_a_quotation_stands_character_by_character_or_not_at_all(quote, verdict):
    assert check_quote(quote, REVIEW).verdict == verdict
