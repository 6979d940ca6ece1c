import pytest

from ingest.addressees import read_addressees

ADDRESSED = [
    "各区、县人民政府,市政府各委、办、局,各市属机构:",
    "各地级以上市人民政府，各县（市、区）人民政府，省政府各部门、各直属机构：",
    "各区教育局、各市属学校：",
    "某某建设有限公司：",
    "各省、自治区、直辖市及计划单列市国土资源厅（国土环境资源厅、国土资源局），新疆生产建设兵团国土资源局：",
    "各镇人民政府（街道办事处），市府直属各单位：",
    "各有关单位：",
    "广西壮族自治区高级人民法院：",
    "市医疗保险事业管理中心、市人力资源和社会保障咨询服务中心，各区县医疗保险办公室，各定点医药机构：",
    # a semicolon for the colon, at the end only
    "各县市区人民政府，市人民政府各工作部门、直属机构;",
]


@pytest.mark.parametrize("line", ADDRESSED)
def test_addressees_are_read_without_their_colon(line):
    assert read_addressees(line) == (line[:-1], len(line))


def test_text_may_run_on_behind_the_colon():
    line = "各区县财政局：　　为做好某事，现通知如下："
    assert read_addressees(line) == ("各区县财政局", line.index("为"))


@pytest.mark.parametrize(
    "line",
    ["各单位要做到：", "申请条件：", "各部门职责分工如下：", "（一）县级以上人民政府：", "市政府各部门应当遵守下列规定：", "第三条 各区人民政府：",
     "公安部门：负责户口登记。", "联系电话：12345", "各级人民政府负责本行政区域内的服务工作。", ""],
)  # fmt: skip
def test_lead_ins_labels_and_sentences_address_nobody(line):
    assert read_addressees(line) is None
