from __future__ import annotations

import base64
import codecs
import quopri
import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.documents import IngestError, ReadText, UnreadableFile
from ingest.readers.html import read
from ingest.readers.html_blocks import flatten
from ingest.readers.html_facts import clean_title, line_pairs
from ingest.readers.html_lists import numeral
from ingest.readers.html_source import decode_page, flatten_depth, parse_tree
from ingest.readers.html_tables import survey_tables, table_cells
from ingest.readers.html_text import group_lines

POLICY = Path(__file__).resolve().parents[4] / "shared" / "corpora" / "policy"

MENU = (
    '<div class="top"><a href="/">网站首页</a> <a href="/zwgk">政务公开</a> <a href="/hdjl">互动交流</a></div>'
    '<ul class="leftmenu"><li><a href="/1">机构职能</a></li><li><a href="/2">规范性文件</a></li></ul>'
)
FOOTER = (
    '<div class="footer"><p>主办:某市人民政府办公室 承办:某市大数据局</p>'
    "<p>网站标识码:3600000001 某ICP备05000000号-1 某公网安备36000000000001号</p></div>"
)
ARTICLES = (
    "<p>　　第一条　为了规范停车管理,制定本办法。</p><p>　　第二条　停车场分为下列类型:</p><p>　　(一)公共停车场;</p>"
    "<p>　　(二)专用停车场。</p><p>　　第三条　本办法自2023年6月1日起施行。</p>"
)
#: What no reader of a document should find in its paragraphs.
_SITE_WORDS = """
网站首页 互动交流 机构职能 主办 标识码 当前位置 打印 关闭窗口 字号: 分享 扫一扫 上一篇 下一篇 相关稿件 政策解读 责任编辑 浏览次数 我要纠错 热点服务
"""
SITE_WORDS = _SITE_WORDS.split()


def html_page(body: str, title: str = "", head: str = "") -> bytes:
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title>{head}</head><body>{body}</body></html>'.encode()


def read_body(body: str, title: str = "") -> ReadText:
    return read(html_page(body, title), "页面.html")


def paragraphs(result: ReadText) -> list[str]:
    """The lines of the text that are neither furniture nor blank."""
    furniture = {f.start for f in result.furniture}
    lines, position = [], 0
    for line in result.text.split("\n"):
        if line.strip() and position not in furniture:
            lines.append(line.strip())
        position += len(line) + 1
    return lines


def letters(text: str) -> str:
    return re.sub(r"\s+", "", text)


# -- whole pages -----------------------------------------------------------------------------------------------------

TITLE = "某市人民政府办公室关于印发某市停车管理办法的通知"
#: A page as the content system of ministries and many provinces builds it since 2019: table of facts, named editor box.
MINISTRY = html_page(
    MENU
    + '<div class="BreadcrumbNav">当前位置:<a href="/">首页</a> &gt; <a href="/zwgk">政务公开</a> &gt; 正文</div>'
    + f'<div class="mxxgkabs pchide"><h2>{TITLE}</h2></div>'
    + '<div class="policyLibraryOverview_header"><table><tr><td>标　　题:</td><td colspan="3">'
    + f"{TITLE}</td></tr><tr><td>发文机关:</td><td>某市人民政府办公室</td><td>发文字号:</td><td>某府办发〔2023〕9号</td></tr>"
    + "<tr><td>主题分类:</td><td>城乡建设</td><td>成文日期:</td><td>2023年05月10日</td></tr></table></div>"
    + '<div class="share"><span>分享:</span><a href="#">微信</a><a href="#">微博</a></div>'
    + '<div class="pages_content" id="UCAP-CONTENT"><div class="trs_editor_view TRS_UEDITOR">'
    + '<p style="text-align:center"><b>某市人民政府办公室关于印发</b></p><p style="text-align:center"><b>某市停车管理办法的通知</b></p>'
    + '<p style="text-align:center">某府办发〔2023〕9号</p><p>各县(区)人民政府,市政府各部门:</p>'
    + '<p style="text-indent:2em">现将《某市停车管理办法》印发给你们,请认真贯彻执行。</p>'
    + '<p style="text-align:right">某市人民政府办公室</p><p style="text-align:right">2023年5月10日</p><p>(此件公开发布)</p>'
    + f'<p style="text-align:center">某市停车管理办法</p>{ARTICLES}</div></div>'
    + '<div class="editor"><span>【我要纠错】</span><span>责任编辑:王某</span></div>'
    + '<div id="qr_container">扫一扫在手机打开当前页</div>'
    + '<div class="related"><div>相关稿件</div><ul><li><a href="a.html">《某市停车管理办法》政策解读</a></li></ul></div>'
    + FOOTER,
    f"{TITLE}_政策文件_某市人民政府网",
    f'<meta name="SiteName" content="某市人民政府"><meta name="ArticleTitle" content="{TITLE}">'
    '<meta name="PubDate" content="2023-05-18 10:20"><meta name="ContentSource" content="市政府办公室">',
)
#: A list of facts as list items, markers in comments, a data table with merged heads, attachments in a box of their own.
PROVINCE = html_page(
    MENU
    + '<ul class="xxgk-head"><li><b>索 引 号:</b>11330000/2024-00012</li><li><b>发布机构:</b>省财政厅</li>'
    + "<li><b>成文日期:</b>2024-03-01</li><li><b>文　　号:</b>某财社〔2024〕5号</li><li><b>有 效 性:</b>有效</li></ul>"
    + '<h1 class="tit">关于下达2024年补助资金的通知</h1>'
    + '<div class="info"><span>发布日期:2024-03-05 09:00</span> <span>浏览次数:<script>document.write(3)</script></span> '
    + "<span>字号:[ 大 中 小 ]</span></div>"
    + '<!--ZJEG_RSS.content.begin--><div id="zoom"><p>各市财政局:</p><p>　　现下达补助资金500万元。请按附件执行。</p>'
    + "<p>　　附件:资金分配表</p><p>　　某省财政厅</p><p>　　2024年3月1日</p>"
    + '<table border="1"><tr><th rowspan="2">地区</th><th colspan="2">金额(万元)</th></tr><tr><th>中央</th><th>省级</th></tr>'
    + "<tr><td>甲市</td><td>100</td><td>50</td></tr><tr><td>乙市</td><td>200</td><td>150</td></tr></table></div>"
    + '<!--ZJEG_RSS.content.end--><div class="fj"><a href="/files/1.xlsx">资金分配表.xlsx</a></div>'
    + '<div><a href="javascript:window.print()">【打印本页】</a><a href="javascript:window.close()">【关闭窗口】</a></div>'
    + '<p>上一篇:<a href="x">另一个通知</a></p>'
    + FOOTER,
    "关于下达2024年补助资金的通知 - 某省财政厅",
)
#: HTML5 elements, a sidebar that speaks in sentences, a definition list of facts, numbered lists.
CITY = html_page(
    '<header><nav><a href="/">网站首页</a></nav></header><main><aside><h3>热点服务</h3>'
    "<p>办理居住证请登录政务服务网。请在工作时间前来,并带好身份证。</p></aside>"
    '<section class="detail"><header><h1>某市城管局关于规范占道经营的通告</h1><p><time>2025-01-02</time> 来源:市城管局</p></header>'
    '<dl class="meta"><dt>索引号</dt><dd>014/2025-00003</dd><dt>发文字号</dt><dd>某城管告〔2025〕1号</dd>'
    "<dt>公开方式</dt><dd>主动公开</dd></dl>"
    '<div class="text"><p>为规范占道经营,现通告如下:</p><ol><li>主干道禁止占道经营。</li><li>背街小巷限时经营。'
    '<ol type="a"><li>早市为6时至8时。</li><li>夜市为19时至23时。</li></ol></li></ol>'
    "<p>特此通告。</p><p>某市城市管理局</p><p>2025年1月2日</p></div></section></main>"
    "<footer><p>地址:某市某路1号。邮编:330000。网站标识码:3601000000</p></footer>",
    "某市城管局关于规范占道经营的通告 - 某市城市管理局",
    '<link rel="canonical" href="https://cg.example.gov.cn/a/1.html">',
)
#: The whole page is tables, paragraphs are not closed, as pages before 2010 and many counties still are.
COUNTY = (
    "<html><head><title>关于做好春耕生产的通知</title></head><body><table width=100%><tr><td><a href=/>网站首页</a> | "
    "<a href=/x>互动交流</a></td></tr></table><table><tr><td width=200><a href=1>机构职能</a><br><a href=2>目录</a></td><td><table>"
    "<tr><td align=center>关于做好春耕生产的通知</td></tr><tr><td align=center>发布时间:2020-03-01 浏览次数:200</td></tr>"
    "<tr><td>各乡镇:<p>一、高度重视。各乡镇要认真组织。<p>二、加强指导。各单位要派员下乡。<p align=right>某县农业局</td></tr>"
    "</table></td></tr></table><table><tr><td>主办:某县政府 某ICP备123号</td></tr></table></body></html>"
).encode("gb18030")
#: A short cover page whose document is an attached file.
COVER = html_page(
    MENU + '<div class="article"><h2>某市交通局关于公布名单的公告</h2><div class="con"><p>现将名单予以公布。</p>'
    '<p>附件:<a href="a.pdf">2024年名单.pdf</a></p></div></div>' + FOOTER,
    "某市交通局关于公布名单的公告",
)
#: Questions whose answers are folded away until a click.
QUESTIONS = html_page(
    MENU + '<div class="content"><h2>失业保险常见问题</h2>'
    '<div class="qa"><p>问:失业保险金领取多长时间?</p><div style="display:none"><p>答:累计缴费满一年不足五年的,最长十二个月。</p></div></div>'
    '<div class="qa"><p>问:在哪里申领?</p><div style="display:none"><p>答:可以线上或者线下申领。</p></div></div></div>'
    + FOOTER,
    "失业保险常见问题_某市人社局",
)
#: Bare text between line breaks, as hand-made pages have it.
BARE = (
    "<html><body><center><b>某县人民政府关于禁止燃放烟花爆竹的通告</b></center><br>　　为了保护环境,现通告如下:<br>"
    "　　一、县城建成区禁止燃放烟花爆竹。<br>　　二、违反规定的,依法处罚。<br>　　某县人民政府<br>　　2019年12月1日<br></body></html>"
).encode()

WHOLE_PAGES = {
    "ministry": (
        MINISTRY,
        ["某市人民政府办公室关于印发某市停车管理办法的通知", "某府办发〔2023〕9号", "各县(区)人民政府,市政府各部门:"],
        ["第三条　本办法自2023年6月1日起施行。"],
    ),
    "province": (PROVINCE, ["索 引 号:11330000/2024-00012"], ["资金分配表.xlsx"]),
    "city": (CITY, ["某市城管局关于规范占道经营的通告"], ["特此通告。", "某市城市管理局", "2025年1月2日"]),
    "county": (COUNTY, ["关于做好春耕生产的通知"], ["二、加强指导。各单位要派员下乡。", "某县农业局"]),
    "cover": (COVER, ["某市交通局关于公布名单的公告", "现将名单予以公布。"], ["附件:2024年名单.pdf"]),
    "questions": (QUESTIONS, ["失业保险常见问题"], ["问:在哪里申领?", "答:可以线上或者线下申领。"]),
    "bare": (BARE, ["某县人民政府关于禁止燃放烟花爆竹的通告"], ["某县人民政府", "2019年12月1日"]),
}


@pytest.mark.parametrize("name", WHOLE_PAGES)
def test_page_gives_its_document_from_title_to_signature_without_the_site(name: str) -> None:
    data, first, last = WHOLE_PAGES[name]
    result = read(data, f"{name}.html")
    lines = paragraphs(result)
    lines = lines[next(i for i, line in enumerate(lines) if line == first[0]) :]
    assert lines[: len(first)] == first
    assert lines[-len(last) :] == last
    assert not [w for w in SITE_WORDS if any(w in line for line in lines)]


def test_table_of_facts_stands_before_the_document_and_among_the_facts() -> None:
    result = read(MINISTRY, "a.html")
    assert result.grids[0].cells[1].text == TITLE
    assert dict(result.facts) == {
        "网站名称": "某市人民政府",
        "标题": TITLE,
        "发布日期": "2023-05-18 10:20",
        "来源": "市政府办公室",
        "网页标题": TITLE,
        "发文机关": "某市人民政府办公室",
        "发文字号": "某府办发〔2023〕9号",
        "主题分类": "城乡建设",
        "成文日期": "2023年05月10日",
    }


def test_facts_in_lists_and_definitions_are_lines_label_and_value() -> None:
    facts = dict(read(PROVINCE, "a.html").facts)
    assert (facts["索引号"], facts["文号"], facts["有效性"]) == ("11330000/2024-00012", "某财社〔2024〕5号", "有效")
    city = read(CITY, "a.html")
    assert "索引号：014/2025-00003" in paragraphs(city)
    assert dict(city.facts)["发文字号"] == "某城管告〔2025〕1号"
    assert dict(city.facts)["来源网址"] == "https://cg.example.gov.cn/a/1.html"


def test_lists_are_numbered_as_a_browser_numbers_them() -> None:
    lines = paragraphs(read(CITY, "a.html"))
    assert [line[:4] for line in lines[-7:-3]] == ["1.主干", "2.背街", "a.早市", "b.夜市"]


def test_cover_page_says_that_its_text_is_in_the_attachment() -> None:
    assert [f.code for f in read(COVER, "a.html").findings] == ["text_in_attachment"]
    # near miss: a page that has the document itself
    assert read(MINISTRY, "a.html").findings == ()


def test_every_character_of_the_content_element_is_in_the_text() -> None:
    for data, _, _ in WHOLE_PAGES.values():
        root = parse_tree(decode_page(data)[0])
        for element in root.iter("div", "td"):
            if (element.get("id") or element.get("class")) not in ("UCAP-CONTENT", "zoom", "text", "con"):
                continue
            printed = letters("".join(t for t in element.itertext()))
            assert printed
            held = letters(read(data, "a.html").text)
            position = 0
            for c in printed:
                position = held.find(c, position) + 1
                assert position, printed
    # also what the site left inside the element: as furniture
    result = read_body(f"<div id=zoom>{ARTICLES}<p>【打印】【关闭】</p></div>")
    assert [f.text for f in result.furniture] == ["【打印】【关闭】"]


def test_copy_for_telephones_is_read_once() -> None:
    twice = f'<div class="pc"><div class="TRS_Editor">{ARTICLES}</div></div><div class="wap"><div class="TRS_Editor">{ARTICLES}</div></div>'
    assert read_body(twice).text.count("第一条") == 1
    # near miss: two editor boxes that each hold a part
    parts = (
        f'<div class="TRS_Editor">{ARTICLES}</div><div class="TRS_Editor"><p>第四条　本办法由市城管局解释。</p></div>'
    )
    assert read_body(parts).text.count("条　") == 4


# -- encodings -------------------------------------------------------------------------------------------------------

ENCODED = [
    # declared as most old sites do, with a character that only GB18030 has
    ("gb2312", "gb18030", "㐂"),
    # declared wrongly: the text is UTF-8
    ("gb2312", "utf-8", "㐂"),
    # declared wrongly: the text is GBK
    ("utf-8", "gbk", "臺"),
    # not declared at all
    ("", "gb18030", "㐂"),
    ("", "utf-8", "㐂"),
    # a server's default
    ("iso-8859-1", "gb18030", "㐂"),
    ("big5", "big5", "臺"),
    ("utf-16", "utf-16", "㐂"),
]


@pytest.mark.parametrize(("declared", "encoding", "character"), ENCODED)
def test_encoding_is_told_from_the_bytes(declared: str, encoding: str, character: str) -> None:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">' if declared else ""
    source = (
        f"<html><head>{meta}</head><body><p>{character}第一條 為了管理城市停車場，保護市民的權益。</p></body></html>"
    )
    assert f"{character}第一條" in read(source.encode(encoding), "a.html").text


def test_byte_order_mark_decides() -> None:
    assert "第一条" in read(codecs.BOM_UTF8 + html_page(ARTICLES), "a.html").text


def test_single_broken_byte_is_a_finding_not_a_failure() -> None:
    data = html_page(ARTICLES * 40).replace("停".encode(), "停".encode()[:2], 1)
    result = read(data, "a.html")
    assert result.text.count("第一条") == 40
    assert [f.code for f in result.findings] == ["undecoded_characters"]
    with pytest.raises(UnreadableFile, match="编码"):
        read(b"<html><body><p>" + bytes(range(128, 256)) * 50 + b"</p></body></html>", "a.html")


MHTML = (
    "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://www.example.gov.cn/a.html\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="--X"\r\n\r\n\r\n----X\r\nContent-Type: text/html\r\n'
    "Content-Transfer-Encoding: {encoding}\r\n\r\n{body}\r\n----X\r\nContent-Type: image/png\r\n\r\nxx\r\n----X--\r\n"
)


@pytest.mark.parametrize("encoding", ["quoted-printable", "base64", "8bit"])
def test_saved_archive_is_read_and_knows_its_address(encoding: str) -> None:
    page = html_page(ARTICLES)
    encode = {"quoted-printable": quopri.encodestring, "base64": base64.encodebytes, "8bit": lambda b: b}[encoding]
    data = MHTML.format(encoding=encoding, body="@").encode().replace(b"@", encode(page))
    result = read(data, "a.mht")
    assert "第三条　本办法自2023年6月1日起施行。" in paragraphs(result)
    assert ("来源网址", "https://www.example.gov.cn/a.html") in result.facts


def test_archive_without_a_page_is_refused() -> None:
    with pytest.raises(UnreadableFile, match="网页存档"):
        read(MHTML.format(encoding="8bit", body="x").replace("text/html", "text/css").encode(), "a.mht")


# -- paragraphs ------------------------------------------------------------------------------------------------------

PARAGRAPHS = [
    # inline tags inside a word
    ("<p>第<b>一</b>条 为<span>了</span>规范<i></i>停车。</p>", ["第一条 为了规范停车。"]),
    # a source line that breaks inside a word is no space, after a label it is one
    ("<p>第一条\n为了规范停\n车。</p>", ["第一条 为了规范停车。"]),
    # Latin words keep the space
    ("<p>依据 ISO\n9001标准。</p>", ["依据 ISO 9001标准。"]),
    # each break followed by an indent: paragraphs
    ("<p>　　第一条 甲方负责。<br>　　乙方协助。</p>", ["第一条 甲方负责。", "乙方协助。"]),
    # a sentence that goes on after the break
    ("<p>翠亨新区,火炬区、<br>各镇政府:</p>", ["翠亨新区,火炬区、各镇政府:"]),
    # a title broken for its looks; near miss: organ and date
    ("<p align=center>某市人民政府<br>关于印发停车办法的通知</p>", ["某市人民政府关于印发停车办法的通知"]),
    ("<p align=center>某市人民政府<br>2016年3月1日</p>", ["某市人民政府", "2016年3月1日"]),
    # breaks lost by an editor: wide spaces before a label; near miss: a reference
    ("<p>(1998年通过。)　第一章 总则　　第一条 甲。</p>", ["(1998年通过。)", "第一章 总则", "第一条 甲。"]),
    ("<p>依照　第三条规定办理。</p>", ["依照　第三条规定办理。"]),
    # unclosed and misnested
    ("<p>第一条 甲。<p>第二条 乙<b>。<p>第三条</b> 丙。", ["第一条 甲。", "第二条 乙。", "第三条 丙。"]),
    # definition lists, quotations, headings
    (
        "<h3>第一章 总则</h3><blockquote>甲。</blockquote><dl><dt>乙。</dt><dd>丙。</dd></dl>",
        ["第一章 总则", "甲。", "乙。", "丙。"],
    ),
    # hidden, scripted and commented text is not there
    ('<p>甲。<span style="display: none">乙</span><script>丙</script><!-- 丁 --></p><p hidden>戊。</p>', ["甲。"]),
    # what an item prints itself is not numbered twice
    ("<ol><li>一、甲项工作。</li><li>乙项工作。</li></ol>", ["一、甲项工作。", "2.乙项工作。"]),
    ('<ol start="3" reversed><li>甲。</li><li value="9">乙。</li><li>丙。</li></ol>', ["3.甲。", "9.乙。", "8.丙。"]),
    # numbers that an editor of Chinese pages writes as classes
    ('<ol class="custom_cn2"><li><p>甲。</p><p>乙。</p></li><li>丙。</li></ol>', ["（一）甲。", "乙。", "（二）丙。"]),
    # a sentence that a page's end broke, its number between
    (
        "<p>　　要严格控制特大城市人口规模，统筹推进各项改革措施的落实，推进</p><p>－ 1 －</p><p>户籍制度改革。</p>",
        ["要严格控制特大城市人口规模，统筹推进各项改革措施的落实，推进户籍制度改革。"],
    ),
]


@pytest.mark.parametrize(("body", "expected"), PARAGRAPHS)
def test_natural_paragraphs(body: str, expected: list[str]) -> None:
    closing = "<p>以上办法由市城管局负责解释，请各单位认真贯彻执行。</p>"
    assert paragraphs(read_body(f"<div id=zoom>{body}{closing}</div>"))[:-1] == expected


def test_text_broken_at_a_constant_width_is_joined() -> None:
    page = (
        "第一条 为了规范规章制定程序,保证规章质量,根据立法法和有关行政法",
        "规,结合本市实际,制定本办法。",
        "第二条 规章的立项、起草、审查、决定、公布、备案和解释,适用本办法,",
        "法律另有规定的从其规定,其他规范性文件的制定程序参照本办法的规定执",
        "行。",
        "第三条 本办法自公布之日起施行。",
    )
    expected = [page[0] + page[1], page[2] + page[3] + page[4], page[5]]
    assert paragraphs(read_body("<pre>\n" + "\n".join(page) + "\n</pre>")) == expected
    # near miss: a list of short lines
    assert group_lines(["某市教育局", "某市财政局", "某市民政局", "某市公安局"], False) == [[0], [1], [2], [3]]


def test_heading_centring_weight_and_line_are_kept() -> None:
    result = read_body(
        '<div id=zoom><h2>某市停车办法</h2>\n<p align="center"><strong>第一章 总则</strong></p>\n<p>第一条 甲。</p></div>'
    )
    heading, chapter, article = result.lines
    assert (heading.heading, heading.line) == (2, 1)
    assert (chapter.centred, chapter.bold, chapter.heading, chapter.line) == (True, True, None, 2)
    assert (article.centred, article.bold, article.line) == (False, False, 3)


NUMERALS = [
    (3, "1", "3."),
    (28, "a", "ab."),
    (4, "upper-roman", "IV."),
    (12, "cjk-ideographic", "十二、"),
    (2, "none", ""),
]


@pytest.mark.parametrize(("n", "kind", "printed"), NUMERALS)
def test_list_numbers(n: int, kind: str, printed: str) -> None:
    assert numeral(n, kind) == printed


# -- tables ----------------------------------------------------------------------------------------------------------


def grid_of(table: str) -> list[tuple[int, int, int, int, str]] | None:
    root = parse_tree(f"<body>{table}</body>")
    element = next(root.iter("table"))
    return table_cells(element) if survey_tables(root)[element].is_grid else None


def test_merged_cells_keep_their_columns() -> None:
    grid = read(PROVINCE, "a.html").grids[0]
    assert [(c.row, c.column, c.row_span, c.column_span, c.text) for c in grid.cells[:4]] == [
        (0, 0, 2, 1, "地区"), (0, 1, 1, 2, "金额(万元)"), (1, 1, 1, 1, "中央"), (1, 2, 1, 1, "省级"),
    ]  # fmt: skip
    assert [c.column for c in grid.cells if c.text == "150"] == [2]


def test_layout_tables_are_unwrapped() -> None:
    # the document in one cell beside a menu
    assert (
        grid_of(f"<table><tr><td>菜单</td><td>目录</td></tr><tr><td>左</td><td>{ARTICLES * 8}</td></tr></table>")
        is None
    )
    # one column
    assert grid_of("<table><tr><td>甲</td></tr><tr><td>乙</td></tr></table>") is None
    # a table around tables
    inner = "<table><tr><td>甲</td><td>1</td></tr><tr><td>乙</td><td>2</td></tr></table>"
    assert grid_of(f"<table><tr><td>{inner}</td><td>{inner}</td></tr></table>") is None
    # near miss: data with a line break and a heading in its cells
    assert grid_of("<table><tr><td><p>部<br>门</p></td><td>职责</td></tr><tr><td>教育局</td><td><p>招生。</p><p>考试。</p></td></tr></table>") == [
        (0, 0, 1, 1, "部 门"), (0, 1, 1, 1, "职责"), (1, 0, 1, 1, "教育局"), (1, 1, 1, 1, "招生。 考试。"),
    ]  # fmt: skip


def test_hostile_spans_cost_nothing() -> None:
    row = '<tr><td colspan="99999999" rowspan="99999999">甲</td><td>乙</td></tr>'
    started = time.monotonic()
    read_body(f"<table>{row * 1000}</table>{ARTICLES}")
    assert time.monotonic() - started < 10


# -- facts -----------------------------------------------------------------------------------------------------------

PAIRS = [
    ("索 引 号：000014349/2023-00012", [("索引号", "000014349/2023-00012")]),
    # spans that leave nothing between a value and the next label
    (
        "发布机构：某局发布日期：2009-02-01 信息索取号：000-02",
        [("发布机构", "某局"), ("发布日期", "2009-02-01"), ("信息索取号", "000-02")],
    ),
    # the site's words behind a value
    ("公布日期:1993-12-24字体：【小 中 大】【内容纠错】", [("公布日期", "1993-12-24")]),
    # a label that ends like another label
    ("规范性文件编号：ABC-2020-1", [("规范性文件编号", "ABC-2020-1")]),
    # nobody filled it in
    ("文　　号： 主 题 词：", []),
    # near miss: a sentence
    ("发文机关应当在二十日内公开。", []),
]


@pytest.mark.parametrize(("line", "expected"), PAIRS)
def test_facts_of_a_line(line: str, expected: list[tuple[str, str]]) -> None:
    assert line_pairs(line) == expected


def test_list_of_documents_is_no_table_of_facts() -> None:
    listing = (
        "<table><tr><td>序号</td><td>文件名称</td><td>文号</td><td>备注</td></tr><tr><td>1</td><td>甲办法</td><td>某府发〔2001〕1号</td>"
        "<td>废止</td></tr><tr><td>2</td><td>乙办法</td><td>某府发〔2002〕2号</td><td>废止</td></tr></table>"
    )
    assert [f for f in read_body(f"<div id=zoom>{ARTICLES}{listing}</div>").facts if f[0] != "网页标题"] == []


TITLES = [
    ("某市停车办法_政策文件_某市人民政府网", "某市停车办法"),
    ("某市停车办法-某市住房和城乡建设委员会", "某市停车办法"),
    # the column between them
    ("某市停车办法（2011-2015）-公告公示-某市之窗-某市政务门户网站", "某市停车办法（2011-2015）"),
    # the column before it
    ("政府信息公开_某市人民政府关于调整入户政策的通知", "某市人民政府关于调整入户政策的通知"),
    # near miss: a dash inside the title
    ("某市住房发展规划（2011-2015）", "某市住房发展规划（2011-2015）"),
    ("某市城管局", "某市城管局"),
]


@pytest.mark.parametrize(("title", "expected"), TITLES)
def test_site_name_is_taken_off_the_title(title: str, expected: str) -> None:
    assert clean_title(title) == expected


def test_page_title_is_not_said_twice() -> None:
    # the document prints its title itself, so that of the site is furniture; near miss: a document that does not
    inside = read_body(
        f"<h1>{TITLE}</h1><div id=zoom><p align=center>{TITLE}</p><p>某府办发〔2023〕9号</p>{ARTICLES}</div>", TITLE
    )
    assert paragraphs(inside).count(TITLE) == 1
    assert inside.furniture[0].text == TITLE
    outside = read_body(
        f"<h1>{TITLE}</h1><div id=zoom><p>某府办发〔2023〕9号</p><p align=center>某市停车管理办法</p>{ARTICLES}</div>",
        TITLE,
    )
    assert paragraphs(outside)[0] == TITLE
    assert not outside.furniture


# -- robustness ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        # an application that a script fills
        '<div id="app"></div><script src="app.js"></script>',
        # only the site's menu was written
        '<ul class="nav"><li><a href="/">首页</a></li><li><a href="/b">公开</a></li></ul><div id="content"></div><script>load()</script>',
        '<iframe src="https://www.example.gov.cn/text.html"></iframe>',
        "",
    ],
)
def test_page_without_text_is_refused_with_advice(body: str) -> None:
    with pytest.raises(UnreadableFile, match="另存为"):
        read(html_page(body, "政策文件"), "a.html")


HOSTILE = {
    "deep blocks": "<div>" * 100_000 + ARTICLES + "</div>" * 100_000,
    "deep inline": "<p>" + "<span>" * 100_000 + "第一条 甲。" + "</span>" * 100_000 + "</p>" + ARTICLES,
    "deep unclosed": "<div><font>" * 30_000 + ARTICLES,
    "deep tables": "<table><tr><td>" * 5_000 + ARTICLES,
    "deep lists": "<ol><li>" * 20_000 + ARTICLES,
    "attributes": "<p " + " ".join(f"a{i}=1" for i in range(100_000)) + ">甲。</p>" + ARTICLES,
    "embedded picture": '<img src="data:image/png;base64,' + "A" * 11_000_000 + '">' + ARTICLES,
    "long attribute": '<p title="' + "字" * 4_000_000 + '">甲。</p>' + ARTICLES,
    "null bytes": ARTICLES.replace("第", "\0第"),
    "script end in a string": '<script>var a = "</script>";</script>' + ARTICLES,
    "entities": "&amp;" * 200_000 + "<!DOCTYPE x [<!ENTITY a 'aaaa'>]>&a;" + ARTICLES,
    "open tags": "<a " * 300_000 + ARTICLES,
    "less-than signs": "<" * 500_000 + ARTICLES,
    "spaces": "<p>" + "　 \n" * 500_000 + "</p>" + ARTICLES,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_page_is_read_in_bounded_time(name: str) -> None:
    started = time.monotonic()
    text = read(html_page(HOSTILE[name]), "a.html").text
    assert time.monotonic() - started < 20
    if name != "open tags":
        assert "第三条" in text


def test_tags_too_deep_are_dropped_and_their_breaks_kept() -> None:
    flat = flatten_depth("<div>" * 300 + "甲<p>乙</p>" + "</div>" * 300 + "<p>丙</p>")
    blocks = flatten(parse_tree(flat)).blocks
    assert [b.text for b in blocks] == ["甲", "乙", "丙"]


TAGS = st.sampled_from(
    [
        "div",
        "p",
        "span",
        "b",
        "table",
        "tr",
        "td",
        "th",
        "ol",
        "ul",
        "li",
        "br",
        "h1",
        "pre",
        "dl",
        "dt",
        "dd",
        "a",
        "script",
        "style",
        "center",
        "font",
        "hr",
        "form",
    ]
)
PIECES = st.one_of(
    TAGS.map("<{}>".format),
    TAGS.map("</{}>".format),
    st.sampled_from(
        ["<td colspan=9>", "<td rowspan=0>", '<p style="display:none">', "<!--", "-->", "<ol start=-5>", "&nbsp;", "<"]
    ),
    st.text("第一二条章、。，：附件索引号 　\n甲乙1.()<>\"'&;", max_size=12),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=60).map("".join))
def test_any_markup_is_read_or_refused(markup: str) -> None:
    try:
        result = read(f"<html><body>{markup}</body></html>".encode(), "a.html")
    except IngestError:
        return
    for line in result.lines:
        assert 0 <= line.start <= line.end <= len(result.text)
        assert "\n" not in result.text[line.start : line.end]
    for f in result.furniture:
        assert result.text[f.start : f.end] == f.text
    for grid in result.grids:
        for cell in grid.cells:
            assert letters(result.text[cell.start : cell.end]) == cell.text


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("甲乙丙丁。，第一条1", min_size=1, max_size=30), min_size=1, max_size=12))
def test_all_text_of_an_editor_box_is_kept(texts: list[str]) -> None:
    body = "".join(f"<p>{t}</p>" for t in texts)
    result = read_body(
        f"<div id=zoom><p>　　第一条 为了规范城市停车管理，保障道路畅通，维护公共秩序，制定本办法。</p>{body}</div>{FOOTER}"
    )
    for t in texts:
        assert letters(t) in letters(result.text)


# -- real pages ------------------------------------------------------------------------------------------------------


@pytest.mark.shared
def test_articles_of_saved_pages_are_contiguous() -> None:
    from ingest import patterns
    from ingest.numerals import read_numeral

    pages = sorted(POLICY.glob("*.htm*"))
    broken = []
    for path in pages:
        numbers = []
        for line in read(path.read_bytes(), path.name).text.split("\n"):
            m = patterns.ARTICLE.match(line.strip())
            if m and "\t" not in line and (m["gap"] or not patterns.CITED.match(line.strip()[m.end() :])):
                numbers.append(read_numeral(letters(m["n"])))
        previous = 0
        for n in numbers:
            if n not in (previous + 1, 1):
                broken.append((path.name, previous, n))
            previous = n
    assert len(pages) >= 60
    assert broken == []
