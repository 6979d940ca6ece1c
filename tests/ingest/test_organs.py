import pytest

from ingest.organs import is_organ, organ_name, organs_of_title, split_organs

ORGANS = [
    ("新余市人民政府办公室", True), ("国务院", True), ("市政府", True), ("区教育局", True), ("国家税务总局", True),
    ("住房和城乡建设部", True), ("中共某市委办公厅", True), ("全国老龄工作委员会办公室", True), ("某市人大常委会", True),
    # a place is no organ
    ("上海市", False), ("广州市越秀区", False),
    # the kind of organ without saying which
    ("办公室", False), ("人民政府", False), ("委员会", False),
    # addressees, and words that only end like an organ
    ("各区人民政府", False), ("有关部门", False), ("全部", False), ("应当报送教育局", False), ("2016年教育局", False),
    # a bracket that the line broke
    ("某银行网点汇总(平安银行", False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), ORGANS)
def test_an_organ_is_told_from_places_addressees_and_sentences(text, expected):
    assert is_organ(text) is expected


LISTS = [
    ("深圳市财政委员会 深圳市住房和建设局", ("深圳市财政委员会", "深圳市住房和建设局")),
    ("财政部、国土资源部、中国人民银行", ("财政部", "国土资源部", "中国人民银行")),
    # run together: the place begins again, or the ministries are known
    ("北京市教育委员会北京市财政局", ("北京市教育委员会", "北京市财政局")),
    ("教育部财政部税务总局", ("教育部", "财政部", "税务总局")),
    ("教育部和财政部", ("教育部", "财政部")),
    # 和 inside a name
    ("广东省人力资源和社会保障厅 广 东 省 财 政 厅", ("广东省人力资源和社会保障厅", "广东省财政厅")),
    ("国家发展和改革委员会", ("国家发展和改革委员会",)),
    # letters set apart
    ("东 莞 市 人 民 政 府", ("东莞市人民政府",)),
    ("深圳市人民政府 办公厅", ("深圳市人民政府办公厅",)),
    # the office of a government is one organ
    ("新余市人民政府办公室", ("新余市人民政府办公室",)),
    # something else stands in the line
    ("各区教育局、市财政局", ()),
    ("市财政局负责解释", ()),
    ("第三章 教育局", ()),
]


@pytest.mark.parametrize(("text", "organs"), LISTS)
def test_a_line_of_organs_comes_apart_in_printed_order(text, organs):
    assert split_organs(text) == organs


TITLES = [
    ("新余市人民政府办公室关于印发某方案的通知", ("新余市人民政府办公室",), False),
    ("北京市教育委员会 北京市财政局关于某事的通知", ("北京市教育委员会", "北京市财政局"), False),
    ("教育部等九部门关于某事的意见", ("教育部",), True),
    # who forwards issues, not those whose text it is
    ("国务院办公厅转发教育部等部门关于某事的通知", ("国务院办公厅",), False),
    ("中共中央 国务院印发《某纲要》", ("中共中央", "国务院"), False),
    ("南京市公安局实施《某省规定》细则", ("南京市公安局",), False),
    # 关于 inside 《》 and a second 关于 name no issuer
    ("关于印发《某市教育局关于某条例的实施办法》的通知", (), False),
    ("深圳市人力资源和社会保障局关于广东省职工生育保险规定的实施办法", ("深圳市人力资源和社会保障局",), False),
    # a place, a year, a verb before 关于
    ("上海市居住证管理办法", (), False),
    ("越秀区关于义务教育入学工作的实施细则", (), False),
    ("2016年关于某事的通知", (), False),
    ("印发关于某事的通知", (), False),
    # an organ in the title whose rules are its subject
    ("济南市人民代表大会常务委员会讨论决定重大事项的规定", (), False),
]


@pytest.mark.parametrize(("title", "organs", "others"), TITLES)
def test_a_title_names_its_issuers_before_its_verb_or_none(title, organs, others):
    assert organs_of_title(title) == (organs, others)


@pytest.mark.parametrize(
    ("text", "name"),
    [("山东省第十三届人民代表大会常务委员会", "山东省人民代表大会常务委员会"), ("中华人民共和国国务院", "国务院"),
     ("中华人民共和国教育部", "中华人民共和国教育部")],
)  # fmt: skip
def test_an_organs_name_is_without_its_sitting(text, name):
    assert organ_name(text) == name
