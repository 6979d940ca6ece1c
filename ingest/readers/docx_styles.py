"""What a paragraph looks like and how it is numbered, after its styles and what they are based on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ingest.readers.docx_package import attribute, is_on
from ingest.readers.zip_package import child, local

#: heading 1, Heading 1, 标题 1. Miss: 标题 (the title), heading 1 Char.
_HEADING = re.compile(r"(?:heading|标题)\s*([1-9])$", re.IGNORECASE)


#: Word itself allows nine.
_LONGEST_CHAIN = 30


def number(text: str | None) -> int | None:
    """A whole number of an attribute, ``None`` where it is none (files of other makers hold "1.5" and "")."""
    return int(text) if text and re.fullmatch(r"-?\d{1,9}", text) else None


@dataclass(frozen=True)
class Look:
    """What a paragraph inherits or says itself."""

    align: str | None = None
    #: Level of a heading, from 1.
    heading: int | None = None
    num_id: str | None = None
    level: int | None = None
    #: The paragraph's style and those it is based on, up to the one that brought ``num_id``: a list may know its
    #: level by them. Empty where the paragraph itself says its number.
    numbered_by: tuple[str, ...] = ()
    bold: bool = False
    hidden: bool = False


class Styles:
    def __init__(self, root: Any):
        self._styles: dict[str, Any] = {}
        self._default: str | None = None
        self._looks: dict[str | None, Look] = {}
        defaults = child(root, "docDefaults", "rPrDefault", "rPr")
        self._bold, self._hidden = bool(is_on(child(defaults, "b"))), bool(is_on(child(defaults, "vanish")))
        for style in root if root is not None else ():
            if local(style) == "style" and (style_id := attribute(style, "styleId")):
                self._styles[style_id] = style
                if attribute(style, "type") == "paragraph" and attribute(style, "default") in ("1", "true", "on"):
                    self._default = style_id

    def _chain(self, style_id: str | None) -> Iterator[tuple[str, Any]]:
        """The style, the one it is based on, and so on; a circle or a chain without end is cut."""
        for _ in range(_LONGEST_CHAIN):
            if style_id not in self._styles:
                return
            yield style_id, self._styles[style_id]
            style_id = attribute(child(self._styles[style_id], "basedOn"))

    def run_switch(self, style_id: str | None, name: str) -> bool | None:
        """What a character style says of a switch (b, vanish), ``None`` where it says nothing."""
        for _, style in self._chain(style_id):
            if (value := is_on(child(style, "rPr", name))) is not None:
                return value
        return None

    def _style_look(self, style_id: str | None) -> Look:
        if style_id not in self._styles:
            style_id = self._default
        if style_id in self._looks:
            return self._looks[style_id]
        align: str | None = None
        heading = level = None
        num_id: str | None = None
        passed: list[str] = []
        for name, style in self._chain(style_id):
            properties = child(style, "pPr")
            align = align or attribute(child(properties, "jc"))
            outline = number(attribute(child(properties, "outlineLvl")))
            named = _HEADING.match((attribute(child(style, "name")) or "").strip())
            if heading is None and (outline is not None or named):
                heading = outline + 1 if outline is not None else int(named[1]) if named else None
            numbering = child(properties, "numPr")
            if num_id is None:
                passed.append(name)
                level = number(attribute(child(numbering, "ilvl"))) if level is None else level
                num_id = attribute(child(numbering, "numId"))
        look = Look(
            align,
            heading,
            num_id,
            level,
            tuple(passed) if num_id is not None else (),
            self._bold if (b := self.run_switch(style_id, "b")) is None else b,
            self._hidden if (v := self.run_switch(style_id, "vanish")) is None else v,
        )
        self._looks[style_id] = look
        return look

    def look(self, properties: Any) -> Look:
        """The look of a paragraph whose ``w:pPr`` is given (or ``None``)."""
        style_id = attribute(child(properties, "pStyle"))
        base = self._style_look(style_id)
        if properties is None:
            return base
        numbering = child(properties, "numPr")
        own_id = attribute(child(numbering, "numId"))
        own_level = number(attribute(child(numbering, "ilvl")))
        outline = number(attribute(child(properties, "outlineLvl")))
        heading = base.heading if outline is None else outline + 1
        return Look(
            attribute(child(properties, "jc")) or base.align,
            heading if heading is not None and 1 <= heading <= 9 else None,
            own_id if own_id is not None else base.num_id,
            own_level if own_level is not None else (base.level if own_id is None else 0),
            () if own_id is not None or own_level is not None else base.numbered_by,
            base.bold,
            base.hidden,
        )
