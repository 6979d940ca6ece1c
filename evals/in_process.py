"""The assistant of this process as an answerer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from assistant.cli import settings_for
from assistant.errors import AmbiguousClause, AmbiguousDocument, UnknownClause, UnknownDocument
from assistant.models import Turn
from evals.answering import ClauseView, Identity
from evals.errors import AnswererError


class InProcessAnswerer:
    """Asks ``assistant.service`` directly, with no network between the two.

    Raises:
        AnswererError: the store cannot be opened.
    """

    def __init__(self, store: Path | None, *, fill: bool = False) -> None:
        from assistant.service import Assistant, bootstrap

        settings = settings_for(store)
        try:
            if fill:
                bootstrap(settings)
            self._assistant = Assistant.open(settings)
        except Exception as error:
            raise AnswererError(
                f"打不开库：{error}；先用 gazette ingest 建库，或用 --store 指明，或加 --bundled"
            ) from error
        self.identity = Identity(
            answerer="in_process",
            corpus_revision=self._assistant.revision,
            encoder=self._assistant.encoder.encoder_id,
            settings=settings.model_dump(exclude={"home"}),
        )

    def ask(self, question: str, history: tuple[Turn, ...]) -> dict[str, Any]:
        return self._assistant.ask(question, history=list(history)).model_dump(mode="json")

    def look(self, document: str, clause: str) -> ClauseView | None:
        try:
            return self._assistant.clause(document, clause).model_dump(mode="json")
        except (UnknownDocument, UnknownClause, AmbiguousDocument, AmbiguousClause):
            return None
