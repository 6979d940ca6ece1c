"""One document in the four formats that offices publish it in: what the tests of agreement between readers read."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

from tests.ingest.readers.page_builders import HEIGHT, LEFT, TOP, WIDTH, Sheet, broken, merged, pdf_of, text_width
from tests.ingest.readers.page_builders import table as ruled_table
from tests.ingest.readers.word_files import docx_file, level, numbered, numbering, p, tbl

Kind = Literal["text", "flush", "centred", "title", "right"]
_BODY, _TITLE, _ROW, _PER_LINE = 14.0, 20.0, 24.0, 29
_TEXT_WIDTH = _BODY * _PER_LINE


@dataclass(frozen=True)
class Printed:
    """One paragraph: ``text`` is set in, ``flush`` is not, ``centred`` and ``right`` stand where the words say."""

    text: str
    kind: Kind = "text"


@dataclass(frozen=True)
class Ruled:
    """A table of one-line cells, its head in the first row."""

    rows: tuple[tuple[str, ...], ...]


#: The paragraphs and tables of a document in print order.
Blocks = Sequence[Printed | Ruled]


def as_txt(blocks: Blocks) -> bytes:
    """Plain text as an editor saves it: one line a paragraph, set in by two wide blanks; tabs between cells."""
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, Ruled):
            lines += ["\t".join(row) for row in block.rows]
        elif block.kind == "text":
            lines.append("　　" + block.text)
        elif block.kind == "flush":
            lines.append(block.text)
        else:
            room = 60 - 2 * len(block.text)
            lines.append(" " * max(room if block.kind == "right" else room // 2, 0) + block.text)
    return ("\n".join(lines) + "\n").encode()


_HTML_STYLES: dict[Kind, str] = {
    "text": "text-indent:2em",
    "flush": "",
    "centred": "text-align:center",
    "title": "text-align:center;font-size:22pt",
    "right": "text-align:right",
}


def as_html(blocks: Blocks) -> bytes:
    """A page of a government site: its menus and foot, the title as the page's heading, the text as an editor left it."""
    title = next((b.text for b in blocks if isinstance(b, Printed) and b.kind == "title"), "")
    body = "".join(_html_block(b) for b in blocks)
    page = (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{escape(title)}_某市人民政府</title>'
        f'<meta name="ArticleTitle" content="{escape(title)}"><meta name="SiteName" content="某市人民政府"></head><body>'
        '<div class="header"><ul class="nav"><li><a href="/">网站首页</a></li><li><a href="/zwgk">政务公开</a></li>'
        '<li><a href="/hdjl">互动交流</a></li></ul></div>'
        '<div class="position">当前位置:<a href="/">首页</a> &gt; <a href="/zwgk">政务公开</a> &gt; 规范性文件</div>'
        f'<div class="article"><h1>{escape(title)}</h1><div class="info">来源:某市人民政府办公室 浏览次数:12 次</div>'
        f'<div class="TRS_Editor">{body}</div><div class="tools"><a>打印</a> <a>关闭窗口</a></div></div>'
        '<div class="footer"><p>主办:某市人民政府办公室</p><p>网站标识码:3600000001 某ICP备05000000号-1</p></div>'
        "</body></html>"
    )
    return page.encode()


def _html_block(block: Printed | Ruled) -> str:
    if isinstance(block, Ruled):
        rows = ("".join(f"<td><p>{escape(c)}</p></td>" for c in row) for row in block.rows)
        return '<table border="1"><tbody>' + "".join(f"<tr>{row}</tr>" for row in rows) + "</tbody></table>"
    return f'<p style="{_HTML_STYLES[block.kind]}">{escape(block.text)}</p>'


_WORD_PROPERTIES: dict[Kind, str] = {
    "text": '<w:ind w:firstLineChars="200" w:firstLine="640"/>',
    "flush": "",
    "centred": '<w:jc w:val="center"/>',
    "title": '<w:jc w:val="center"/>',
    "right": '<w:jc w:val="right"/>',
}


def as_docx(blocks: Blocks) -> bytes:
    """A Word file whose numbers are typed, not counted by Word."""
    return docx_file(*map(_word_block, blocks))


def _word_block(block: Printed | Ruled) -> str:
    if isinstance(block, Ruled):
        return tbl(*[list(row) for row in block.rows])
    return p(block.text, properties=_WORD_PROPERTIES[block.kind])


_ARTICLES = level("第%1条", "chineseCountingThousand") + level("（%2）", "chineseCounting", at=1) + level("%3．", at=2)
_SECTIONS = (
    level("%1、", "chineseCounting")
    + level("（%2）", "chineseCounting", at=1)
    + level("%3．", at=2)
    + level("（%4）", at=3)
)
#: A typed number, and the level that counts it.
_COUNTED = (
    (re.compile(r"(?:第[一二三四五六七八九十]+条|[一二三四五六七八九十]+、)"), 0),
    (re.compile(r"（[一二三四五六七八九十]+）"), 1),
    (re.compile(r"[0-9]+．"), 2),
    (re.compile(r"（[0-9]+）"), 3),
)


def as_numbered_docx(blocks: Blocks) -> bytes:
    """A Word file whose numbers Word counts: the paragraphs hold the words only."""
    parts: list[str] = []
    num_id = 1
    for block in blocks:
        at = None if isinstance(block, Ruled) else _level_of(block.text)
        if isinstance(block, Ruled) or at is None:
            parts.append(_word_block(block))
            continue
        depth, words = at
        if depth == 0:
            num_id = 1 if block.text.startswith("第") else 2
        parts.append(numbered(words, num_id, depth))
    return docx_file(*parts, numbering=numbering(_ARTICLES, _SECTIONS))


def _level_of(text: str) -> tuple[int, str] | None:
    for pattern, depth in _COUNTED:
        if match := pattern.match(text):
            return depth, text[match.end() :].strip()
    return None


def as_pdf(blocks: Blocks) -> bytes:
    """Pages set in one column, with page numbers; the lines of a paragraph run over the foot of a page."""
    setter = _Setter()
    for block in blocks:
        if isinstance(block, Ruled):
            setter.table(block)
        else:
            setter.paragraph(block)
    for n, sheet in enumerate(setter.sheets, 1):
        sheet.texts.append((WIDTH / 2 - 20, 810.0, 9.0, f"— {n} —"))
    return pdf_of(setter.sheets)


class _Setter:
    """Sets blocks onto sheets from the top down."""

    def __init__(self) -> None:
        self.sheets = [Sheet()]
        self.y = TOP

    def _room_for(self, height: float) -> None:
        if self.y + height > HEIGHT - 90:
            self.sheets.append(Sheet())
            self.y = TOP

    def paragraph(self, block: Printed) -> None:
        size = _TITLE if block.kind == "title" else _BODY
        indent = 2 if block.kind == "text" else 0
        for i, line in enumerate(broken(block.text, int(_TEXT_WIDTH // size), indent)):
            self._room_for(0)
            x = LEFT + (indent * size if i == 0 else 0)
            if block.kind in ("centred", "title"):
                x = LEFT + (_TEXT_WIDTH - text_width(line, size)) / 2
            elif block.kind == "right":
                x = LEFT + _TEXT_WIDTH - text_width(line, size) - 2 * size
            self.sheets[-1].texts.append((x, self.y, size, line))
            self.y += 1.8 * size

    def table(self, block: Ruled) -> None:
        self._room_for(_ROW * (len(block.rows) + 1))
        widths = [_TEXT_WIDTH / len(block.rows[0])] * len(block.rows[0])
        self.sheets[-1] = merged(self.sheets[-1], ruled_table(block.rows, LEFT, self.y - _BODY, widths, _ROW))
        self.y += _ROW * len(block.rows) + _BODY


def as_wrapped_txt(blocks: Blocks) -> bytes:
    """Plain text copied from a page: lines end where the printed ones did."""
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, Printed) and block.kind in ("text", "flush"):
            indent = 2 if block.kind == "text" else 0
            first, *others = broken(block.text, 28, indent)
            lines += ["　" * indent + first, *others]
        else:
            lines += as_txt([block]).decode().splitlines()
    return ("\n".join(lines) + "\n").encode()


def as_broken_html(blocks: Blocks) -> bytes:
    """A page of an old site: all the text in one element, ``br`` between paragraphs, blanks that do not break."""
    parts: list[str] = []
    for block in blocks:
        if isinstance(block, Ruled):
            parts.append(_html_block(block))
        elif block.kind in ("text", "flush"):
            parts.append(("&nbsp;&nbsp;&nbsp;&nbsp;" if block.kind == "text" else "") + escape(block.text) + "<br>\n")
        else:
            side = "right" if block.kind == "right" else "center"
            parts.append(f'<div align="{side}">{escape(block.text)}</div>')
    title = next((b.text for b in blocks if isinstance(b, Printed) and b.kind == "title"), "")
    body = f'<td id="zoom"><font size="3">{"".join(parts)}</font></td>'
    return (
        f"<html><head><meta charset='gb2312'><title>{escape(title)}</title></head><body><table><tr>"
        '<td><a href="/">网站首页</a> | <a href="/zwgk">政务公开</a></td></tr>'
        f"<tr>{body}</tr><tr><td>版权所有:某市人民政府办公室</td></tr></table></body></html>"
    ).encode("gb18030")


#: What writes a file; the last word is its ending.
WRITERS: dict[str, Callable[[Blocks], bytes]] = {
    "txt": as_txt,
    "wrapped txt": as_wrapped_txt,
    "html": as_html,
    "broken html": as_broken_html,
    "docx": as_docx,
    "numbered docx": as_numbered_docx,
    "pdf": as_pdf,
}
