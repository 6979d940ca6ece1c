"""Each pattern of ``ingest.patterns`` over what it must match and a near miss; a pattern without a row fails."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import patterns
from ingest.patterns import squash, tidy

#: name, how the parser applies it, what matches, what nearly does
CASES: list[tuple[str, str, list[str], list[str]]] = [
    # a mark needs the space behind it
    ("BULLET", "match", ["- (一)交通工程", "* 1.市级", "• 一", "●  一"], ["-5℃", "—2035年", "·10·"]),
    # a sentence about a chapter is no heading
    ("PART_HEADING", "match", ["第一章 总则", "第三编总则", "第二节 登记", "第十章"], ["第一章规定的内容。", "第一章的内容", "第一条 总则", "第二章 为了管理。"]),
    ("ARTICLE", "match", ["第一条为加强", "第十二条之一 新增", "第 三 条 加强", "第16条 新", "第九条:"], ["第一款", "第条", "一条", "本办法第一条"]),
    # what stands behind a number that is cited
    ("CITED", "match", ["规定的工程", "、第十条所称", "所称的", "第二款", "第(二)项", "的规定", "和第三条"], ["为加强", "本办法", "一切单位", "检查人员"]),
    ("CHINESE", "match", ["一、总体要求", "十一、附则", "二. 目标", "三．保障"], ["一是财政", "一、二级审批", "一、二类", "一 总体", "(一)"]),
    ("BRACKETED_CHINESE", "match", ["(一)指导思想", "（十二）优化", "( 三 ) 加强", "(二十八)强化"], ["(一)项规定", "(二)款", "(1)", "(试行)", "一)"]),
    # a decimal is no number of a clause
    ("ARABIC", "match", ["1.加快", "12、推进", "3．完善", "1. 加快", "1)材料", "⒈材料", "2、2016年起"], ["1.5亿元", "2023.6", "2023年", "1234.加快", "1、2级"]),
    # several levels in one number; a quantity has a unit behind it
    ("DECIMAL", "match", ["1.1 目的", "3.2.1 范围", "2.10总则"], ["1.5亿元", "3.2%", "1. 目的"]),
    # … and what leaves no doubt that a number is cited
    ("SURELY_CITED", "match", ["规定的工程", "、第十条", "第二款", "(二)项"], ["中标人", "与会者", "的公园"]),
    # an annex's mark and its title on one line
    ("TITLED_ANNEX_HEAD", "match", ["附件1：审核表", "附件二 公园名录", "附表3.名单"], ["附件中的内容", "附则", "附件"]),
    ("BRACKETED_ARABIC", "match", ["(1)初审", "（12）复审"], ["(1)项", "(2023)", "(一)", "1)"]),
    ("CIRCLED", "match", ["①初审", "⑳最后"], ["㉑", "1", "(1)"]),
    ("POINT", "match", ["一是财政资金支持。", "二是用地"], ["一是否", "一是非", "一事", "是"]),
    # the end of a paragraph, also inside a closing quotation
    ("TERMINAL", "search", ["完。", "吗？", "下列:", "列入;", "“完。”", "(完。)"], ["完", "(见附件)", "完,", "增强、", "(一)指导思想"]),
    ("CLOSING_BRACKET", "search", ["落实。(责任单位:市科技局)", "完。(含县(区)各单位)"], ["落实(含市)", "落实。(市)完", "落实。"]),
    ("OPENNESS_NOTE", "search", ["(此件主动公开)", "（此件依申请公开）", "( 此件删减后公开 )"], ["此件主动公开", "(主动公开)", "(此件2023)"]),
    ("AUTHOR_NOTE", "search", ["(作者单位:市政府办公室)", "（作者系市政府研究室主任）", "(作者单位:甲,乙 丙)"], ["作者单位:市政府", "(作者)", "(作者单位:甲)完"]),
    # a number alone on its line, with at most strokes around it
    ("PAGE_NUMBER", "fullmatch", ["12", "— 3 —", "・10・", "• 17 •", "-5-"], ["12.", "第12页", "12345", "1 2 3"]),
    ("ANNEX_HEAD", "match", ["附件", "附件1", "附件 2:", "附 件", "附件二"], ["附件:主要目标任务分解表", "附件内容", "见附件", "附件123"]),
    ("ANNEX_NOTE", "match", ["附件:主要目标任务分解表", "附件:1.名单", "附 件 1：名单"], ["附件", "附件:", "见附件:名单"]),
    ("ISSUE", "search", ["第4期(总第74期)", "2023 年第 4 期"], ["4期", "第四期", "第2023期"]),
    ("GAZETTE_NAME", "fullmatch", ["新余市人民政府公报", "江西省人民政府公报", "某市人大常委会公报"], ["公报", "政府公报", "新余市人民政府公报2023", "新余日报"]),
    ("FORWARDED", "search", ["关于印发《甲办法》的通知", "关于印发新余市某某办法的通知", "关于转发省某某方案的函"], ["关于加强管理的通知", "关于印发的通知", "关于印发《甲办法》的通知书"]),
    ("APPOINTMENT", "search", ["关于张四根同志正式任职的通知", "关于免去甲职务、任免乙"], ["关于任务分工", "责任"]),
    ("MEETING", "search", ["市政府召开第38次常务会", "市长主持召开会议", "举行新闻座谈会"], ["常务会", "召开", "主持人员名单"]),
    ("BYLINE", "match", ["计 平 王敏龙 刘隐乐", "章忠华 黎 昱", "徐鸿"], ["市政府召开常务会", "优化金融供给 引流活水", "张三,李四"]),
    ("CHAIRED", "match", ["徐鸿主持", "徐鸿 主持会议"], ["主持", "徐鸿主持召开", "市长徐鸿同志主持"]),
    # the last paragraph, where it speaks for the document
    ("CLOSING", "search", ["可根据本工作方案,结合自身实际,制定", "本意见自印发之日起施行。", "特此通知。", "以上意见,请执行"], ["特此重申", "对本市工作,结合实际", "根据方案制定"]),
]  # fmt: skip


def applies(name: str, how: str, text: str) -> bool:
    return bool(getattr(getattr(patterns, name), how)(text))


@pytest.mark.parametrize(("name", "how", "text"), [(n, h, t) for n, h, hits, _ in CASES for t in hits])
def test_pattern_matches(name: str, how: str, text: str) -> None:
    assert applies(name, how, text)


@pytest.mark.parametrize(("name", "how", "text"), [(n, h, t) for n, h, _, misses in CASES for t in misses])
def test_pattern_leaves_the_near_miss(name: str, how: str, text: str) -> None:
    assert not applies(name, how, text)


def test_every_pattern_has_a_match_and_a_near_miss() -> None:
    public = {n for n, p in vars(patterns).items() if isinstance(p, re.Pattern) and not n.startswith("_")}
    assert public == {name for name, *_ in CASES}
    assert all(hits and misses for _, _, hits, misses in CASES)


@pytest.mark.parametrize(
    ("printed", "clean"),
    [
        # what justification put between characters
        ("市 、县 级", "市、县级"),
        ("增强 ,以智慧", "增强,以智慧"),
        ("到 2025 年", "到2025年"),
        ("大Ⅱ 型", "大Ⅱ型"),
        # full-width spaces and line feeds
        ("第一条\u3000为", "第一条为"),
        ("第一条\n为", "第一条为"),
        # words and figures of Latin letters stay apart
        ("GAZETTE OF THE PEOPLE", "GAZETTE OF THE PEOPLE"),
        ("ISO 9001  10", "ISO 9001 10"),
        ("  完。 ", "完。"),
    ],
)
def test_tidying_takes_out_typesetting_spaces_only(printed: str, clean: str) -> None:
    assert tidy(printed) == clean


@given(st.text())
def test_tidying_keeps_every_character_and_settles(text: str) -> None:
    assert squash(tidy(text)) == squash(text)
    assert tidy(tidy(text)) == tidy(text)
    assert "\n" not in tidy(text)
