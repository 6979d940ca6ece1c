"""PDF files: the text layer in reading order, heads aside, tables as grids; pictures are recognised or reported."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pytest
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from ingest.documents import EmptyFile, IngestError, UnreadableFile, UnsupportedFormat
from ingest.numerals import read_numeral
from ingest.readers import ofd, pdf, scan
from tests.conftest import SHARED
from tests.ingest.readers.page_builders import (
    HEIGHT,
    WIDTH,
    Sheet,
    furniture,
    grid_texts,
    merged,
    ofd_of,
    paragraphs,
    pdf_of,
    table,
    typeset,
)
from tests.ingest.readers.test_page_layout import LAW, long_law


@pytest.fixture
def no_recognition(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(scan, "is_installed", lambda: False)
    yield


def picture_pdf(n_pages: int, text_pages: int = 0) -> bytes:
    """Pages that are a grey picture, then pages of text."""
    from PIL import Image

    image = ImageReader(Image.new("RGB", (60, 80), "lightgrey"))
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(WIDTH, HEIGHT))
    for _ in range(n_pages):
        canvas.drawImage(image, 0, 0, WIDTH, HEIGHT)
        canvas.showPage()
    for _ in range(text_pages):
        canvas.setFont("STSong-Light", 14)
        canvas.drawString(90, 700, "第一条 公园应当向公众开放，不得收取费用。")
        canvas.showPage()
    canvas.save()
    return file.getvalue()


@pytest.mark.parametrize("columns", [1, 2])
@pytest.mark.parametrize("reverse", [False, True], ids=["written in order", "written last line first"])
def test_paragraphs_come_in_reading_order_however_the_file_writes_them(columns: int, reverse: bool) -> None:
    texts = long_law(3)
    shape = {"per_line": (28, 18)[columns - 1], "size": (14.0, 11.0)[columns - 1]}
    sheets = typeset(texts, columns=columns, rows=16, heads=["某市人民政府公报"], page_numbers=True, **shape)  # type: ignore[arg-type]
    read = pdf.read(pdf_of(sheets, reverse=reverse), "公报.pdf")
    assert read.is_paragraphed
    assert paragraphs(read) == texts
    assert {k for k, _ in furniture(read)} == {"running_head", "page_number"}


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_a_page_that_is_turned_for_viewing_reads_the_same(rotate: int) -> None:
    assert paragraphs(pdf.read(pdf_of(typeset(LAW), rotate=rotate), "a.pdf")) == LAW


def turned_text(angle: float) -> bytes:
    """A page whose text runs at ``angle``, and a label that does not."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(WIDTH, HEIGHT))
    canvas.setFont("STSong-Light", 14)
    canvas.translate(300, 400)
    canvas.rotate(angle)
    for i, line in enumerate(("第一条 公园应当开放。", "第二条 公园应当免费。", "第三条 公园应当整洁。")):
        canvas.drawString(-150, 60 - 24 * i, line)
    canvas.rotate(-angle - 45)
    canvas.drawString(0, -200, "内部资料")
    canvas.save()
    return file.getvalue()


@pytest.mark.parametrize("angle", [0, 90, 180, 270])
def test_text_that_runs_up_the_page_is_read_and_a_watermark_is_furniture(angle: float) -> None:
    read = pdf.read(turned_text(angle), "a.pdf")
    assert paragraphs(read) == ["第一条 公园应当开放。", "第二条 公园应当免费。", "第三条 公园应当整洁。"]
    assert furniture(read) == [("watermark", "内部资料")]


def test_a_ruled_table_is_read_from_its_lines() -> None:
    sheet = merged(typeset(LAW[:1])[0], table([["地区", "2023年", "<"], ["甲区", "12", "13"]], 90, 300, [80, 60, 60]))
    read = pdf.read(pdf_of([sheet]), "a.pdf")
    assert grid_texts(read) == [
        [(0, 0, 1, 1, "地区"), (0, 1, 1, 2, "2023年"), (1, 0, 1, 1, "甲区"), (1, 1, 1, 1, "12"), (1, 2, 1, 1, "13")]
    ]
    assert paragraphs(read) == LAW[:1]


def test_pdf_and_ofd_of_the_same_pages_give_the_same_text() -> None:
    sheets = typeset(
        long_law(2), columns=2, per_line=18, size=11, rows=20, heads=["某市人民政府公报"], page_numbers=True
    )
    sheets.append(table([["地区", "面积"], ["甲区", "12"], ["乙区", "9"]], 90, 300, [80, 60]))
    from_pdf, from_ofd = pdf.read(pdf_of(sheets), "a.pdf"), ofd.read(ofd_of(sheets), "a.ofd")
    assert from_pdf.text == from_ofd.text
    assert from_pdf.lines == from_ofd.lines and from_pdf.grids == from_ofd.grids


def test_a_file_that_opens_without_a_password_is_read_though_it_is_encrypted() -> None:
    assert paragraphs(pdf.read(pdf_of(typeset(LAW), password=""), "a.pdf")) == LAW


def test_a_file_behind_a_password_is_refused_with_advice() -> None:
    with pytest.raises(UnreadableFile, match="密码"):
        pdf.read(pdf_of(typeset(LAW), password="secret"), "a.pdf")


BROKEN = [
    # The name of the format and nothing else.
    b"%PDF-1.7\n",
    # A file cut off in its first object.
    b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0",
    # Something else under that name.
    b"%PDF-" + b"\x00" * 500,
]


@pytest.mark.parametrize("data", BROKEN)
def test_a_damaged_file_is_refused_with_advice(data: bytes) -> None:
    with pytest.raises(UnreadableFile, match="损坏"):
        pdf.read(data, "a.pdf")


def test_a_file_without_pages_is_empty() -> None:
    data = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    with pytest.raises((EmptyFile, UnreadableFile)):
        pdf.read(data, "a.pdf")


def test_a_damaged_file_raises_nothing_but_our_own_errors(no_recognition: None) -> None:
    whole = pdf_of(typeset(LAW, page_numbers=True))
    for cut in range(50, len(whole), len(whole) // 60):
        for data in (whole[:cut], whole[:cut] + b"\xff" * 20 + whole[cut + 20 :], whole[:cut] + whole[cut + 7 :]):
            try:
                pdf.read(data, "a.pdf")
            except IngestError as error:
                assert error.advice and error.found


def test_scanned_pages_without_recognition_are_refused_and_the_extra_is_named(no_recognition: None) -> None:
    with pytest.raises(UnsupportedFormat, match=r"pip install '\.\[ocr\]'"):
        pdf.read(picture_pdf(3), "扫描.pdf")


def test_a_few_scanned_pages_among_others_are_reported_by_number(no_recognition: None) -> None:
    read = pdf.read(picture_pdf(1, text_pages=3), "a.pdf")
    (finding,) = read.findings
    assert finding.code == "page_without_text" and "第 1 页" in finding.message and finding.advice
    assert "第一条" in read.text


def test_an_empty_page_is_no_scanned_page(no_recognition: None) -> None:
    read = pdf.read(pdf_of([Sheet(), typeset(LAW)[0], Sheet()]), "a.pdf")
    assert read.findings == () and paragraphs(read) == LAW
    assert {a.page for a in read.lines} == {2}


def test_scanned_pages_are_recognised_in_their_place_among_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    from ingest.readers.page_lines import Glyph, Page

    def recognise(self, images, name):  # type: ignore[no-untyped-def]
        for number, _ in images:
            yield Page(number, WIDTH, HEIGHT, [Glyph(f"识别出来的第{number}页。", 90, 200, 100, 14)])

    monkeypatch.setattr(scan, "is_installed", lambda: True)
    monkeypatch.setattr(scan.Recognition, "pages", recognise)
    read = pdf.read(picture_pdf(3, text_pages=1), "a.pdf")
    recognised = [f"识别出来的第{n}页。" for n in (1, 2, 3)]
    assert paragraphs(read) == [*recognised, "第一条 公园应当向公众开放，不得收取费用。"]
    assert [a.page for a in read.lines] == [1, 2, 3, 4] and read.findings == ()


def raw_pdf(content: bytes, cmap: bytes = b"") -> bytes:
    """A page with that content stream; its font F1 is Helvetica, whose characters mean what ``cmap`` says."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica%s>>" % (b"/ToUnicode 6 0 R" if cmap else b""),
        b"<</Length %d>>stream\n%s\nendstream" % (len(cmap), cmap),
    ]
    data, offsets = b"%PDF-1.4\n", []
    for i, item in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (i, item)
    table_at = len(data)
    data += b"xref\n0 7\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % o for o in offsets)
    return data + b"trailer<</Root 1 0 R/Size 7>>\nstartxref\n%d\n%%%%EOF" % table_at


def mapped_pdf(text: bytes, code: str) -> bytes:
    """A page of ``text`` whose font says that A means the character ``code`` (four hexadecimal digits)."""
    cmap = (
        "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <ff> endcodespacerange\n"
        f"1 beginbfchar <41> <{code}> endbfchar endcmap end"
    )
    return raw_pdf(b"BT /F1 14 Tf 90 700 Td (" + text + b") Tj ET", cmap.encode())


UPRIGHT = [
    # The ordinary way, and three ways round through mirrors and negative sizes.
    b"BT /F1 14 Tf 1 0 0 1 90 700 Tm (Hello world) Tj ET",
    b"BT /F1 -14 Tf -1 0 0 -1 90 700 Tm (Hello world) Tj ET",
    b"1 0 0 -1 0 842 cm BT /F1 14 Tf 1 0 0 -1 90 142 Tm (Hello world) Tj ET",
    b"1 0 0 -1 0 842 cm BT /F1 -14 Tf -1 0 0 1 90 142 Tm (Hello world) Tj ET",
    # Printed twice, a little aside: that is bold. The two l of Hello are not.
    b"BT /F1 14 Tf 90 700 Td (Hello world) Tj 0.3 0 Td (Hello world) Tj ET",
]


@pytest.mark.parametrize("content", UPRIGHT)
def test_letters_are_read_once_and_upright_however_they_are_turned_there(content: bytes) -> None:
    assert pdf.read(raw_pdf(content), "a.pdf").text == "Hello world\n"


MEANINGS = [
    # Private use: the font has signs of its own, and no one else knows them.
    ("E001", ["garbled_text"]),
    # The sign that says that a character was lost.
    ("FFFD", ["garbled_text"]),
    # A Chinese character.
    ("516C", []),
]


@pytest.mark.parametrize(("code", "expected"), MEANINGS)
def test_characters_without_a_meaning_are_reported(code: str, expected: list[str], no_recognition: None) -> None:
    read = pdf.read(mapped_pdf(b"AAAAAAAAAAAA", code), "a.pdf")
    assert [f.code for f in read.findings] == expected
    assert all("第 1 页" in f.message and f.advice for f in read.findings)
    assert chr(int(code, 16)) * 12 in read.text


PRINTED_BY_BROWSERS = [
    # Above the page the time, below it the address: on a single page nothing repeats.
    [(24, 20, 8, "2023/8/1 14:05 某市公园管理办法"), (24, 832, 8, "https://www.example.gov.cn/t1.html 1/1")],
    [(24, 20, 8, "8/1/23, 2:05 PM 某市公园管理办法"), (24, 832, 8, "file:///tmp/a.html")],
]


@pytest.mark.parametrize("texts", PRINTED_BY_BROWSERS)
def test_what_a_browser_prints_round_a_page_is_furniture(texts: list[tuple[float, float, float, str]]) -> None:
    read = pdf.read(pdf_of([merged(Sheet(texts), typeset(LAW)[0])]), "a.pdf")
    assert paragraphs(read) == LAW
    assert [k for k, _ in furniture(read)] == ["running_head", "running_head"]


def test_a_time_in_the_text_is_no_browser_head() -> None:
    sheet = Sheet(
        [(90, 100, 14, "投标截止时间2023/8/1 14:05"), (90, 124, 14, "网址https://www.example.gov.cn/t1.html")]
    )
    assert furniture(pdf.read(pdf_of([sheet]), "a.pdf")) == []


@pytest.mark.shared
def test_articles_of_the_real_files_are_contiguous() -> None:
    """第一条 … 第N条 in order, each at the head of a paragraph, in every PDF of the corpus that has articles."""
    last = {"121": 53, "126": 26, "336": 91}
    for number, n in last.items():
        (path,) = (SHARED / "corpora" / "policy").glob(f"{number}_*.pdf")
        read = pdf.read(path.read_bytes(), path.name)
        found = [m[1] for p in paragraphs(read) if (m := re.match(r"第([一二三四五六七八九十百]+)条\s", p))]
        assert [read_numeral(x) for x in found] == list(range(1, n + 1)), path.name
