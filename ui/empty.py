"""A server on a store that holds nothing yet (``gazette serve --empty``): it says so, until something is ingested."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.models import Answer, ClauseView, DocumentSummary, QuoteCheck, SearchHit, Turn
from ingest import Document
from ui.backend import AssistantLike
from ui.errors import ApiError


class EmptyLibrary:
    """Answers for an empty store; every refresh tries to open the real one and then stands aside.

    Args:
        open_assistant: raises an error with the code ``empty_store`` as long as the store is empty.
    """

    def __init__(self, open_assistant: Callable[[], AssistantLike]):
        self._open = open_assistant
        self._filled: AssistantLike | None = None

    def refresh(self) -> bool:
        if self._filled:
            return self._filled.refresh()
        try:
            self._filled = self._open()
        except Exception as error:
            if getattr(error, "code", None) != "empty_store":
                raise
            return False
        return True

    @property
    def revision(self) -> str:
        return self._filled.revision if self._filled else ""

    def ask(self, question: str, history: Sequence[Turn] = (), *, trace: bool = False) -> Answer:
        if self._filled:
            return self._filled.ask(question, history, trace=trace)
        said = "文件库里还没有文件,无法作答。请先用 gazette ingest 收录文件,或拨打 12345 咨询。"
        return Answer(state="refused", answer=said, query=question)

    def search(self, query: str, k: int = 10) -> list[SearchHit]:
        return self._filled.search(query, k) if self._filled else []

    def documents(self) -> list[DocumentSummary]:
        return self._filled.documents() if self._filled else []

    def document(self, spelling: str) -> Document:
        if self._filled:
            return self._filled.document(spelling)
        raise ApiError("unknown_document")

    def clause(self, document: str, clause: str) -> ClauseView:
        if self._filled:
            return self._filled.clause(document, clause)
        raise ApiError("unknown_document")

    def check(self, text: str, document: str | None = None) -> QuoteCheck:
        if self._filled:
            return self._filled.check(text, document)
        if document is not None:
            raise ApiError("unknown_document")
        return QuoteCheck(verdict="not_found")
