"""Metadata of whole documents: what is stated is read, what is not stays absent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.metadata import Evidence, Metadata, read_issuers, read_metadata
from ingest.own_number import OrderNumber
from ingest.refs import DocumentNumber

NOTICE = Evidence(
    title="市政府关于印发《南京市流动人口居住管理办法（试行）》的通知",
    title_lines=("市政府关于印发《南京市流动人口", "居住管理办法（试行）》的通知"),
    head=("索 引 号：	a/2015-1	主题分类：	公安", "发文机关：	市政府	公开方式：	主动公开"),
    lines=(
        "宁政规字〔2015〕20号",
        "各区人民政府，市府各委办局，市各直属单位：",
        "现将《南京市流动人口居住管理办法（试行）》印发给你们，请认真遵照执行。",
        "南京市人民政府",
        "2015年10月26日",
        "南京市流动人口居住管理办法（试行）",
        "第一条 根据《省政府办公厅关于某办法的通知》（苏政办发〔2013〕179号），制定本办法。",
        "第二条 本办法自2015年12月1日起实施，有效期至2020年11月30日。《南京市暂住人口管理办法》（宁政发〔2001〕1号）同时废止。",
        "主题词：公安 人口 办法 通知",
        "南京市人民政府办公厅 2015年10月27日印发",
    ),
    clauses=(
        ("第一条", "根据《省政府办公厅关于某办法的通知》（苏政办发〔2013〕179号），制定本办法。"),
        ("第二条", "本办法自2015年12月1日起实施，有效期至2020年11月30日。《南京市暂住人口管理办法》（宁政发〔2001〕1号）同时废止。"),
    ),
    attached_title="南京市流动人口居住管理办法（试行）",
)  # fmt: skip


def test_a_forwarding_notice_tells_all_of_itself_and_nothing_of_what_it_cites():
    m = read_metadata(NOTICE)
    assert m.document_number == DocumentNumber("宁政规字", 2015, 20)
    assert m.document_number_raw == "宁政规字〔2015〕20号"
    assert m.issuers == ("南京市人民政府",)
    assert m.addressees == "各区人民政府，市府各委办局，市各直属单位"
    assert m.document_type == "通知"
    assert (m.signed_on, m.effective_on) == ("2015-10-26", "2015-12-01")
    assert m.effective.path == "第二条"
    assert m.valid_for.on == "2020-11-30"
    assert (m.index_number, m.subject, m.openness) == ("a/2015-1", "公安", "主动公开")
    assert m.keywords == ("公安", "人口", "办法", "通知")
    assert [(r.kind, r.title, r.number) for r in m.relations] == [
        ("repeals", "南京市暂住人口管理办法", "宁政发〔2001〕1号")
    ]
    assert (m.recorded_status, m.order_number) == (None, None)


def test_an_order_is_numbered_signed_and_in_force_by_its_cover():
    m = read_metadata(
        Evidence(
            title="某省实有人口服务管理办法",
            head=("某省人民政府令", "第 253 号", "《某省实有人口服务管理办法》已经2012年5月11日省政府第124次常务会议通过，现予公布，自2012年10月1日起施行。",
                  "省　长　　姜某某", "二○一二年六月五日"),
            lines=("第一条 为了加强管理，制定本办法。", "某省人民政府办公厅 2012年6月6日印发"),
            clauses=(("第一条", "为了加强管理，制定本办法。"),),
        )
    )  # fmt: skip
    assert m.document_number is None
    assert m.order_number == OrderNumber("某省人民政府", "令", None, 253)
    assert m.issuers == ("某省人民政府",)
    assert (m.adopted_on, m.signed_on, m.effective_on) == ("2012-05-11", "2012-06-05", "2012-10-01")


def test_a_local_law_is_made_by_the_body_that_adopted_it_not_by_the_one_that_approved_it():
    m = read_metadata(
        Evidence(
            title="枣庄市电梯安全条例",
            lines=("2019年10月30日 枣庄市第十六届人民代表大会常务委员会第二十三次会议通过",
                   "2019年11月29日 山东省第十三届人民代表大会常务委员会第十五次会议批准"),
            clauses=(("第五十七条", "本条例自2020年3月1日起施行。"),),
        )
    )  # fmt: skip
    assert m.issuers == ("枣庄市人民代表大会常务委员会",)
    assert (m.adopted_on, m.signed_on, m.effective_on) == ("2019-10-30", None, "2020-03-01")
    assert [h.kind for h in m.history] == ["adopted", "approved"]


def test_a_regulation_on_a_page_of_another_organ_is_not_that_organs():
    facts = (("来源", "深圳市人力资源和社会保障局"), ("发布单位", "市社保基金管理局"), ("发布日期", "2012-12-26"))
    m = read_metadata(Evidence(title="深圳经济特区社会养老保险条例", facts=facts))
    assert (m.issuers, m.signed_on, m.published_on) == ((), None, "2012-12-26")


def test_a_recorded_status_comes_with_its_source_and_is_never_inferred():
    assert read_metadata(Evidence(title="某办法", facts=(("效力状况", "有效"),))).recorded_status == "有效"
    marked = read_metadata(Evidence(title="某办法", names=("【已失效】某办法",)))
    assert (marked.recorded_status, marked.status_source) == ("已失效", "标题")
    past = read_metadata(Evidence(title="某办法", clauses=(("第九条", "本办法有效期至2012年12月31日。"),)))
    assert past.recorded_status is None


def test_a_document_that_says_nothing_of_itself_has_no_facts():
    assert read_metadata(Evidence(title="政务动态")) == Metadata()


ISSUERS = [
    # 等部门 takes in those who sign, each once
    ({"title": "住房城乡建设部等部门关于某事的意见",
      "signature_organs": ("中华人民共和国住房和城乡建设部", "中华人民共和国民政部")}, ("住房城乡建设部", "中华人民共和国民政部")),
    # joint letterhead over two lines of the title
    ({"title": "建设部 发展改革委财政部关于印发《某办法》的通知", "title_lines": ("建设部 发展改革委", "财政部", "关于印发《某办法》的通知")},
     ("建设部", "发展改革委", "财政部")),
    ({"title": "关于印发《某办法》的通知", "head_lines": ("东莞市人民政府文件",), "signature_organs": ("某局",)}, ("东莞市人民政府",)),
    # a short name in the head is spelt out by those who signed, or by the title's place
    ({"title": "某省人口条例", "head_lines": ("省人大常委会公告",), "signature_organs": ("某省人民代表大会常务委员会",)},
     ("某省人民代表大会常务委员会",)),
    ({"title": "厦门市户籍管理规定", "head_lines": ("《厦门市户籍管理规定》已经2010年5月24日市人民政府第101次常务会议通过，现予发布。",)},
     ("厦门市人民政府",)),
    ({"title": "关于某事的通知", "facts": (("发文机构", "教育部办公厅"),)}, ("教育部办公厅",)),
    # an abbreviation in the page's table yields to the signature
    ({"title": "关于某事的通知", "facts": (("发文机构", "市教育局"),), "signature_organs": ("成都市教育局",)}, ("成都市教育局",)),
    # a web site is no organ, a source no issuer
    ({"title": "关于某事的通知", "facts": (("发文机构", "县政府网站"), ("来源", "某市教育局"))}, ()),
    ({"title": "上海市居住证管理办法"}, ()),
]  # fmt: skip


@pytest.mark.parametrize(("given_evidence", "issuers"), ISSUERS)
def test_issuers_are_taken_from_the_strongest_evidence_that_names_an_organ(given_evidence, issuers):
    assert read_issuers(**given_evidence) == issuers


def test_the_record_of_metadata_reads_back_equal():
    m = read_metadata(NOTICE)
    assert Metadata.from_json(m.to_json()) == m
    order = Metadata(order_number=OrderNumber("国务院", "令", None, 663))
    assert Metadata.from_json(order.to_json()) == order
    with pytest.raises(KeyError):
        Metadata.from_json({})


_WORDS = st.lists(
    st.sampled_from(["某市人民政府", "关于", "印发", "《", "》", "〔2016〕", "8号", "令", "第", "自", "2016年1月1日", "起施行", "。", "，", "：", "（", "）",
                     "废止", "同时", "通过", "本办法", "有效期", "\n", " ", "各区", "公布", "抄送：", "发文机关：", "局", "办公室", "第一条", "市长"]),
    max_size=60,
).map("".join)  # fmt: skip


@given(_WORDS, _WORDS)
def test_any_text_is_read_without_error_and_reads_back(title, text):
    lines = tuple(text.split("\n"))
    m = read_metadata(
        Evidence(title, (title,), lines[:3], (), lines, tuple(("前言", line) for line in lines), None, None, (title,))
    )
    assert Metadata.from_json(m.to_json()) == m
