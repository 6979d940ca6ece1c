"""A question put to several things at once is put for each; 和 within one question parts nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding.coordination import sides

JOINED = [
    ("工伤保险和失业保险分别由谁牵头", ["工伤保险由谁牵头", "失业保险由谁牵头"]),
    ("单位和我交的养老钱分别进哪个账户", ["单位的养老钱进哪个账户", "我交的养老钱进哪个账户"]),
    ("邻居吵、工地吵分别归谁管", ["邻居吵归谁管", "工地吵归谁管"]),
    ("批发跟零售各要什么证", ["批发要什么证", "零售要什么证"]),
    ("外引内培和信息公开审查,做得咋样分别算进哪个考核", ["外引内培做得咋样算进哪个考核", "信息公开审查做得咋样算进哪个考核"]),
    ("在禁售区卖货,批发和零售分别罚多少", ["在禁售区卖货,批发罚多少", "在禁售区卖货,零售罚多少"]),
    ("抗震、农业、信息公开这三份,县区能不能再定细则",
     ["抗震县区能不能再定细则", "农业县区能不能再定细则", "信息公开县区能不能再定细则"]),
]  # fmt: skip
WHOLE = ["工伤保险和失业保险由谁牵头", "身份证和户口本要不要带", "各部门怎么分工", "分别是哪四项", "高龄津贴多少钱", ""]


@pytest.mark.parametrize(("text", "expected"), JOINED)
def test_joined_things_come_apart(text, expected):
    assert list(sides(text)) == expected


@pytest.mark.parametrize("text", WHOLE)
def test_a_question_about_one_thing_stays_whole(text):
    assert sides(text) == ()


@given(st.text(alphabet="工伤失业,、和分别各由谁这三份县", max_size=60))
def test_there_are_two_to_four_sides_or_none(text):
    assert len(sides(text)) in (0, 2, 3, 4)
