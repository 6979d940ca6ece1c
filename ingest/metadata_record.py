"""What is recorded of one document besides its text, and how it is written down."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from ingest.dates import HistoryEvent
from ingest.own_number import OrderNumber
from ingest.refs import DocumentNumber
from ingest.validity import Relation, Said


@dataclass(frozen=True)
class Metadata:
    """Facts about one document; ``None`` or empty where it states none. Dates are ISO 8601."""

    document_number: DocumentNumber | None = None
    document_number_raw: str | None = None
    #: The number of an order or announcement (国务院令第663号), which has no issuing code.
    order_number: OrderNumber | None = None
    issuers: tuple[str, ...] = ()
    addressees: str | None = None
    document_type: str | None = None
    signed_on: str | None = None
    adopted_on: str | None = None
    promulgated_on: str | None = None
    published_on: str | None = None
    effective_on: str | None = None
    #: The sentence that says from when, and the clause that holds it.
    effective: Said | None = None
    #: The sentence that limits the validity; ``on`` is the last day where it is printed.
    valid_for: Said | None = None
    history: tuple[HistoryEvent, ...] = ()
    openness: str | None = None
    index_number: str | None = None
    subject: str | None = None
    keywords: tuple[str, ...] = ()
    #: 有效, 失效, 已修改 … as a page records it, and where (label of the fact, or 标题).
    recorded_status: str | None = None
    status_source: str | None = None
    relations: tuple[Relation, ...] = ()
    facts: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def to_json(self) -> dict[str, Any]:
        """A plain record; ``from_json`` is its inverse."""
        record = asdict(replace(self, document_number=None, order_number=None))
        record["document_number"] = str(self.document_number) if self.document_number else None
        record["order_number"] = asdict(self.order_number) if self.order_number else None
        for name in ("issuers", "keywords", "history", "relations"):
            record[name] = list(record[name])
        record["facts"] = [list(pair) for pair in self.facts]
        return record

    @classmethod
    def from_json(cls, record: dict[str, Any]) -> Metadata:
        """The metadata that ``to_json`` wrote.

        Raises:
            KeyError, ValueError, TypeError: the record is not one of ours.
        """
        given = dict(record)
        number, order = given["document_number"], given["order_number"]
        given["document_number"] = DocumentNumber.parse(number) if number else None
        given["order_number"] = OrderNumber(**order) if order else None
        for name in ("effective", "valid_for"):
            given[name] = Said(**given[name]) if given[name] else None
        given["history"] = tuple(HistoryEvent(**e) for e in given["history"])
        given["relations"] = tuple(Relation(**r) for r in given["relations"])
        given["facts"] = tuple((label, value) for label, value in given["facts"])
        for name in ("issuers", "keywords"):
            given[name] = tuple(given[name])
        return cls(**given)
