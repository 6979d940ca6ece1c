"""The check that every statement passes: planted errors are caught, and nothing to check is no pass."""

from __future__ import annotations

import re

import pytest

from assistant.normalise import bare
from assistant.sources import sentences
from assistant.verify import check_composed, check_quote, check_statement

PENSION = "力争到2025年底,全市城乡居民养老金人均水平达到每月195元,参保率达到95.5%,覆盖12.25万人。"
REVIEW = "第四条 未经审查的政府信息不得公开。"
CALLS = "第二十一条 急救中心应当配备专人每天24小时受理“120”呼叫。“120”呼叫受理人员应当经培训合格。"
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
    # quotation marks of the clause's own
    ("急救中心应当配备专人每天24小时受理“120”呼叫。", [CALLS]),
    ("急救中心应当配备专人每天24小时受理“120”呼叫。“120”呼叫受理人员应当经培训合格。", [CALLS]),
    ("“120”呼叫受理人员应当经培训合格。", [CALLS]),
    ("文件写明“急救中心应当配备专人每天24小时受理”", [CALLS]),
    # a label that runs into a figure
    ("5年内不得上市交易;", ["3.5年内不得上市交易;"]),
    ("3.5年内不得上市交易;", ["3.5年内不得上市交易;"]),
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
    ("急救中心应当配备专人每天24小时受理“110”呼叫。", [CALLS], "110"),
    ("急救中心应当配备专人每天12小时受理“120”呼叫。", [CALLS], "12小时"),
    ("6年内不得上市交易;", ["3.5年内不得上市交易;"], "6年"),
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


RAISE = "按照国家和省统一部署,同步调整企业和机关事业单位退休人员基本养老金。适时提高生活补助标准。"
FINE = (
    "违反本办法规定,未取得许可擅自施工的,由市城管局责令限期改正,处一万元以上三万元以下罚款;情节严重的,可以吊销许可证。"
)
LIST = "第三条 申请人应当提交下列材料:\n身份证复印件加盖公章。"


@pytest.mark.parametrize(
    ("statement", "evidence", "missing"),
    [
        # Altered wording, though every figure is right: one character, a negation, a modality, a word left out.
        ("由市城管处责令限期改正", [FINE], "与原文不一致"),
        ("情节严重的,应当吊销许可证", [FINE], "与原文不一致"),
        ("情节严重的,不可以吊销许可证", [FINE], "与原文不一致"),
        ("适时提高补助标准和待遇水平", [RAISE], "措辞"),
        # The sentence is there word for word, but not what it depends on.
        ("同步调整企业和机关事业单位退休人员基本养老金。", [RAISE], "略去了条件“按照国家和省统一部署”"),
        ("由市城管局责令限期改正,处一万元以上三万元以下罚款", [FINE], "略去了条件"),
        # Two places made into one sentence.
        ("按照国家和省统一部署,适时提高生活补助标准", [RAISE], "拼成一句"),
        ("违反本办法规定,未取得许可擅自施工的,可以吊销许可证", [FINE], "与原文不一致"),
    ],
)
def test_altered_wording_is_no_paraphrase(statement, evidence, missing):
    check = check_statement(statement, evidence)
    assert check.verdict == "unsupported" and any(missing in m for m in check.missing), check


@pytest.mark.parametrize(
    ("statement", "evidence"),
    [
        (RAISE.split("。")[0], [RAISE]),
        ("适时提高生活补助标准", [RAISE]),
        ("处10000元以上3万元以下罚款", ["处一万元以上三万元以下罚款。"]),
        # A lead-in on a line of its own is no condition of the line after it.
        ("身份证复印件加盖公章。", [LIST]),
        # One of two texts says it without a condition.
        ("适时提高生活补助标准", ["有条件的,适时提高生活补助标准。", RAISE]),
    ],
)
def test_whole_sentences_and_other_spellings_pass(statement, evidence):
    assert check_statement(statement, evidence).verdict == "supported", check_statement(statement, evidence)


def test_a_reading_of_records_keeps_figures_and_names():
    cell = "渝水区2025年农产品加工业产值(亿元):90\n渝水区2025年农产品加工业产值(亿元)90亿元"
    assert check_composed("渝水区2025年农产品加工业产值为90亿元。", [cell]).verdict == "supported"
    assert check_composed("渝水区2025年农产品加工业产值为95亿元。", [cell]).missing == ("95亿元",)
    assert check_composed("分宜县猪肉价格为90亿元。", [cell]).verdict == "unsupported"
    assert check_composed("", [cell]).verdict == check_composed("90亿元", []).verdict == "unsupported"


def test_every_sentence_of_the_gazette_is_what_it_says(gazette_documents):
    """In the quotation marks of this gazette and in those of others."""
    for document in gazette_documents:
        for clause in document.clauses:
            curly = re.sub(r'"([^"\n]*)"', r"“\1”", clause.text)
            if "\t" in curly:
                continue
            for start, end in sentences(curly):
                statement = curly[start:end].strip()
                if len(bare(statement)) >= 4:
                    assert check_statement(statement, [curly]).verdict == "supported", statement
