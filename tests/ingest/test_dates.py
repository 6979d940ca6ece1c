import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.dates import find_dates, is_date_line, is_history_line, read_date, read_fact_date, read_history
from ingest.numerals import chinese_numeral

DATES = [
    ("2023年8月11日", "2023-08-11"),
    # pdf text sets digits apart
    ("自2014 年4 月1 日起", "2014-04-01"),
    ("自２０１６年４月１５日起施行", "2016-04-15"),
    ("二〇二三年八月十一日", "2023-08-11"),
    ("二○一○年九月二十一日", "2010-09-21"),
    # typists' letters for zeros
    ("二OO六年二月二十日", "2006-02-20"),
    ("二O一O年六月五日", "2010-06-05"),
    ("二○ 一一年十二月三十一日", "2011-12-31"),
    ("2016-05-03 10:32", "2016-05-03"),
    ("2016/9/20", "2016-09-20"),
    # no such day
    ("2023年2月30日", None),
    # a month is no date
    ("2023年8月", None),
    # an index number
    ("000000-02-2013-029907", None),
    ("2013-01", None),
    # a scanner lost the year's beginning
    ("四年十一月七日", None),
]


@pytest.mark.parametrize(("text", "iso"), DATES)
def test_dates_are_read_as_printed_or_not_at_all(text, iso):
    assert read_date(text) == iso


def test_eight_digits_are_a_date_only_as_a_page_fact():
    assert read_fact_date("19940226") == "1994-02-26"
    assert read_date("19940226") is None


@pytest.mark.parametrize(
    ("line", "is_date"),
    [("2016年3月30日", True), ("（2016年3月30日）", True), ("二○一六年三月三十日", True),
     # the end of a sentence that the page broke: …有效期至 | 2020年12月31日。
     ("2020年12月31日。", False), ("2016年3月30日印发", False), ("某市人民政府 2016年3月30日", False)],
)  # fmt: skip
def test_a_date_line_holds_a_date_and_nothing_else(line, is_date):
    assert is_date_line(line) is is_date


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2099, 12, 31)))
def test_every_date_is_read_in_arabic_and_in_chinese_numerals(day):
    year = "".join("〇一二三四五六七八九"[int(c)] for c in str(day.year))
    chinese = f"{year}年{chinese_numeral(day.month)}月{chinese_numeral(day.day)}日"
    arabic = f"{day.year}年{day.month}月{day.day}日"
    for text in (chinese, arabic):
        (found,) = find_dates(f"于{text}印发")
        assert found.iso == day.isoformat()
        assert f"于{text}印发"[found.start : found.end] == text


HISTORIES = [
    # adopted, published, in force: three dates in one bracket
    (
        "（2004年8月16日某市人民政府第46次常务会议审议通过 2004年8月30日某市人民政府令第32号发布 自2004年10月1日起施行）",
        [("adopted", "2004-08-16"), ("promulgated", "2004-08-30"), ("effective", "2004-10-01")],
    ),
    # the 修改 in a quoted title is no event
    (
        "（1998年9月18日某省第九届人民代表大会常务委员会第五次会议通过 根据2012年1月9日某省第十一届人民代表大会常务委员会第三十一次会议"
        "《关于修改〈某条例〉的决定》修正）",
        [("adopted", "1998-09-18"), ("amended", "2012-01-09")],
    ),
    # 现予公布 has no date of its own
    ("《某办法》已经2016年8月25日市人民政府第138次常务会议通过，现予公布，自2016年11月1日起施行。",
     [("adopted", "2016-08-25"), ("effective", "2016-11-01")]),
    # adopted without a date, before the first date
    ("（某市人民政府第16次常务会议审议通过 2002年12月13日某市人民政府令第16号公布）", [("adopted", None), ("promulgated", "2002-12-13")]),
    # a clause that runs on behind the bracket tells nothing
    ("（1994年7月6日某省人民代表大会常务委员会第九次会议通过）第一条 为了保护环境，根据2000年1月1日公布的《某法》制定本条例。",
     [("adopted", "1994-07-06")]),
]  # fmt: skip


@pytest.mark.parametrize(("line", "events"), HISTORIES)
def test_a_head_tells_the_steps_with_their_dates(line, events):
    assert [(e.kind, e.on) for e in read_history([line])] == events


def test_a_bracket_over_several_lines_is_one_history():
    lines = ["(2014年10月30日某市第五届人民代表大会", "常务委员会第三十二次会议通过)", "第一章 总则"]
    assert [(e.kind, e.on) for e in read_history(lines)] == [("adopted", "2014-10-30")]


@pytest.mark.parametrize(
    "line",
    [
        # another document's publication
        "2015年11月26日，国务院第663号令公布了《居住证暂行条例》，自2016年1月1日起施行。为认真贯彻，现就有关事项通知如下：",
        # a clause
        "第四条 2016年1月1日前公布的办法继续施行。",
        "公园管理办法",
    ],
)
def test_a_sentence_of_the_text_is_no_history(line):
    assert not is_history_line(line)
    assert read_history([line]) == ()
