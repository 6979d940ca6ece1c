import pytest

from ingest.own_number import number_in_title_tail, number_line, own_number, read_order

NUMBER_LINES = [
    ("余府发〔2023〕19号", "余府发〔2023〕19号"),
    ("粤府办〔2012〕137号", "粤府办〔2012〕137号"),
    ("教基一厅[2014]1号", "教基一厅〔2014〕1号"),
    ("国办发(2012)46号", "国办发〔2012〕46号"),
    ("粤府〔２００３〕８１号", "粤府〔2003〕81号"),
    ("某政办字〔2020〕 5 号", "某政办字〔2020〕5号"),
    # a space inside the code
    ("高 教〔2016〕55号", "高教〔2016〕55号"),
    # a date, a label, a rule of a converted table beside it
    ("余府发〔2023〕19号　2023年8月11日", "余府发〔2023〕19号"),
    ("文号：深建规〔2016〕6号", "深建规〔2016〕6号"),
    ("| 沪教委学〔2015〕62号 |", "沪教委学〔2015〕62号"),
    ("黑政发〔2014〕25号 发文时间： 2014-11-03", "黑政发〔2014〕25号"),
    ("（国发〔2014〕35号）", "国发〔2014〕35号"),
    # a number inside a sentence or beside a title is cited
    ("根据国发〔2014〕35号", None),
    ("《某办法》（国发〔2014〕35号）", None),
    ("国发〔2014〕35号、国发〔2015〕1号", None),
    ("第十二条", None),
    ("联系电话：12345号", None),
]


@pytest.mark.parametrize(("line", "number"), NUMBER_LINES)
def test_a_line_that_is_a_number_gives_it_and_a_sentence_does_not(line, number):
    found = number_line(line)
    assert (str(found.number) if found else None) == number


ORDERS = [
    ("国务院令第663号", "国务院令第663号"),
    ("中华人民共和国住房和城乡建设部令 第11号", "中华人民共和国住房和城乡建设部令第11号"),
    ("中华人民共和国主席令 第六十二号", "中华人民共和国主席令第62号"),
    ("财政部 税务总局公告2019年第39号", "财政部税务总局公告2019年第39号"),
    ("兰州市人民政府令[2008]第1号", "兰州市人民政府令2008年第1号"),
    ("深圳市第五届人民代表大会常务委员会公告（第一〇四号）", "深圳市第五届人民代表大会常务委员会公告第104号"),
    ("深圳市人民政府令（第228号）", "深圳市人民政府令第228号"),
    ("省政府令第203号", "省政府令第203号"),
    ("沪府令8号", "沪府令第8号"),
    # the serial before the word
    ("北京市人民政府第11号令", "北京市人民政府令第11号"),
    ("公安部1995年第25号令", "公安部令1995年第25号"),
    # no serial; a sentence; a code with year, which is no order
    ("上海市人民政府令", None),
    ("根据国务院令第663号", None),
    ("余府发〔2023〕19号", None),
]


@pytest.mark.parametrize(("text", "order"), ORDERS)
def test_orders_and_announcements_are_numbered_by_organ_and_serial(text, order):
    found = read_order(text)
    assert (str(found) if found else None) == order


TITLES = [
    ("国办发[2012]46号国务院办公厅转发某部门意见的通知", "国办发〔2012〕46号", "国务院办公厅转发某部门意见的通知"),
    ("国务院关于某事的实施意见国发[2014]35号", "国发〔2014〕35号", "国务院关于某事的实施意见"),
    ("关于印发《某实施办法》的通知 沪房管规范保[2013]3号", "沪房管规范保〔2013〕3号", "关于印发《某实施办法》的通知"),
    ("某市廉租住房保障办法（东府[2012]12号）", "东府〔2012〕12号", "某市廉租住房保障办法"),
    ("公共租赁住房管理办法（建设部令第11号）", "建设部令第11号", "公共租赁住房管理办法"),
    # a number among the title's own words is one it cites
    ("关于贯彻国发〔2014〕35号文件的通知", None, "关于贯彻国发〔2014〕35号文件的通知"),
    ("某市公园管理办法（试行）", None, "某市公园管理办法（试行）"),
]


@pytest.mark.parametrize(("title", "number", "rest"), TITLES)
def test_a_title_may_carry_the_number_at_an_end_only(title, number, rest):
    found, bare = number_in_title_tail(title)
    assert (str(found.number or found.order) if found else None) == number
    assert bare == rest


OWN = [
    # the line by the title beats what the page's table says and what the text cites
    ({"head_lines": ["某府〔2020〕2号"], "facts": [("文号", "某府〔2020〕3号")]}, "某府〔2020〕2号", "line"),
    # letterhead and number on one line of a converted table
    ({"head_lines": ["东莞市人民政府文件", "东府〔2012〕12号", "关于印发《某办法》的通知"]}, "东府〔2012〕12号", "line"),
    ({"head_lines": ["重庆市人民政府令", "第 306 号"]}, "重庆市人民政府令第306号", "line"),
    ({"head_lines": ["河北省人民政府令", "〔2010〕第14号"]}, "河北省人民政府令2010年第14号", "line"),
    ({"title_lines": ["某市公园管理办法", "（某府〔2020〕5号）"]}, "某府〔2020〕5号", "title"),
    ({"facts": [("发文字号", "国发〔2016〕40号")]}, "国发〔2016〕40号", "fact"),
    ({"facts": [("发文字号", "省政府令第203号")]}, "省政府令第203号", "fact"),
    ({"head_lines": ["（2004年8月16日某市人民政府第46次常务会议通过 2004年8月30日某市人民政府令第32号发布 自2004年10月1日起施行）"]},
     "某市人民政府令第32号", "line"),
    ({"head_lines": ["（2010年4月29日国务院办公厅文件国办发[2010]28号发布）"]}, "国办发〔2010〕28号", "line"),
    ({"head_lines": ["建设部令第61号 1997年12月23日发布 根据2001年7月4日《关于修改〈某规定〉的决定》修正"]}, "建设部令第61号", "line"),
    ({"names": ["某办法（东府[2012]12号）"]}, "东府〔2012〕12号", "name"),
    # numbers that are others': in an amendment, in a sentence, a fact that is no number
    ({"head_lines": ["（1998年9月18日某省人民代表大会常务委员会通过 根据2012年1月9日某省人民政府令第90号修订）"]}, None, None),
    ({"head_lines": ["现将国发〔2014〕35号文件转发给你们，请认真贯彻执行。"]}, None, None),
    ({"facts": [("文号", "三类人员补缴后享受待遇")]}, None, None),
    ({}, None, None),
]  # fmt: skip


@pytest.mark.parametrize(("given", "number", "source"), OWN)
def test_the_own_number_is_the_one_with_the_strongest_evidence_and_never_a_cited_one(given, number, source):
    found = own_number(**given)
    assert (str(found.number or found.order) if found else None) == number
    assert (found.source if found else None) == source
