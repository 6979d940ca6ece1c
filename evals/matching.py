"""Which citation covers which gold clause: parsed references, never substrings.

A citation covers a gold clause when it names the same document and the same clause or one below it. A parent does
not cover its child, 第十二条之一 does not cover 第十二条, and a citation that cannot be read covers nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from evals.cases import GoldCitation
from evals.wording import squash
from ingest.refs import ClausePath, DocumentNumber

#: A title may come without its subtitle, but only titles long enough to be unmistakable match by their beginning.
_SHORTEST_TITLE_PREFIX = 10
_BRACKETS = str.maketrans("", "", "[](){}")
_LABEL_TAILS = "、.．"


@dataclass(frozen=True)
class DocumentName:
    """What names a document: its parsed number, or a folded title."""

    number: DocumentNumber | None
    title: str

    def same_as(self, gold: DocumentName) -> bool:
        """Equal numbers, equal titles, or a title and the same title without its subtitle."""
        if self.number or gold.number:
            return self.number == gold.number
        if self.title == gold.title:
            return True
        if "号" in gold.title or len(self.title) < _SHORTEST_TITLE_PREFIX:
            return False
        return self.title.startswith(gold.title) or gold.title.startswith(self.title)


@dataclass(frozen=True)
class Reference:
    """A cited clause: every name its document goes by, and its path (None where the path cannot be read)."""

    documents: tuple[DocumentName, ...]
    path: ClausePath | None

    @classmethod
    def read(cls, document_number: str | None, title: str | None, clause: str | None) -> Reference:
        names = (read_document(document_number or ""), read_document(title or ""))
        return cls(tuple(name for name in names if name), read_path(clause or ""))

    def covers(self, gold: GoldCitation) -> bool:
        """Whether this citation counts as ``gold``: the clause itself or a descendant."""
        wanted = read_path(gold.clause)
        if self.path is None or wanted is None:
            return False
        return self.in_document(gold) and self.path.is_within(wanted)

    def in_document(self, gold: GoldCitation) -> bool:
        """Whether this citation is in the document of ``gold``, whatever the clause."""
        wanted = read_document(gold.document)
        return wanted is not None and any(name.same_as(wanted) for name in self.documents)


@lru_cache(maxsize=4096)
def read_document(text: str) -> DocumentName | None:
    """The name that ``text`` gives, a number in any spelling or a title; None for no text."""
    folded = squash(text)
    if not folded:
        return None
    try:
        return DocumentName(DocumentNumber.parse(folded), folded.translate(_BRACKETS))
    except ValueError:
        return DocumentName(None, folded.translate(_BRACKETS))


@lru_cache(maxsize=4096)
def read_path(clause: str) -> ClausePath | None:
    """The path that ``clause`` spells in any width and with or without 、 and . after its labels; None if none."""
    labels = tuple(label.strip(_LABEL_TAILS) for label in squash(clause).split("/") if label)
    try:
        return ClausePath(labels)
    except ValueError:
        return None


def covers_set(citations: tuple[Reference, ...], gold_set: tuple[GoldCitation, ...]) -> bool:
    """Whether every clause of ``gold_set`` is covered; an empty set is covered by nothing."""
    return bool(gold_set) and all(any(citation.covers(gold) for citation in citations) for gold in gold_set)
