import pytest

from ingest.signatures import find_signatures, is_imprint_line, is_signatory_line, read_signature

SIGNED = [
    # organ, date
    (["请认真执行。", "某市人民政府", "2016年3月30日"], ("某市人民政府",), "2016-03-30", 1),
    # several organs on several lines, two on one
    (["请遵照执行。", "某省教育厅　某省公安厅", "某省财政厅", "2013年11月27日"], ("某省教育厅", "某省公安厅", "某省财政厅"), "2013-11-27", 1),
    # one line
    (["请遵照执行。", "某市教育局 2016年4月8日"], ("某市教育局",), "2016-04-08", 1),
    # below it the imprint, a page number
    (["请遵照执行。", "某市人民政府", "2016年3月30日", "（此件公开发布）", "抄送：市委办公厅，市人大常委会办公厅，市",
      "检察院，警备区。", "某市人民政府办公厅　　2016年4月3日印发", "— 3 —"], ("某市人民政府",), "2016-03-30", 1),
    # an organ without a date, at the very end
    (["请遵照执行。", "国务院办公厅"], ("国务院办公厅",), None, 1),
    # a date without an organ
    (["请遵照执行。", "二○○八年八月二十九日"], (), "2008-08-29", 1),
    # set apart by spaces
    (["请遵照执行。", "上 海 市 教 育 委 员 会", "2015年11月16日"], ("上海市教育委员会",), "2015-11-16", 1),
    # a converter left it at the end of the last paragraph: no line of its own
    (["《甲办法》同时废止。某市财政局某市公安局 2016年3月31日"], ("某市财政局", "某市公安局"), "2016-03-31", 1),
    # a committee's department on the next line
    (["请遵照执行。", "中共某市某区委", "机构编制委员会办公室", "2015年11月15日"], ("中共某市某区委机构编制委员会办公室",), "2015-11-15", 1),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "organs", "signed_on", "first"), SIGNED)
def test_the_signature_gives_its_organs_and_date_and_where_it_begins(lines, organs, signed_on, first):
    found = read_signature(lines)
    assert found is not None
    assert (found.organs, found.signed_on, found.first) == (organs, signed_on, first)


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["第九条 本办法自2016年1月1日起施行。"],
        # the end of a sentence that the page broke
        ["有效期至", "2020年12月31日。"],
        # a page's own time
        ["请遵照执行。", "2014-02-17"],
        ["联系人：某某，电话：12345。", "各区教育局"],
    ],
)
def test_text_that_closes_without_a_signature_has_none(lines):
    assert read_signature(lines) is None


def test_a_covering_notice_is_signed_before_what_it_forwards():
    lines = [
        "现印发给你们，请遵照执行。",
        "某市人民政府",
        "2016年3月30日",
        "某市公园管理办法",
        "第一条 为了公园。",
        "2016年5月1日 公园开放",
    ]
    (found,) = find_signatures(lines)
    assert (found.organs, found.signed_on, found.first, found.end) == (("某市人民政府",), "2016-03-30", 1, 3)


def test_an_order_is_signed_by_a_person():
    (found,) = find_signatures(["现予公布，自2016年11月1日起施行。", "市　长　黄某某", "2016年9月12日"])
    assert (found.organs, found.signed_on, found.by_person) == ((), "2016-09-12", True)


@pytest.mark.parametrize(
    ("line", "is_imprint"),
    [("主题词：教育 办法 通知", True), ("抄送：市委各部门，市人大办。", True), ("某市人民政府办公厅 2016年5月3日印发", True),
     ("公开方式：主动公开", True), ("某市人民政府办公室秘书五科", True), ("送达：应当在七日内送达当事人。", False),
     ("某市人民政府于2016年5月3日印发通知。", False), ("某市人民政府", False)],
)  # fmt: skip
def test_imprint_lines_are_told_from_text(line, is_imprint):
    assert is_imprint_line(line) is is_imprint


@pytest.mark.parametrize(
    ("line", "signs"),
    [
        ("市 长 黄某某", True),
        ("局长　张某", True),
        ("总 理 朱某某", True),
        ("市长应当签署规章。", False),
        ("某市人民政府", False),
    ],
)
def test_the_person_who_signs_is_told_from_text(line, signs):
    assert is_signatory_line(line) is signs
