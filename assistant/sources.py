"""What statements rest on: a clause, one of its 款, or a table cell, each with the words quoted; and how it is cited."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.models import Role
from assistant.understanding.directory import short_title
from ingest import Clause, ClausePath, Document
from ingest.numerals import chinese_numeral
from ingest.refs import label_kind

_DUTY_BRACKET = re.compile(r"[(（](?:牵头|责任|主办|配合)(?:单位|部门)\s*[:：].*[)）]\s*$", re.S)
_SENTENCE = re.compile(r"[^。！？!?；;\n]*[。！？!?；;\n]+[”\"』」)）]*|[^。！？!?；;\n]+$")
_LABEL = re.compile(
    r"^\s*(?:第[一二三四五六七八九十百零\d]+条(?:之[一二三四五六七八九十]+)?\s*|[一二三四五六七八九十]+、|[(（][一二三四五六七八九十\d]+[)）]|\d+[.．、]|[①-⑳])\s*"
)


@dataclass(frozen=True)
class Source:
    """What one citation points at: a clause, one of its 款, or a table cell. ``text`` holds ``quote`` verbatim."""

    document: Document
    path: ClausePath
    text: str
    quote: str
    display: str
    chapter: str | None = None
    heading: str | None = None
    #: What a table cell says in words, its row, column, year and unit with it; empty for a clause, which says its text.
    meaning: str = ""

    @property
    def evidence(self) -> str:
        return f"{self.text}\n{self.meaning}" if self.meaning else self.text


@dataclass(frozen=True)
class Draft:
    """One statement with the sources it rests on, before verification."""

    text: str
    sources: tuple[Source, ...]
    #: Words of ours at the end of ``text`` that no source prints, a count; the rest is verified.
    added: str = ""
    #: Put together from records of the sources, duties or cells: the words between them are ours.
    composed: bool = False
    #: The whole is calculated from the cited cells, and was checked where it was calculated.
    computed: bool = False
    role: Role = "answer"


def citation_text(document: Document, display: str) -> str:
    """The reference as documents cite it: 《…》(余府发〔2023〕19号)二、(五)13."""
    number = f"({document.document_number})" if document.document_number else ""
    return f"{quoted_title(short_title(document))}{number}{display}"


def quoted_title(title: str) -> str:
    """A title in 书名号; those inside it become 〈〉."""
    return f"《{title.replace('《', '〈').replace('》', '〉')}》"


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences of ``text``; together they cover it."""
    return [m.span() for m in _SENTENCE.finditer(text) if m[0].strip()]


def own_text(clause: Clause) -> str:
    """The clause without its closing duty bracket."""
    return clause.text[: m.start()] if (m := _DUTY_BRACKET.search(clause.text)) else clause.text


def source_of(document: Document, clause: Clause, start: int, end: int) -> Source:
    """The narrowest address that holds ``clause.text[start:end]``: a 款 where the clause has several, else the clause."""
    quote = clause.text[start:end].strip()
    if has_paragraphs(clause):
        position = 0
        for number, paragraph in enumerate(clause.paragraphs, start=1):
            if position <= start and end <= position + len(paragraph.text) + 1:
                path = clause.path.child(f"第{number}款")
                display = (
                    f"{clause.display}第{chinese_numeral(number)}款"
                    if clause.label
                    else f"{clause.display}第{number}段"
                )
                return Source(document, path, paragraph.text, quote, display, clause.chapter, clause.heading)
            position += len(paragraph.text) + 1
    return whole_source(document, clause, start, end)


def whole_source(document: Document, clause: Clause, start: int, end: int) -> Source:
    """``clause.text[start:end]`` cited by the clause, whichever 款 it stands in."""
    quote = clause.text[start:end].strip()
    return Source(document, clause.path, clause.text, quote, clause.display, clause.chapter, clause.heading)


def has_paragraphs(clause: Clause) -> bool:
    """Whether the clause has 款 that are addresses of their own."""
    return len(clause.paragraphs) > 1 and label_kind(clause.path.last)[0] in ("article", "preface", "notice")


def duty_bracket(clause: Clause) -> re.Match[str] | None:
    """The bracket that names who must act, where a clause ends in one."""
    return _DUTY_BRACKET.search(clause.text)


def without_label(text: str) -> str:
    return _LABEL.sub("", text, count=1)
