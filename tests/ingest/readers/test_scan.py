"""Images: what is recognised is sorted like print, and said to be recognised; what is no page is refused."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from ingest.documents import ReadText, UnreadableFile, UnsupportedFormat
from ingest.readers import pdf, scan
from ingest.readers.assembling import TextBuilder
from ingest.readers.page_layout import PageReader
from tests.ingest.readers.page_builders import Sheet, paragraphs, pdf_of, text_width, typeset
from tests.ingest.readers.test_page_layout import LAW

needs_recognition = pytest.mark.skipif(not scan.is_installed(), reason="the extra ocr is not installed")


def png(size: tuple[int, int] = (200, 100), mode: str = "RGB", **options: Any) -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, "white").save(file, options.pop("format", "PNG"), **options)
    return file.getvalue()


def boxes_of(sheet: Sheet, scores: dict[str, float] | None = None) -> SimpleNamespace:
    """A sheet as the recogniser reports it: boxes a little taller than their text, from top to bottom, in pixels."""
    boxes, texts, values = [], [], []
    for x, y, size, text in sorted(sheet.texts, key=lambda t: t[1]):
        scale = scan.DPI / 72
        left, right = x * scale, (x + text_width(text, size)) * scale
        top, bottom = (y - 1.0 * size) * scale, (y + 0.25 * size) * scale
        boxes.append([[left, top], [right, top], [right, bottom], [left, bottom]])
        texts.append(text)
        values.append((scores or {}).get(text, 0.99))
    return SimpleNamespace(boxes=boxes, txts=texts, scores=values)


def recognised(monkeypatch: pytest.MonkeyPatch, results: list[Any]) -> ReadText:
    """What is read of images for which the recogniser gives ``results``."""
    queue = list(results)
    monkeypatch.setattr(scan, "_engine", lambda: lambda pixels: queue.pop(0))
    image = Image.new("RGB", (1654, 2339), "white")
    reader, recognition = PageReader(), scan.Recognition()
    for page in recognition.pages([(i, image) for i in range(1, len(results) + 1)], "a.png"):
        reader.add(page)
    return recognition.reported(reader.write(TextBuilder()))


@pytest.mark.parametrize("columns", [1, 2])
def test_boxes_in_scan_order_become_paragraphs_column_by_column(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    sheets = typeset(LAW, columns=columns, per_line=(28, 18)[columns - 1], size=(14, 11)[columns - 1], rows=15)
    read = recognised(monkeypatch, [boxes_of(s) for s in sheets])
    assert paragraphs(read) == LAW
    assert [(f.code, f.severity) for f in read.findings] == [("recognised_text", "notice")]


def test_a_line_recognised_with_little_confidence_is_reported_with_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = Sheet([(90, 100, 14, "第一条 公园应当开放。"), (90, 130, 14, "政资金")])
    read = recognised(monkeypatch, [boxes_of(sheet, {"政资金": 0.41})])
    doubtful = [f for f in read.findings if f.code == "doubtful_recognition"]
    assert read.text[doubtful[0].start :].startswith("政资金")
    assert len(doubtful) == 1 and "政资金" in doubtful[0].message and "第 1 页" in doubtful[0].message


def test_an_image_without_text_gives_an_empty_page(monkeypatch: pytest.MonkeyPatch) -> None:
    read = recognised(monkeypatch, [SimpleNamespace(boxes=None, txts=None, scores=None)])
    assert paragraphs(read) == []


def test_a_recogniser_that_fails_is_our_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(pixels: Any) -> None:
        raise RuntimeError("onnx")

    monkeypatch.setattr(scan, "_engine", lambda: fails)
    with pytest.raises(UnreadableFile, match="识别失败"):
        list(scan.Recognition().pages([(1, Image.new("RGB", (10, 10)))], "a.png"))


def test_without_the_extra_an_image_is_refused_and_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "is_installed", lambda: False)
    with pytest.raises(UnsupportedFormat, match=r"pip install '\.\[ocr\]'"):
        scan.read(png(), "a.png")


FORMATS = [
    # Transparency lies on white paper, a palette and grey become colours.
    (png(mode="RGBA"), 1),
    (png(mode="P", format="GIF"), 1),
    (png(mode="L", format="BMP"), 1),
    (png(format="JPEG"), 1),
    (png(mode="1", format="TIFF"), 1),
    # A fax: one file, several pages.
    (png(format="TIFF", save_all=True, append_images=[Image.new("RGB", (50, 50))] * 2), 3),
]


@pytest.mark.parametrize(("data", "n_pages"), FORMATS)
def test_every_frame_of_every_format_is_a_page_in_colours(data: bytes, n_pages: int) -> None:
    frames = list(scan.frames(data, "a"))
    assert [n for n, _ in frames] == list(range(1, n_pages + 1))
    assert all(image.mode == "RGB" for _, image in frames)


NO_PAGES = [
    # Not an image, and one cut off.
    (b"\x89PNG\r\n\x1a\n" + b"x" * 50, "损坏"),
    (png((400, 400))[:200], "损坏"),
    # A bomb: a gigapixel out of a few kilobytes.
    (png((30_000, 30_000), mode="1"), "大|像素"),
    # More than any page has, though no bomb.
    (png((9_000, 6_000), mode="1"), "像素"),
]


@pytest.mark.parametrize(("data", "found"), NO_PAGES)
def test_what_is_no_page_is_refused_with_advice(data: bytes, found: str) -> None:
    with pytest.raises(UnreadableFile, match=found) as raised:
        list(scan.frames(data, "a.png"))
    assert raised.value.advice


@needs_recognition
def test_a_page_that_was_printed_and_scanned_is_recognised() -> None:
    import pypdfium2

    document = pypdfium2.PdfDocument(
        pdf_of([Sheet([(90, 120, 20, "第一条 公园应当向公众开放。"), (90, 160, 20, "第二条 公园免收门票。")])])
    )
    image = document[0].render(scale=scan.DPI / 72).to_pil()
    file = io.BytesIO()
    image.save(file, "PNG")
    document.close()
    read = scan.read(file.getvalue(), "a.png")
    if not read.text.strip():
        pytest.skip("no Chinese font to draw the page with")
    assert "recognised_text" in [f.code for f in read.findings]
    # The same page as a picture within a PDF takes the same way.
    picture = io.BytesIO()
    image.save(picture, "PDF", resolution=scan.DPI)
    assert pdf.read(picture.getvalue(), "a.pdf").text == read.text
