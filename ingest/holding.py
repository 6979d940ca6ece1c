"""Which of the documents held a reference means: by exact name, never by containment."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import replace

from ingest.documents import Document, Reference

TITLE = r"《(?P<title>(?:[^《》\n]|《[^《》\n]{1,60}》){2,100})》"


def resolve(references: Iterable[Reference], held: Mapping[str, str]) -> tuple[Reference, ...]:
    """The references with ``status`` ``held`` and ``held`` the document's id, or ``not_held`` (未收录).

    ``held`` maps every name of every document held (``names_of``) to its id. A reference is held where its number, or
    its title, equals a name exactly once width, spaces, quotation marks, the prefix 中华人民共和国 and a closing bracket
    of version (2018年修正, 修订) are set aside; 民法 is never found in 难民法, and a name that two documents bear gives
    neither. Own references come back unchanged.
    """
    return Holdings(held).resolve(references)


class Holdings:
    """The names of the documents held, prepared once for the references of many documents; see ``resolve``."""

    def __init__(self, held: Mapping[str, str]):
        self._by_name: dict[str, set[str]] = {}
        for name, document_id in held.items():
            self._by_name.setdefault(name_key(name), set()).add(document_id)

    def resolve(self, references: Iterable[Reference]) -> tuple[Reference, ...]:
        return tuple(_resolved(r, self._by_name) if r.document else r for r in references)


def names_of(document: Document) -> tuple[str, ...]:
    """What other documents call ``document``: its number, its title, the title of what it forwards."""
    number = str(document.document_number) if document.document_number else None
    return tuple(n for n in (number, document.title, document.attached_title) if n)


def name_key(name: str) -> str:
    """``name`` with everything set aside that does not tell documents apart; equal keys are equal names."""
    key = unicodedata.normalize("NFKC", name)
    key = re.sub(r"[\s\"“”'‘’《》〈〉<>]", "", key).replace("〔", "[").replace("〕", "]")
    key = re.sub(
        r"\((?:(?:19|20)[0-9][0-9]年?)?(?:第[一二三四五六七八九十]+次)?(?:修正|修订|修改|修正本|修订本)\)$", "", key
    )
    return key.removeprefix("中华人民共和国") or key


def _resolved(reference: Reference, by_name: Mapping[str, set[str]]) -> Reference:
    titled = re.match(TITLE, reference.raw)
    for name in (reference.document or "", titled["title"] if titled else ""):
        ids = by_name.get(name_key(name), set()) if name else set()
        if len(ids) == 1:
            return replace(reference, status="held", held=next(iter(ids)))
    return replace(reference, status="not_held", held=None)
