"""What an OFD page draws: text objects as glyphs, straight lines, pictures. Millimetres become points here."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ingest.readers.ofd_package import children
from ingest.readers.page_lines import Glyph, is_wide, plain_character
from ingest.readers.page_tables import Ruling, rulings_along
from ingest.readers.zip_package import local

#: Points in a millimetre.
MM = 72 / 25.4
#: Blocks within blocks deeper than this are an attack.
_MAX_DEPTH = 30
Matrix = tuple[float, float, float, float, float, float]
_UPRIGHT: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
#: How many numbers follow a letter of a path: move, start, line, square and cubic curve, arc.
_ARGUMENTS = {"M": 2, "S": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}


@dataclass
class PageObjects:
    """Objects of one page; asides are texts that stand across the reading direction."""

    glyphs: list[Glyph] = field(default_factory=list)
    rulings: list[Ruling] = field(default_factory=list)
    asides: list[tuple[str, str]] = field(default_factory=list)
    #: (area in square millimetres, resource ID).
    pictures: list[tuple[float, str]] = field(default_factory=list)


def numbers(text: str | None) -> list[float]:
    return [v for v in map(float, _NUMBER.findall(text or "")) if math.isfinite(v)]


def box_of(text: str | None) -> tuple[float, float, float, float] | None:
    """x, y, width, height in millimetres, ``None`` where they are not given."""
    values = numbers(text)
    return (values[0], values[1], values[2], values[3]) if len(values) >= 4 else None


def read_objects(content: Any, origin: tuple[float, float]) -> PageObjects:
    """The objects below ``content`` (layers, blocks in blocks), in the order they are drawn."""
    found = PageObjects()
    for element in _walk(content, 0):
        kind = local(element)
        if kind == "TextObject":
            _read_text(element, origin, found)
        elif kind == "PathObject":
            found.rulings += _read_path(element, origin)
        elif kind == "ImageObject" and (box := box_of(element.get("Boundary"))):
            found.pictures.append((box[2] * box[3], element.get("ResourceID", "")))
    return found


def _walk(element: Any, depth: int) -> Iterator[Any]:
    if element is None or depth > _MAX_DEPTH:
        return
    for item in element:
        if local(item) in ("Layer", "PageBlock"):
            yield from _walk(item, depth + 1)
        else:
            yield item


def _placed(element: Any, origin: tuple[float, float]) -> Matrix:
    """How the object's own coordinates lie on the page, in points."""
    a, b, c, d, e, f = (
        (*numbers(element.get("CTM")), *_UPRIGHT)[:6] if len(numbers(element.get("CTM"))) >= 6 else _UPRIGHT
    )
    box = box_of(element.get("Boundary")) or (0.0, 0.0, 0.0, 0.0)
    x, y = box[0] - origin[0], box[1] - origin[1]
    return (a * MM, b * MM, c * MM, d * MM, (e + x) * MM, (f + y) * MM)


def _read_text(element: Any, origin: tuple[float, float], found: PageObjects) -> None:
    m = _placed(element, origin)
    size = next(iter(numbers(element.get("Size"))), 0.0)
    scale = next(iter(numbers(element.get("HScale"))), 1.0) or 1.0
    height = size * math.hypot(m[2], m[3])
    if not 0.1 < height < 2000:
        return
    weight = next(iter(numbers(element.get("Weight"))), 400.0)
    bold = weight >= 600 or element.get("Bold") == "true"
    angle = math.degrees(math.atan2(m[1], m[0]))
    x = y = 0.0
    for code in children(element, "TextCode"):
        text = code.text or ""
        x = next(iter(numbers(code.get("X"))), x)
        y = next(iter(numbers(code.get("Y"))), y)
        places = _places(text, x, y, code, size * scale)
        down = len(places) > 1 and abs(places[-1][1] - places[0][1]) > abs(places[-1][0] - places[0][0])
        if abs(angle) > 3 or down:
            quarter = down or abs(angle / 90 - round(angle / 90)) < 0.06
            if text.strip():
                found.asides.append(("rotated_text" if quarter else "watermark", text.strip()))
            continue
        found.glyphs += _glyphs(text, places, m, size * scale, height, bold)


def _places(text: str, x: float, y: float, code: Any, size: float) -> list[tuple[float, float]]:
    """Where each character starts. Steps that are not given are those of the font, about: whole and half characters."""
    across, down = steps(code.get("DeltaX"), len(text)), steps(code.get("DeltaY"), len(text))
    places = []
    for i, character in enumerate(text):
        places.append((x, y))
        if i < len(across):
            x += across[i]
        elif not down:
            x += size * (1.0 if is_wide(character) else 0.5)
        y += down[i] if i < len(down) else 0.0
    return places


def steps(text: str | None, at_most: int) -> list[float]:
    """Distances as written, or shortened: ``g 3 5.6`` is three times 5.6."""
    found: list[float] = []
    tokens = (text or "").split()
    i = 0
    while i < len(tokens) and len(found) < at_most:
        if tokens[i] == "g":
            if i + 2 >= len(tokens):
                break
            count, value = numbers(tokens[i + 1]), numbers(tokens[i + 2])
            found += (value or [0.0])[:1] * min(int(max(count[0], 0)) if count else 0, at_most)
            i += 3
        else:
            found += numbers(tokens[i])[:1]
            i += 1
    return found[:at_most]


def _glyphs(
    text: str, places: list[tuple[float, float]], m: Matrix, size: float, height: float, bold: bool
) -> Iterator[Glyph]:
    spaced = False
    wide = size * math.hypot(m[0], m[1])
    for i, character in enumerate(text):
        if character.isspace():
            spaced = True
            continue
        x, y = places[i]
        at_x, at_y = m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5]
        end = at_x + wide * (1.0 if is_wide(character) else 0.55)
        if i + 1 < len(places) and not text[i + 1].isspace():
            after = m[0] * places[i + 1][0] + m[2] * places[i + 1][1] + m[4]
            end = min(end, after) if after > at_x else end
        yield Glyph(plain_character(character), at_x, max(end, at_x + 0.1), at_y, height, bold, spaced)
        spaced = False


def _read_path(element: Any, origin: tuple[float, float]) -> Iterator[Ruling]:
    """The straight lines of a path object."""
    m = _placed(element, origin)
    data = next((e.text or "" for e in children(element, "AbbreviatedData")), "")
    stroked = element.get("Stroke") != "false"
    filled = element.get("Fill") == "true"
    points: list[tuple[float, float]] = []
    for letter, arguments in _segments(data):
        if letter == "L" and points:
            points.append(_point(m, arguments))
        elif letter == "C":
            if len(points) > 1:
                yield from rulings_along(points, True, stroked, filled)
            points = points[:1]
        else:
            if len(points) > 1:
                yield from rulings_along(points, False, stroked, filled)
            points = [_point(m, arguments[-2:])] if len(arguments) >= 2 else []
    if len(points) > 1:
        yield from rulings_along(points, False, stroked, filled)


def _point(m: Matrix, at: list[float]) -> tuple[float, float]:
    return (m[0] * at[0] + m[2] * at[1] + m[4], m[1] * at[0] + m[3] * at[1] + m[5])


def _segments(data: str) -> Iterator[tuple[str, list[float]]]:
    """Letters of a path with as many numbers as they take; a letter that has too few of them ends the path."""
    for letter, arguments in re.findall(r"([MSLQBAC])([^MSLQBAC]*)", data):
        values = numbers(arguments)[: _ARGUMENTS[letter]]
        if len(values) < _ARGUMENTS[letter]:
            return
        yield letter, values
