"""One case beside one reply: everything that the measures look at, worked out once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from evals.cases import Case
from evals.matching import Reference, covers_set
from evals.responses import Record, Response
from evals.wording import says, says_literally

#: The least share of an answer's citations that must be gold. A third, written as the product criterion writes it.
LEAST_GOLD_SHARE = 0.33


@dataclass(frozen=True)
class Observation:
    """A case, the reply to it, how long it took, and what the store held under each citation."""

    case: Case
    response: Response
    seconds: float = 0.0
    held: tuple[str | None, ...] | None = None

    @classmethod
    def of(cls, case: Case, record: Record) -> Observation:
        return cls(case, Response.read(record.reply), record.seconds, record.held)

    @cached_property
    def citations(self) -> tuple[Reference, ...]:
        return tuple(Reference.read(c.document_number, c.title, c.clause) for c in self.response.citations)

    @cached_property
    def gold_flags(self) -> tuple[bool, ...]:
        """For each citation, whether it covers a clause of any citation set."""
        gold = [clause for citation_set in self.case.citation_sets for clause in citation_set]
        return tuple(any(citation.covers(clause) for clause in gold) for citation in self.citations)

    @cached_property
    def gold_share(self) -> float:
        """Gold citations by all citations, 0 without citations: an answer that cites nothing is not precise."""
        return sum(self.gold_flags) / len(self.gold_flags) if self.gold_flags else 0.0

    @cached_property
    def covers_a_set(self) -> bool:
        """Whether one citation set, ``citations`` or an alternative, is wholly covered."""
        return any(covers_set(self.citations, citation_set) for citation_set in self.case.citation_sets)

    @cached_property
    def covers_an_alternative(self) -> bool:
        return any(covers_set(self.citations, citation_set) for citation_set in self.case.alternatives)

    @property
    def is_answered(self) -> bool:
        return self.response.state in ("answered", "partial")

    @cached_property
    def missing_facts(self) -> tuple[str, ...]:
        return tuple(words for words in self.case.must_include if not says(self.response.answer, words))

    @cached_property
    def forbidden_words(self) -> tuple[str, ...]:
        return tuple(words for words in self.case.must_not_include if says_literally(self.response.answer, words))
