import pytest

from ingest.titles import document_type, strip_title_noise


@pytest.mark.parametrize(
    ("title", "kind"),
    [("某市人民政府关于印发某办法的通知", "通知"), ("某市公园管理办法（试行）", "办法"), ("某条例实施细则", "细则"),
     ("国务院关于加强某事的决定 国发〔2008〕17号", "决定"), ("某条例（2012年修正）", "条例"), ("《某市公园管理办法》", "办法"),
     ("中华人民共和国某法", "法"), ("最高人民法院关于某问题的批复", "批复"), ("居住证", None), ("政务动态", None)],
)  # fmt: skip
def test_the_kind_is_the_last_word_of_the_title(title, kind):
    assert document_type(title) == kind


NOISE = [
    ("某市廉租住房管理办法-政府规章-首都之窗-北京市政务门户网站", "某市廉租住房管理办法", None),
    ("国务院关于某事的若干意见_政府信息公开专栏", "国务院关于某事的若干意见", None),
    ("教育部关于某事的指导意见 - 中华人民共和国教育部政府门户网站", "教育部关于某事的指导意见", None),
    ("【已失效】某市公园管理办法", "某市公园管理办法", "已失效"),
    ("[政府规章]某市公园管理办法", "某市公园管理办法", None),
    ("国办发[2012]46号国务院办公厅关于某事的通知", "国务院办公厅关于某事的通知", None),
    ("《某市养老保险办法》全文如下：", "某市养老保险办法", None),
    ("某市公园管理办法2016", "某市公园管理办法", None),
    # dashes, years and brackets of the title's own
    ("某规划（2011-2015年）", "某规划（2011-2015年）", None),
    ("关于某事的意见——以某区为例", "关于某事的意见——以某区为例", None),
    ("某市公园管理办法（试行）", "某市公园管理办法（试行）", None),
    ("2016年某市招生工作方案", "2016年某市招生工作方案", None),
]


@pytest.mark.parametrize(("text", "title", "status"), NOISE)
def test_what_a_site_or_a_file_adds_to_a_title_goes_and_its_own_words_stay(text, title, status):
    assert strip_title_noise(text) == (title, status)
