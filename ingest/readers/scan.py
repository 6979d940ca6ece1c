"""Scanned pages and images: text is recognised where the extra ``ocr`` is installed; columns are sorted as in a PDF."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib.util import find_spec
from statistics import median
from typing import Any

from ingest.documents import Finding, ReadText, UnreadableFile, UnsupportedFormat
from ingest.readers.assembling import TextBuilder
from ingest.readers.page_layout import PageReader
from ingest.readers.page_lines import Glyph, Page, is_wide

#: Resolution at which pages are rendered: 150, 200 and 300 recognise equally well.
DPI = 200
#: A3 at 300 dpi has 17 million; more is a poster or an attack.
MAX_PIXELS = 50_000_000
#: A page takes seconds: more of them belong in a batch of their own.
MAX_PAGES = 500
#: A line recognised with less confidence is reported.
_DOUBTFUL = 0.8


def is_installed() -> bool:
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None and find_spec("PIL") is not None


def not_installed(name: str, found: str) -> UnsupportedFormat:
    """The refusal of a file that only recognition could read."""
    return UnsupportedFormat(name, found, "请安装文字识别组件(pip install '.[ocr]')后再导入,或换用有文字层的版本。")


def read(data: bytes, name: str) -> ReadText:
    """The recognised text of an image (png, jpg, bmp, gif, tiff of several pages).

    Raises:
        UnsupportedFormat: recognition is not installed.
        UnreadableFile: damaged, or too large to be a page.
    """
    if not is_installed():
        raise not_installed(name, "这是图片")
    reader, recognition = PageReader(), Recognition()
    for page in recognition.pages(frames(data, name), name):
        reader.add(page)
    return recognition.reported(reader.write(TextBuilder(is_paragraphed=True)))


def frames(data: bytes, name: str) -> Iterator[tuple[int, Any]]:
    """The pages of an image file, numbered from 1, upright and in colours.

    Raises:
        UnreadableFile: damaged, of another format, or too large to be a page.
    """
    from PIL import Image, UnidentifiedImageError

    damaged = ("图片已损坏,或不是能识别的图片格式", "请另存为 png、jpg 或 tiff 后再导入。")
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "TIFF", "BMP", "GIF")) as image:
            for i in range(getattr(image, "n_frames", 1)):
                if i >= MAX_PAGES:
                    raise UnreadableFile(name, f"图片超过 {MAX_PAGES} 页", "请拆成较小的文件再导入。")
                image.seek(i)
                if image.width * image.height > MAX_PIXELS:
                    raise UnreadableFile(
                        name,
                        f"图片超过 {MAX_PIXELS // 10**6} 百万像素",
                        "请以 300 dpi 以内的分辨率重新扫描或缩小后再导入。",
                    )
                yield i + 1, _flat(image)
    except UnreadableFile:
        raise
    except Image.DecompressionBombError as error:
        raise UnreadableFile(name, "图片大得不像一页纸", "请缩小后再导入。") from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, MemoryError) as error:
        raise UnreadableFile(name, *damaged) from error


def _flat(image: Any) -> Any:
    """``image`` upright as its camera noted, without transparency: what lies under it is paper."""
    from PIL import Image, ImageOps

    image = ImageOps.exif_transpose(image)
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image)
    return image.convert("RGB")


@lru_cache(maxsize=1)
def _engine() -> Any:
    """The recogniser; its models come inside its wheel."""
    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    engine = RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.use_cls": False,
            "Det.limit_side_len": 960,
            "Det.limit_type": "max",
        }
    )
    return engine


@dataclass
class Recognition:
    """Recognises pages and remembers what of it should be checked."""

    numbers: list[int] = field(default_factory=list)
    #: Page, words and confidence of lines that may be wrong.
    doubtful: list[tuple[int, str, float]] = field(default_factory=list)
    left_out: int | None = None

    def pages(self, images: Iterable[tuple[int, Any]], name: str) -> Iterator[Page]:
        """Pages of recognised text for (page number, image), one by one.

        Raises:
            UnreadableFile: the recogniser failed.
        """
        import numpy

        for number, image in images:
            if len(self.numbers) >= MAX_PAGES:
                self.left_out = number
                return
            try:
                result = _engine()(numpy.asarray(image.convert("RGB"))[:, :, ::-1])
            except Exception as error:  # The recogniser and its runtime raise many kinds, none of them documented.
                advice = "请换用更清晰的扫描件,或有文字层的版本。"
                raise UnreadableFile(name, f"第 {number} 页文字识别失败", advice) from error
            self.numbers.append(number)
            scale = 72 / DPI
            lines = _lines(result, scale)
            self.doubtful += [(number, g.text, score) for g, score in lines if score < _DOUBTFUL]
            yield Page(number, image.width * scale, image.height * scale, [g for g, _ in lines])

    def reported(self, read: ReadText) -> ReadText:
        """``read`` with the findings of recognition, each doubtful line at its place."""
        findings = list(read.findings)
        for number, text, score in self.doubtful:
            message = f"第 {number} 页识别存疑({score:.0%}):{text}"
            place = _place(read, number, text)
            findings.append(Finding("doubtful_recognition", "warning", message, None, place, "请对照原件核对这一行。"))
        if self.left_out is not None:
            message = f"第 {self.left_out} 页起没有识别:扫描页超过 {MAX_PAGES} 页"
            findings.append(Finding("page_without_text", "warning", message, None, None, "请拆成较小的文件再导入。"))
        if self.numbers:
            listed = "、".join(map(str, self.numbers[:30])) + (" 等" if len(self.numbers) > 30 else "")
            message = f"第 {listed} 页的文字是识别出来的"
            findings.append(Finding("recognised_text", "notice", message, None, None, "引用前请对照原件核对。"))
        return replace(read, findings=tuple(findings))


def _place(read: ReadText, page: int, text: str) -> int | None:
    """Where a recognised line came to stand in the text."""
    for line in read.lines:
        if line.page == page and (at := read.text.find(text, line.start, line.end)) >= 0:
            return at
    return None


def _lines(result: Any, scale: float) -> list[tuple[Glyph, float]]:
    """Recognised boxes as glyphs, with their confidence. Sizes that differ by the ink alone are made one."""
    if result.boxes is None or not result.txts:
        return []
    found: list[tuple[Glyph, float]] = []
    ranges: list[tuple[float, float]] = []
    for box, text, score in zip(result.boxes, result.txts, result.scores, strict=True):
        text = str(text).strip()
        if not text:
            continue
        xs, ys = [float(p[0]) * scale for p in box], [float(p[1]) * scale for p in box]
        width, height = max(xs) - min(xs), max(max(ys) - min(ys), 0.1)
        # A box is taller than its characters by half; how wide they are says their size better, but for short words.
        n = sum(1.0 if is_wide(c) else 0.55 for c in text)
        size = min(max(width / n, 0.55 * height), 1.1 * height) if n >= 4 else 0.7 * height
        ranges.append((0.8 * size, 1.25 * size) if n >= 4 else (0.5 * height, 1.1 * height))
        middle = (min(ys) + max(ys)) / 2
        found.append((Glyph(text, min(xs), max(xs), middle + 0.38 * size, size), float(score)))
    usual = median(g.size for g, _ in found) if found else 0.0
    for (glyph, _), (least, most) in zip(found, ranges, strict=True):
        if least < usual < most:
            glyph.size, glyph.y = usual, glyph.y + 0.38 * (usual - glyph.size)
    return found
