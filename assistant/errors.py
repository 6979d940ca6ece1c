"""What can be wrong with a request: a document or clause that is not held, or that could be several."""

from __future__ import annotations

from collections.abc import Sequence


class AssistantError(Exception):
    """A request that names something this corpus does not hold, or more than one thing."""

    code = "assistant_error"
    retryable = False

    def __init__(self, message: str, candidates: Sequence[str] = ()):
        self.candidates = tuple(candidates)
        super().__init__(message)


class UnknownDocument(AssistantError):
    """No held document bears the name."""

    code = "unknown_document"


class AmbiguousDocument(AssistantError):
    """Several held documents bear the name."""

    code = "ambiguous_document"


class UnknownClause(AssistantError):
    """The document has no such clause."""

    code = "unknown_clause"


class AmbiguousClause(AssistantError):
    """Several clauses of the document fit."""

    code = "ambiguous_clause"
