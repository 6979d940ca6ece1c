"""Whatever the text or the bytes are: our own errors alone, an end in time, every character kept, addresses that hold.

Texts are put together from what official documents are made of, in any order, because that is what reaches the rare
branches; random characters alone would all be one paragraph.
"""

from __future__ import annotations

import contextlib
import io
import json
import time
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest import ClausePath, Document, IngestError, SourceFile
from ingest.conservation import account
from ingest.numbering import count_article_lines, find_gaps
from ingest.reader import parse_source
from ingest.sources import read_bytes
from tests.ingest.readers.word_files import docx_file, p, r, tbl, tc

LABELS = (
    "第一条 ", "第二条", "第 三 条 ", "第3条 ", "第十二条之一 ", "第一百条 ", "第〇条 ", "第零条", "第一条第二条 ", "第二条规定的", "第九千九百九十九条 ",
    "第99999条 ", "第一编 总则", "第一章 总 则", "第二节", "一、", "二、", "十、", "三.", "(一)", "（二）", "(十二)", "1.", "2．", "3、", "12)", "1.1",
    "1.5亿元", "(1)", "（2）", "①", "②", "⑳", "一是", "二是", "三是", "首先,", "问:", "答:", "问1:", "Q:", "A:", "1.问:", "一问:", "第一步", "之一 ", "㈠", "⒈", "⑴",
)  # fmt: skip
WORDS = (
    "为了加强公园管理,制定本办法", "各县(区)人民政府、管委会,市直各单位:", "现将有关事项通知如下:", "印发给你们,请认真贯彻执行", "本办法自2023年5月1日起施行",
    "本办法自公布之日起施行,有效期5年", "责任单位:市财政局、市卫健委", "(牵头单位:市发改委;责任单位:各县区)", "以下责任单位均涉及各县区,不再单独列出", "前款第(二)项",
    "本办法第十条", "按照第三条、第四条的规定", "见附件1", "不得超过30日", "总投资1.5亿元", "《某市公园条例》(某府发〔2020〕1号)", "同时废止", "特此通知", "依法处理", "公园",
    "GAZETTE OF XINYU", "a b c", "联系电话:13800138000", "身份证号110101199001011234", "机密★1年", "目 录", "有下列情形之一的:", "包括", "等", "其中:",
)  # fmt: skip
LINES = (
    "某市人民政府办公室关于印发《某市公园管理办法》的通知", "某市公园管理办法", "关于加强公园管理的意见(试行)", "某府办发〔2023〕19号", "某府办发[2023]19 号 2023年8月11日",
    "某市人民政府文件", "某市人民政府公报", "2023年第4期(总第74期)", "某市人民政府", "2023年8月11日", "二〇二三年八月十一日", "(此件主动公开)", "附件", "附件1", "附 件 2:",
    "附件:主要目标任务分解表", "附件:1.甲表", "2.乙表", "张 三 李 四", "王五主持", "(作者单位:市政府办公室)", "- 3 -", "12", "— 5 —", "目 录", "市政府文件", "调查研究",
    "关于公园的通知(3)", "县(区)\t2023年\t2024年", "渝水区\t1\t2", "合计\t3\t4", "\t\t\t", "| 县区 | 产值 |", "|---|---|", "| 渝水区 | 76 | 3 |", "||||", "# 标题", "## 第一条 甲",
    "> 引文", "- 列表", "* 列表", "<!-- 注释 -->", "-----", "***", "索引号:000014349/2023-00012", "发布机构:某市人民政府", "成文日期:2023-08-11", "主题词:公园 管理", "抄送:市委各部门",
)  # fmt: skip
MARKS = (
    "。",
    ";",
    "；",
    ":",
    "：",
    ",",
    "、",
    "(",
    ")",
    "（",
    "）",
    "《",
    "》",
    "〔",
    "〕",
    "“",
    "”",
    "…",
    "!",
    "?",
    ".",
    "/",
    "#",
    "|",
    "\t",
    "_",
    "1_",
    "%",
)
SPACES = (
    "\n",
    "\n\n",
    "\n　　",
    "\n    ",
    " ",
    "　",
    "\t",
    "\r\n",
    "\f",
    "\n \n",
    "\n\n\n\n",
    "\x0b",
    "\x1c",
    "\x85",
    "\u2028",
    "\xa0",
)
ODD = (
    "\x00", "\x07", "\x1b[31m", "\ufeff", "\u200b", "\u202e", "\ue004", "𠮷", "é", "e\u0301", "臺灣省", "﹝", "￥", "\ud800", "\U000e0001", "0" * 40, "一" * 30, "第" * 20,
    "(" * 50, "（" * 50 + "）" * 50, "《" * 30, "1." * 30, "第一条" * 10, "、" * 60, "\u0660", "²", "Ⅳ", "㊀", "〇〇", "条", "款", "第条", "(一" , "附件" * 8,
)  # fmt: skip

FRAGMENT = st.one_of(
    st.sampled_from(LABELS),
    st.sampled_from(WORDS),
    st.sampled_from([f"\n{line}\n" for line in LINES]),
    st.sampled_from(MARKS),
    st.sampled_from(SPACES),
    st.sampled_from(ODD),
    st.text(max_size=5),
)
#: A paragraph as documents print it, more often than the fragments would come together by chance.
PARAGRAPH = st.builds(
    lambda label, words, mark, space: f"{label}{words}{mark}{space}",
    st.sampled_from(("", *LABELS)),
    st.sampled_from(WORDS),
    st.sampled_from(("。", ";", ":", "")),
    st.sampled_from(("\n", "\n\n", "\n　　")),
)
#: A coin, because ``one_of`` would count each kind of fragment as much as all paragraphs together.
PIECE = st.booleans().flatmap(lambda is_common: PARAGRAPH if is_common else FRAGMENT)
OPENING = st.sampled_from(
    ("", "某市公园管理办法\n\n", f"{LINES[0]}\n{LINES[3]}\n\n{WORDS[1]}\n", "第一章 总则\n第一条 为了管理公园。\n")
)
#: Lists draw few pieces unless told: long ones are asked for, short ones kept.
PIECES = st.one_of(st.lists(PIECE, max_size=8), st.lists(PIECE, min_size=12, max_size=60))
TEXT = st.builds(lambda opening, pieces: opening + "".join(pieces), OPENING, PIECES)

#: Far above what the slowest machine needs, far below what a hang or a product of lengths would take.
SECONDS, SECONDS_PER_CHARACTER = 2.0, 0.002

EXAMPLES = settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def check_documents(source: SourceFile, documents: list[Document]) -> None:
    """What must hold of every parse."""
    shares = account(source, documents)
    assert (shares.unaccounted_places, shares.repeated_places, shares.altered) == ((), (), ())
    assert documents and len({d.document_id for d in documents}) == len(documents)
    for document in documents:
        assert document.clauses
        paths = [str(c.path) for c in document.clauses]
        assert len(set(paths)) == len(paths)
        for clause in document.clauses:
            assert ClausePath.parse(str(clause.path)) == clause.path
            assert clause.display and clause.paragraphs
            assert all(0 <= p.start < p.end <= len(source.text) for p in clause.paragraphs)
        cells = [str(c.path) for t in document.tables for c in t.cells]
        assert len(set(cells)) == len(cells) and all(str(ClausePath.parse(c)) == c for c in cells)
        assert all(f.start is None or 0 <= f.start <= len(source.text) for f in document.findings)
        find_gaps(document)
        printed = json.loads(json.dumps(document.to_json()))
        assert Document.from_json(printed) == document


def check_source(source: SourceFile) -> None:
    started = time.perf_counter()
    try:
        documents = parse_source(source)
    except IngestError:
        return
    finally:
        spent = time.perf_counter() - started
        assert spent < SECONDS + SECONDS_PER_CHARACTER * len(source.text)
    count_article_lines(source.text)
    check_documents(source, documents)


@EXAMPLES
@given(TEXT)
def test_any_text_is_parsed_whole_or_refused_in_words(text: str) -> None:
    check_source(SourceFile("某市公报.txt", "0" * 64, text))


@EXAMPLES
@given(TEXT)
def test_any_text_as_a_file_is_parsed_whole_or_refused_in_words(text: str) -> None:
    try:
        source = read_bytes(text.encode("utf-8", "replace"), "某市公报.txt")
    except IngestError:
        return
    check_source(source)


@pytest.mark.parametrize(
    "unit",
    [
        # One line without an end, and many lines.
        "公园", "公园。\n", "公园\n\n",
        # Every kind of label, repeated and counted on.
        "第一条 甲。\n", "一、甲\n", "(一)甲;\n", "1.甲\n", "一是甲。\n", "问:甲?\n答:乙。\n",
        # Nesting that opens and never closes.
        "一、甲:\n(一)乙:\n1.丙:\n(1)丁:\n", "(", "（", "《", "〔2023〕",
        # Two articles a line; references; numbers; bullets.
        "第一条 甲。 第二条 乙。", "按照第三条、第四条的规定,", "1.5亿元、", "2023年5月1日", "- 甲\n", "| 甲 | 1 | 2 |\n", "甲\t1\t2\n",
        # Titles, numbers of documents, annexes, signatures.
        "某市人民政府关于公园的通知\n某府发〔2023〕1号\n\n第一条 甲。\n", "附件\n", "附件1\n甲表\n", "某市人民政府\n2023年5月1日\n", "《甲》(某府发〔2020〕1号)、", "责任单位:市财政局、",
        # White space and marks.
        " ", "　", "\n", "\t", "、", "。", "第", "一", "1", "-", "#", "|",
    ],
)  # fmt: skip
def test_time_grows_no_faster_than_length(unit: str) -> None:
    """Sixteen times the text in far less than the 256 times that a product of lengths would take."""
    allowed = 60 * max(min(_seconds(unit, 4_000) for _ in range(2)), 0.01)
    # Once more before it is called slow: the machine may have been busy with something else.
    assert _seconds(unit, 64_000) < allowed or _seconds(unit, 64_000) < allowed


def _seconds(unit: str, length: int) -> float:
    text = "某市公园管理办法\n\n" + unit * (length // len(unit))
    started = time.perf_counter()
    with contextlib.suppress(IngestError):
        parse_source(SourceFile("a.txt", "0" * 64, text))
    return time.perf_counter() - started


# ------------------------------------------------------------------------------------------------------- bytes


def zipped(**parts: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def small_docx() -> bytes:
    return docx_file(
        p(r("某市公园管理办法")), p(r("第一条 为了管理公园,制定本办法。")), tbl([tc(p(r("甲"))), tc(p(r("1")))], [tc(p(r("乙"))), tc(p(r("2")))])
    )  # fmt: skip


def small_pdf() -> bytes:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.setFont("STSong-Light", 14)
    for i, line in enumerate(("某市公园管理办法", "第一条 为了管理公园,制定本办法。", "第二条 公园免费。")):
        canvas.drawString(80, 760 - 24 * i, line)
    canvas.save()
    return buffer.getvalue()


OFD_PARTS = {
    "OFD.xml": '<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016"><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>'
    "</ofd:DocBody></ofd:OFD>",
    "Doc_0/Document.xml": '<ofd:Document xmlns:ofd="http://www.ofdspec.org/2016"><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>'
    '0 0 210 297</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData><ofd:Pages><ofd:Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/>'
    "</ofd:Pages></ofd:Document>",
    "Doc_0/Pages/Page_0/Content.xml": '<ofd:Page xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Content><ofd:Layer ID="2">'
    '<ofd:TextObject ID="3" Boundary="30 30 150 10" Font="4" Size="5"><ofd:TextCode X="0" Y="5">第一条 为了管理公园,制定本办法。</ofd:TextCode>'
    "</ofd:TextObject></ofd:Layer></ofd:Content></ofd:Page>",
}  # fmt: skip
HTML = """<!DOCTYPE html><html><head><meta charset="gb2312"><title>某市公园管理办法</title></head><body><div class="nav"><a href="/">首页</a></div>
<div class="content"><h1>某市公园管理办法</h1><p>第一条 为了管理公园,制定本办法。</p><table><tr><td rowspan="2">甲</td><td>1</td></tr><tr><td>2</td></tr></table></div></body></html>"""
MHTML = (
    'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"\r\n\r\n--x\r\nContent-Type: text/html; charset=utf-8\r\n'
    f"Content-Transfer-Encoding: 8bit\r\n\r\n{HTML}\r\n--x--\r\n"
)
RTF = r"{\rtf1\ansi\ansicpg936{\fonttbl{\f0 SimSun;}}\f0 \u31532?\u19968?\u26465? \u20844?\u22253?\u12290?\par}"
MARKDOWN = (
    "# 某市公园管理办法\n\n<!-- 注 -->\n\n第一条 为了管理公园,制定本办法。\n\n| 甲 | 乙 |\n|---|---|\n| 1 | 2 |\n"
)

#: A small file of every format that needs no outside program to be read, and its name.
VALID = {
    "a.txt": "某市公园管理办法\n\n第一条 为了管理公园,制定本办法。\n".encode(),
    "b.txt": "某市公园管理办法\n\n第一条 为了管理公园,制定本办法。\n".encode("gb18030"),
    "c.txt": "某市公园管理办法\n\n第一条 为了管理公园,制定本办法。\n".encode("utf-16"),
    "a.md": MARKDOWN.encode(),
    "a.html": HTML.encode("gb18030"),
    "a.mht": MHTML.encode(),
    "a.ofd": zipped(**OFD_PARTS),
    "a.docx": small_docx(),
    "a.pdf": small_pdf(),
}
#: What each format's content begins with; behind it anything may come. Legacy Word and RTF go through a converter in a
#: process of its own, which tests/ingest/readers/test_office.py holds to its limits.
MAGIC = {
    "a.pdf": (b"%PDF-1.7\n", b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n", b"junk %PDF-1.7\n"),
    "a.docx": (b"PK\x03\x04", b"PK\x03\x04word/document.xml", b"PK\x03\x04[Content_Types].xml"),
    "a.ofd": (b"PK\x03\x04OFD.xml", b"PK\x05\x06"),
    "a.html": (b"<html>", b"<!DOCTYPE html><body>", b'<?xml version="1.0"?><html>', b"<p>" * 200, b'<meta charset="x-no-such">'),
    "a.mht": (b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\n", b"From: <x>\r\nMIME-Version: 1.0\r\n\r\n"),
    "a.png": (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"GIF89a", b"BM", b"II*\x00", b"MM\x00*"),
    "a.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")),
    "a.txt": (b"", b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\x00"),
    "a.md": (b"# ", b"| a |\n", b"<!--"),
}  # fmt: skip


def check_bytes(data: bytes, name: str) -> None:
    try:
        source = read_bytes(data, name)
    except IngestError as error:
        assert error.path == name and error.found and error.advice
        return
    # A reader's spans are right, whatever it was given.
    assert source.read is not None and source.text == source.read.text
    assert all(0 <= line.start <= line.end <= len(source.text) for line in source.read.lines)
    for f in source.read.furniture:
        assert source.text[f.start : f.end] == f.text
    for grid in source.read.grids:
        for cell in grid.cells:
            assert grid.start <= cell.start <= cell.end <= grid.end
            assert "".join(source.text[cell.start : cell.end].split()) == "".join(cell.text.split())
    check_source(source)


@pytest.mark.parametrize("name", VALID)
def test_a_small_file_of_each_format_is_read(name: str) -> None:
    source = read_bytes(VALID[name], name)
    assert "第一条 为了管理公园,制定本办法。" in source.text
    check_bytes(VALID[name], name)


@pytest.mark.parametrize("name", MAGIC)
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_anything_may_stand_behind_the_first_bytes_of_a_format(name: str, data: st.DataObject) -> None:
    head = data.draw(st.sampled_from(MAGIC[name]))
    body = data.draw(st.one_of(st.binary(max_size=300), TEXT.map(lambda t: t.encode("utf-8", "replace"))))
    check_bytes(head + body, name)


@pytest.mark.parametrize("name", VALID)
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_truncated_file_is_read_or_refused_in_words(name: str, data: st.DataObject) -> None:
    whole = VALID[name]
    check_bytes(whole[: data.draw(st.integers(0, len(whole)))], name)


@pytest.mark.parametrize("name", VALID)
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_damaged_file_is_read_or_refused_in_words(name: str, data: st.DataObject) -> None:
    whole = bytearray(VALID[name])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at : at + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=8))
    check_bytes(bytes(whole), name)


@pytest.mark.parametrize("name", ["document.xml", "OFD.xml"])
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_markup_inside_a_package_is_read_or_refused_in_words(name: str, data: st.DataObject) -> None:
    """A package that opens, with parts that are not what they should be."""
    tag = st.sampled_from(
        (
            "w:p",
            "w:r",
            "w:t",
            "w:tbl",
            "w:tr",
            "w:tc",
            "w:body",
            "w:sdt",
            "ofd:Page",
            "ofd:Layer",
            "ofd:TextObject",
            "ofd:TextCode",
        )
    )
    pieces = st.lists(
        st.one_of(tag.map("<{}>".format), tag.map("</{}>".format), st.sampled_from(WORDS), st.text(max_size=4)),
        max_size=15,
    )
    content = "".join(data.draw(pieces))
    if name == "OFD.xml":
        check_bytes(zipped(**{**OFD_PARTS, data.draw(st.sampled_from(list(OFD_PARTS))): content}), "a.ofd")
        return
    whole = f'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">{content}</w:document>'
    check_bytes(
        zipped(
            **{"[Content_Types].xml": "<Types/>", "word/document.xml": data.draw(st.sampled_from((content, whole)))}
        ),
        "a.docx",
    )
