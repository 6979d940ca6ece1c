"""What stands in one paragraph of a docx: its characters, and what hangs on it (text boxes, notes, pictures)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ingest.readers.doc_binary import field_kind
from ingest.readers.docx_numbering import circled
from ingest.readers.docx_package import attribute, is_on
from ingest.readers.docx_styles import Styles, number
from ingest.readers.zip_package import child, local

#: How a soft line break and a break of page or column stand in a paragraph's text until it is decided what they are.
LINE_BREAK, PAGE_BREAK = "\x0b", "\x0c"

_INSERTED = {"ins", "moveTo"}
_DELETED = {"del", "moveFrom"}
_TRANSPARENT = {"hyperlink", "smartTag", "customXml", "sdt", "sdtContent", "fldSimple", "dir", "bdo", "rubyBase",
                "oMath", "oMathPara", "e", "sSup", "sSub", "sSubSup", "sup", "sub", "rad", "nary", "acc"}  # fmt: skip
#: Marks that nobody sees, but that part 第 from 一条 for every search.
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]")
_WHITE = re.compile(r"[\t\n\r\x0b\x0c\x1c-\x1f\x85\u2028\u2029]")
#: The signs that forms use, of the fonts that have no letters. Others show as □.
_SIGNS = {
    "wingdings": {0x6C: "●", 0x6E: "■", 0x6F: "□", 0x71: "□", 0x75: "◆", 0xA1: "○", 0xA8: "□", 0xD8: "➢", 0xE0: "→",
                  0xFB: "×", 0xFC: "√", 0xFD: "☒", 0xFE: "☑"} | {0x81 + i: circled(i + 1) for i in range(10)}
    | {0x8C + i: chr(0x2776 + i) for i in range(10)},
    "wingdings 2": {0x4F: "×", 0x50: "√", 0x51: "☒", 0x52: "☑", 0x54: "☒", 0xA3: "□"},
    "symbol": {0xA3: "≤", 0xB0: "°", 0xB1: "±", 0xB3: "≥", 0xB4: "×", 0xB7: "·", 0xB8: "÷", 0xB9: "≠", 0xBB: "≈"},
}  # fmt: skip
#: The field that puts a ring around a number, and any other that prints characters over each other.
_RING = re.compile(r"\s*eq\s*\\o(?:\\\w+)*\s*\(\s*[○〇◯O]\s*[,，;；]\s*(\d{1,2})\s*\)", re.IGNORECASE)
_OVER = re.compile(r"\s*eq\s*\\o(?:\\\w+)*\s*\(([^()]*)\)", re.IGNORECASE)
#: Twips of a picture's side from which on it may hold text (8 cm): seals, icons and rules are smaller.
_LARGE_EMU = 2_880_000


@dataclass
class Inline:
    """The characters of a paragraph and what hangs on it."""

    text: str = ""
    #: Every run that prints something is bold.
    bold: bool = False
    boxes: list[Any] = field(default_factory=list)
    #: (footnotes or endnotes, id)
    notes: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class Seen:
    """What of the whole document did not become text."""

    n_inserted: int = 0
    n_deleted: int = 0
    n_hidden: int = 0
    n_pictures: int = 0
    n_large_pictures: int = 0


@dataclass
class _Field:
    instruction: str = ""
    in_result: bool = False
    has_result: bool = False
    #: Where among the paragraph's pieces the result begins; ``None`` in the paragraphs after.
    start: int | None = None


class InlineReader:
    """Reads paragraphs in document order: a field may begin in one and end in another.

    ``field_results`` are results to show instead of the file's own, by ``field_kind`` and in order.
    """

    def __init__(self, styles: Styles, field_results: Mapping[str, Sequence[str]]):
        self.seen = Seen()
        self._results = {kind: list(reversed(results)) for kind, results in field_results.items()}
        self._styles = styles
        self._fields: list[_Field] = []
        self._inline = Inline()
        self._pieces: list[str] = []
        self._bolds: list[bool] = []
        self._base = (False, False)

    def read(self, paragraph: Any, *, bold: bool, hidden: bool) -> Inline:
        """The paragraph's inline content; ``bold`` and ``hidden`` are what its style says of its runs."""
        self._inline, self._pieces, self._bolds = Inline(), [], []
        self._base = bold, hidden
        for f in self._fields:
            f.start = None
        self._walk(paragraph)
        # An instruction never runs over a paragraph's end; a file whose field is not closed must not lose its rest.
        self._fields = [f for f in self._fields if f.in_result]
        self._inline.text = "".join(self._pieces)
        self._inline.bold = bool(self._bolds) and all(self._bolds)
        return self._inline

    def _write(self, text: str, bold: bool) -> None:
        if not text or not all(f.in_result for f in self._fields):
            return
        for f in self._fields:
            f.has_result = True
        self._pieces.append(text)
        if not text.isspace():
            self._bolds.append(bold)

    def _walk(self, parent: Any) -> None:
        for element in parent:
            name = local(element)
            if name == "r":
                # mathematics has runs of its own, without a look
                self._run(element)
            elif name in _DELETED:
                self.seen.n_deleted += 1
            elif name in _INSERTED:
                self.seen.n_inserted += 1
                self._walk(element)
            elif name == "ruby":
                self._walk(next((e for e in element if local(e) == "rubyBase"), ()))
            elif name == "fldSimple" and not len(element):
                self._write(_overprinted(attribute(element, "instr") or ""), False)
            elif name == "AlternateContent":
                self._walk(branch(element))
            elif name == "f":
                for part in element:
                    if local(part) == "den":
                        self._write("/", False)
                    if local(part) in ("num", "den"):
                        self._walk(part)
            elif name == "d":
                self._write("(", False)
                self._walk(element)
                self._write(")", False)
            elif name in _TRANSPARENT:
                self._walk(element)

    def _run(self, run: Any) -> None:
        properties = child(run, "rPr")
        bold, hidden = self._switches(properties)
        for element in run:
            name = local(element)
            handler = _HANDLERS.get(name)
            if hidden and name in _PRINTED:
                self.seen.n_hidden += len((element.text or "").strip())
            elif handler is not None:
                handler(self, element, bold)

    def _switches(self, properties: Any) -> tuple[bool, bool]:
        bold, hidden = self._base
        if properties is None:
            return bold, hidden
        style = attribute(child(properties, "rStyle"))
        found = []
        for name, base in (("b", bold), ("vanish", hidden)):
            own = is_on(child(properties, name))
            own = self._styles.run_switch(style, name) if own is None and style else own
            found.append(base if own is None else own)
        return found[0], found[1]

    def _text(self, element: Any, bold: bool) -> None:
        text = element.text or ""
        if attribute(element, "space") != "preserve":
            text = text.strip(" \t\r\n")
        self._write(_WHITE.sub(" ", _INVISIBLE.sub("", text)), bold)

    def _tab(self, element: Any, bold: bool) -> None:
        self._write(" ", bold)

    def _break(self, element: Any, bold: bool) -> None:
        is_page = attribute(element, "type") in ("page", "column")
        self._write(PAGE_BREAK if is_page else LINE_BREAK, bold)

    def _hyphen(self, element: Any, bold: bool) -> None:
        self._write("-", bold)

    def _sign(self, element: Any, bold: bool) -> None:
        code = attribute(element, "char") or ""
        font = (attribute(element, "font") or "").lower()
        if re.fullmatch(r"[0-9A-Fa-f]{1,5}", code):
            value = int(code, 16)
            # Fonts of signs keep them at F000; other fonts have the character itself.
            low = value & 0xFF if 0xF000 <= value <= 0xF0FF else value
            plain = chr(value) if 0x20 <= value < 0xD800 or 0xF900 <= value < 0x10000 else "□"
            self._write(_SIGNS[font].get(low, "□") if font in _SIGNS else plain, bold)

    def _field_character(self, element: Any, bold: bool) -> None:
        kind = attribute(element, "fldCharType")
        if kind == "begin":
            self._fields.append(_Field())
        elif kind == "separate" and self._fields:
            self._fields[-1].in_result = True
            self._fields[-1].start = len(self._pieces)
        elif kind == "end" and self._fields:
            closed = self._fields.pop()
            stored = self._results.get(field_kind(closed.instruction)) if self._results else None
            if stored and closed.start is not None:
                del self._pieces[closed.start :]
                self._write(stored.pop(), bold)
            elif not closed.has_result:
                self._write(_overprinted(closed.instruction), bold)

    def _instruction(self, element: Any, bold: bool) -> None:
        if self._fields and not self._fields[-1].in_result and len(self._fields[-1].instruction) < 2000:
            self._fields[-1].instruction += element.text or ""

    def _note(self, element: Any, bold: bool) -> None:
        kind = "footnotes" if local(element) == "footnoteReference" else "endnotes"
        if (note := attribute(element, "id")) is not None:
            self._inline.notes.append((kind, note))

    def _ruby(self, element: Any, bold: bool) -> None:
        self._walk(next((e for e in element if local(e) == "rubyBase"), ()))

    def _choice(self, element: Any, bold: bool) -> None:
        for part in branch(element):
            if handler := _HANDLERS.get(local(part)):
                handler(self, part, bold)

    def _drawing(self, element: Any, bold: bool) -> None:
        """Text boxes are read later, each once; a picture is counted."""
        stack = [element]
        while stack:
            part = stack.pop()
            name = local(part)
            if name == "txbxContent":
                self._inline.boxes.append(part)
            elif name == "AlternateContent":
                stack.append(branch(part))
            elif name in ("blip", "imagedata"):
                self._picture(part)
            else:
                stack.extend(reversed(part))

    def _picture(self, element: Any) -> None:
        self.seen.n_pictures += 1
        for holder in element.iterancestors():
            if local(holder) in ("inline", "anchor"):
                extent = child(holder, "extent")
                sides = [number(attribute(extent, side)) or 0 for side in ("cx", "cy")]
                self.seen.n_large_pictures += min(sides) >= _LARGE_EMU // 2 and max(sides) >= _LARGE_EMU
                return
            if local(holder) == "shape":
                points = re.findall(r"(?:width|height):\s*([\d.]+)pt", attribute(holder, "style") or "")
                self.seen.n_large_pictures += len(points) > 1 and max(map(_points, points)) >= _LARGE_EMU / 12700
                return


def _points(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


_HANDLERS: dict[str, Callable[[InlineReader, Any, bool], None]] = {
    "t": InlineReader._text,
    "tab": InlineReader._tab,
    "ptab": InlineReader._tab,
    "br": InlineReader._break,
    "cr": InlineReader._break,
    "noBreakHyphen": InlineReader._hyphen,
    "sym": InlineReader._sign,
    "fldChar": InlineReader._field_character,
    "instrText": InlineReader._instruction,
    "footnoteReference": InlineReader._note,
    "endnoteReference": InlineReader._note,
    "ruby": InlineReader._ruby,
    "AlternateContent": InlineReader._choice,
    "drawing": InlineReader._drawing,
    "pict": InlineReader._drawing,
    "object": InlineReader._drawing,
}


#: What a hidden run keeps to itself; its fields and anchors still count.
_PRINTED = {"t", "tab", "ptab", "br", "cr", "noBreakHyphen", "sym"}


def branch(choice: Any) -> Any:
    """The one branch of ``mc:AlternateContent`` to read: the first that holds text, else the first.

    Word writes the same text box twice, as a drawing and, for old versions, as VML.
    """
    branches = [e for e in choice if local(e) in ("Choice", "Fallback")]
    for candidate in branches:
        if any(local(e) in ("txbxContent", "t") for e in candidate.iter()):
            return candidate
    return branches[0] if branches else ()


def _overprinted(instruction: str) -> str:
    """What a field without a stored result prints: ⑪ for EQ \\o\\ac(○,11), the characters of other overprints."""
    if ring := _RING.match(instruction):
        return circled(int(ring[1]))
    over = _OVER.match(instruction)
    return re.sub(r"[,，;；\s\\]", "", over[1]) if over else ""
