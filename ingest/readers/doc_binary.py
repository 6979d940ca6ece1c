"""The plain text of a Word 97–2003 file, straight from its piece table: no converter, no look, no automatic numbers.

Two uses: the stored results of fields, which LibreOffice replaces on opening (the number, title and date of Dongguan's
medical insurance rules are DOCPROPERTY fields whose properties are empty), and a text where no converter is installed.
Layout of both formats: [MS-CFB] and [MS-DOC], 2.4.1 (retrieving text) and 2.8.25 (fields).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = 0xFFFFFFFA  # sector numbers from here on are marks, not sectors
_FIELD_BEGIN, _FIELD_RESULT, _FIELD_END = "\x13", "\x14", "\x15"
_FIELD_MARKS = re.compile(f"[{_FIELD_BEGIN}{_FIELD_RESULT}{_FIELD_END}]")
_FILLED_ANEW = {"DATE", "TIME", "CREATEDATE", "SAVEDATE", "PRINTDATE", "TITLE", "SUBJECT", "AUTHOR", "KEYWORDS", "COMMENTS",
                "LASTSAVEDBY", "FILENAME"}  # fmt: skip
#: Anchors of pictures, notes and comments; a soft hyphen.
_ANCHORS = re.compile("[\x00-\x06\x08\x0e-\x12\x16-\x1d\x1f]")


class NotWord(ValueError):
    """The bytes are no Word 97–2003 file, or a damaged or locked one."""


class _Compound:
    """The streams of a compound file."""

    def __init__(self, data: bytes):
        if len(data) < 512 or not data.startswith(_MAGIC):
            raise NotWord("no compound file")
        self._data = data
        shift, mini_shift = struct.unpack_from("<HH", data, 0x1E)
        if shift not in (9, 12) or mini_shift > shift:
            raise NotWord("sector size")
        self._size, self._mini_size = 1 << shift, 1 << mini_shift
        directory, _, self._cutoff, mini_fat, _, difat = struct.unpack_from("<IIIIII", data, 0x30)
        self._most = len(data) // self._size + 1
        sectors = list(struct.unpack_from("<109I", data, 0x4C))
        for _ in range(self._most):
            if difat >= _END:
                break
            entries = self._sector_numbers(difat)
            sectors.extend(entries[:-1])
            difat = entries[-1]
        self._fat: list[int] = []
        for sector in sectors[: self._most]:
            if sector < _END:
                self._fat.extend(self._sector_numbers(sector))
        self._entries = self._directory(self._chain(directory))
        self._mini_fat = self._numbers(self._chain(mini_fat))
        root = next((e for e in self._entries.values() if e[0] == 5), None)
        self._mini = self._chain(root[1])[: root[2]] if root else b""

    def _numbers(self, block: bytes) -> list[int]:
        return list(struct.unpack(f"<{len(block) // 4}I", block[: len(block) // 4 * 4]))

    def _sector_numbers(self, sector: int) -> list[int]:
        start = (sector + 1) * self._size
        block = self._data[start : start + self._size]
        if len(block) < self._size:
            raise NotWord("cut short")
        return self._numbers(block)

    def _chain(self, sector: int) -> bytes:
        pieces = []
        for _ in range(self._most):
            if sector >= _END:
                break
            start = (sector + 1) * self._size
            pieces.append(self._data[start : start + self._size])
            if sector >= len(self._fat):
                raise NotWord("broken chain")
            sector = self._fat[sector]
        return b"".join(pieces)

    def _directory(self, block: bytes) -> dict[str, tuple[int, int, int]]:
        """Streams by name: (kind, first sector, size)."""
        found: dict[str, tuple[int, int, int]] = {}
        for at in range(0, len(block) - 127, 128):
            length = struct.unpack_from("<H", block, at + 64)[0]
            name = block[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            start, size = struct.unpack_from("<II", block, at + 116)
            if block[at + 66]:
                found.setdefault(name, (block[at + 66], start, size))
        return found

    def stream(self, name: str) -> bytes:
        if name not in self._entries:
            raise NotWord(f"no {name}")
        _, sector, size = self._entries[name]
        if size >= self._cutoff:
            return self._chain(sector)[:size]
        pieces = []
        for _ in range(len(self._mini) // self._mini_size + 1):
            if sector >= _END or sector >= len(self._mini_fat):
                break
            pieces.append(self._mini[sector * self._mini_size : (sector + 1) * self._mini_size])
            sector = self._mini_fat[sector]
        return b"".join(pieces)[:size]


def raw_text(data: bytes) -> str:
    """The characters of the main text with Word's marks: \\r ends a paragraph, \\x07 a cell, \\x13 \\x14 \\x15 fields.

    Raises:
        NotWord: no Word 97–2003 file, or damaged, or locked.
    """
    try:
        compound = _Compound(data)
        word = compound.stream("WordDocument")
        identifier, version = struct.unpack_from("<HH", word)
        flags = struct.unpack_from("<H", word, 0x0A)[0]
        if identifier != 0xA5EC or version < 0xC1 or flags & 0x0100:
            raise NotWord("older than Word 97, or locked")
        n_characters = struct.unpack_from("<I", word, 0x4C)[0]
        at, length = struct.unpack_from("<II", word, 0x1A2)
        table = compound.stream("1Table" if flags & 0x0200 else "0Table")
        return "".join(_pieces(word, table[at : at + length]))[:n_characters]
    except (struct.error, IndexError) as error:
        raise NotWord("damaged") from error


def _pieces(word: bytes, clx: bytes) -> Iterator[str]:
    at = 0
    while at < len(clx) and clx[at] == 1:
        at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
    if at >= len(clx) or clx[at] != 2:
        raise NotWord("no piece table")
    size = struct.unpack_from("<I", clx, at + 1)[0]
    table = clx[at + 5 : at + 5 + size]
    n_pieces = (len(table) - 4) // 12
    bounds = struct.unpack_from(f"<{n_pieces + 1}I", table)
    left = len(word)
    for i in range(n_pieces):
        position = struct.unpack_from("<I", table, (n_pieces + 1) * 4 + i * 8 + 2)[0]
        n = bounds[i + 1] - bounds[i]
        is_single = bool(position & 0x40000000)
        start = (position & 0x3FFFFFFF) // (2 if is_single else 1)
        block = word[start : start + (n if is_single else 2 * n)] if n > 0 else b""
        # Pieces do not overlap: together they hold no more than the stream, whatever a hostile table says.
        left -= len(block)
        if left < 0:
            raise NotWord("overlapping pieces")
        yield block.decode("cp1252" if is_single else "utf-16-le", "replace")


def field_kind(instruction: str) -> str:
    """What a field that LibreOffice fills anew is called by (DATE, "name: FLSUBJECT"); empty for other fields.

    Variables and properties are called by their name alone: LibreOffice makes properties of variables.
    """
    words = instruction.replace('"', " ").upper().split()
    if words[:1] in (["DOCPROPERTY"], ["DOCVARIABLE"]):
        return f"name: {words[1]}" if len(words) > 1 else ""
    return words[0] if words and words[0] in _FILLED_ANEW else ""


def field_results(raw: str) -> dict[str, list[str]]:
    """The stored results of a text's fields by ``field_kind``, in order. A result over several paragraphs has \\x0b."""
    found: dict[str, list[str]] = {}
    open_fields: list[tuple[int, int | None]] = []
    for mark in _FIELD_MARKS.finditer(raw):
        if mark[0] == _FIELD_BEGIN:
            open_fields.append((mark.end(), None))
        elif mark[0] == _FIELD_RESULT and open_fields:
            open_fields[-1] = (open_fields[-1][0], mark.start())
        elif mark[0] == _FIELD_END and open_fields:
            start, separator = open_fields.pop()
            if separator is not None and mark.start() - start < 2000 and (kind := field_kind(raw[start:separator])):
                result = _shown(raw[separator + 1 : mark.start()]).strip()
                found.setdefault(kind, []).append(result.replace("\r", "\x0b"))
    return found


def _shown(raw: str) -> str:
    """``raw`` without the instructions of fields and the marks of anchors."""
    pieces, hidden, at = [], 0, 0
    open_fields: list[bool] = []
    for mark in _FIELD_MARKS.finditer(raw):
        if not hidden:
            pieces.append(raw[at : mark.start()])
        at = mark.end()
        if mark[0] == _FIELD_BEGIN:
            open_fields.append(True)
            hidden += 1
        elif open_fields and (mark[0] == _FIELD_END or open_fields[-1]):
            hidden -= open_fields[-1]
            open_fields[-1] = False
            if mark[0] == _FIELD_END:
                open_fields.pop()
    if not hidden:
        pieces.append(raw[at:])
    return _ANCHORS.sub("", "".join(pieces)).replace("\x1e", "-")


def paragraphs(raw: str) -> list[str]:
    """The paragraphs of a text as Word marked them; a row of a table is one, its cells parted by tabs.

    A row ends with an empty cell; a cell that is empty itself looks the same, so rows may come out shorter than printed.
    """
    found: list[str] = []
    row: list[str] = []
    begun: list[str] = []
    for text, mark in re.findall("([^\r\x0c\x07]*)([\r\x0c\x07]|\\Z)", _shown(raw)):
        if mark == "\x07":
            cell = " ".join([*begun, text]).strip()
            begun = []
            if cell or not row:
                row.append(cell)
            else:
                found.append("\t".join(row))
                row = []
        elif row:
            begun.append(text)
        elif text:
            found.append(text)
    return [text for text in (*found, "\t".join(row), *begun) if text.strip()]
