import pytest

from ingest.validity import Relation, read_effective, read_relations, read_validity

EFFECTIVE = [
    ("本办法自2016年1月1日起施行。", "2016-01-01"),
    ("本规定从二○○四年五月一日起执行。", "2004-05-01"),
    ("本通知自２０１６年４月１５日起施行。", "2016-04-15"),
    ("本办法自2013年5月1日试行，有效期3年。", "2013-05-01"),
    ("本规定于2000年1月1日起实施。", "2000-01-01"),
    ("本实施细则自2016年1月1日起实施，有效期至2020年12月31日。", "2016-01-01"),
    ("《某办法》已经市人民政府同意，现予公布，自2016年11月1日起施行。", "2016-11-01"),
    ("现予印发，自2006年8月1日起试行。", "2006-08-01"),
    # the date of its own beginning, not of what went before it
    ("本办法自2015年7月9日起施行。2015年1月1日至本办法施行之日前的事项按照本办法执行。", "2015-07-09"),
    # an event is no calendar date; the sentence is kept
    ("本办法自公布之日起施行。", "sentence"),
    ("本意见自印发之日起30日后实施，有效期1年。", "sentence"),
    # other documents, duties, and what its provisions do
    ("《居住证暂行条例》自2016年1月1日起施行。", None),
    ("国务院公布了《居住证暂行条例》，自2016年1月1日起施行。", None),
    ("规范性文件应当自公布之日起30日后施行。", None),
    ("本办法施行前已领取的居住证，在有效期内可以继续使用。", None),
    ("自2016年1月1日起施行的规定按照本办法执行。", None),
    ("市政府应当自本条例施行之日起六个月内制定实施细则。", None),
]


@pytest.mark.parametrize(("text", "on"), EFFECTIVE)
def test_a_date_of_effect_is_the_documents_own_and_an_event_gives_no_date(text, on):
    said = read_effective([("第九条", text)], titles=["某办法"])
    if on is None:
        assert said is None
    else:
        assert said is not None
        assert said.path == "第九条"
        assert said.on == (None if on == "sentence" else on)
        assert said.sentence in text


def test_the_clause_is_said_and_the_head_only_where_no_clause_gives_a_date():
    head = ["《某办法》已经同意，现予公布，自2016年11月1日起施行。"]
    assert read_effective([], head, ["某办法"]).on == "2016-11-01"
    assert read_effective([("第三条", "本办法自2016年12月1日起施行。")], head, ["某办法"]).path == "第三条"


VALIDITY = [
    ("本办法自2016年1月1日起实施，有效期至2016年12月31日。", "2016-12-31"),
    ("本办法自2014 年4 月1 日起试行，有效期至2019 年3 月31 日。", "2019-03-31"),
    ("本细则自2013年5月1日起施行，有效期3年。", "sentence"),
    ("本办法自印发之日起施行。有效期五年。", "sentence"),
    ("本通知有效期为5年。", "sentence"),
    # cards and permits, rules for other documents
    ("居住证有效期1年。", None),
    ("建设项目用地预审文件有效期为两年，自批准之日起计算。", None),
    ("规范性文件标注“暂行”字样的，有效期为二年。", None),
    ("按照本办法申领的居住证，在原有效期内仍然有效。", None),
    ("本办法自2016年1月1日起施行。", None),
]


@pytest.mark.parametrize(("text", "on"), VALIDITY)
def test_a_validity_is_the_documents_own_and_a_day_only_where_printed(text, on):
    said = read_validity([("第九条", text)])
    if on is None:
        assert said is None
    else:
        assert said is not None
        assert said.on == (None if on == "sentence" else on)


RELATIONS = [
    ("本办法自2014年3月1日起施行。1999年1月1日发布的《甲办法》（省政府令第71号）、《乙规定》（某府发〔2009〕6号）同时废止。",
     [("repeals", "甲办法", "省政府令第71号"), ("repeals", "乙规定", "某府发〔2009〕6号")]),
    ("本办法自2016年1月1日起施行，《甲办法》同时废止。", [("repeals", "甲办法", None)]),
    ("《甲办法》自本办法施行之日起废止。", [("repeals", "甲办法", None)]),
    ("原《市政府关于印发〈甲办法〉的通知》（宁政规字〔2011〕2号）同时废止。",
     [("repeals", "市政府关于印发《甲办法》的通知", "宁政规字〔2011〕2号")]),
    # the basis is no part of the list
    ("按照《规章制定程序条例》的有关规定，《暂住证申领办法》自行废止。", [("repeals", "暂住证申领办法", None)]),
    ("对《甲条例》作如下修改：", [("amends", "甲条例", None)]),
    # duties, others' repeals, permits, nothing named
    ("制定机关应当对《甲办法》及时修改或者予以废止。", []),
    ("《甲办法》已于2010年废止。", []),
    ("《甲办法》废止后，按照本办法执行。", []),
    ("逾期未签注的，《居住证》即行失效。", []),
    ("本市原有规定同时废止。", []),
    ("违反《甲条例》的，依照《乙条例》处罚。", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "relations"), RELATIONS)
def test_relations_are_what_the_document_itself_ends_or_changes(text, relations):
    assert read_relations([("第九条", text)]) == tuple(Relation(k, t, n, "第九条") for k, t, n in relations)


def test_a_decisions_title_says_what_it_amends_or_repeals():
    assert read_relations([], "某市人大常委会关于修改《甲条例》的决定") == (Relation("amends", "甲条例", None, None),)
    repealed = read_relations([("一", "一、废止《乙办法》（市政府令第3号）")], "某市人民政府关于废止部分规章的决定")
    assert repealed == (Relation("repeals", "乙办法", "市政府令第3号", "一"),)
