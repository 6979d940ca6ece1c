"""The assistant as this room sees it: opened in the background, called off the event loop, never for too long."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Literal, Protocol, TypeVar

from assistant.models import Answer, ClauseView, DocumentSummary, QuoteCheck, SearchHit, Turn
from ingest import Document
from ui.config import ServerConfig
from ui.errors import ApiError, translated

log = logging.getLogger("gazette.ui")
T = TypeVar("T")


class AssistantLike(Protocol):
    """What the pages ask of ``assistant.service.Assistant``; tests hand in a scripted one."""

    @property
    def revision(self) -> str: ...
    def ask(self, question: str, history: Sequence[Turn] = (), *, trace: bool = False) -> Answer: ...
    def search(self, query: str, k: int = 10) -> list[SearchHit]: ...
    def documents(self) -> list[DocumentSummary]: ...
    def document(self, spelling: str) -> Document: ...
    def clause(self, document: str, clause: str) -> ClauseView: ...
    def check(self, text: str, document: str | None = None) -> QuoteCheck: ...
    def refresh(self) -> bool: ...


class Backend:
    """Opens the assistant once and runs calls on it in a small pool with a short queue."""

    def __init__(self, factory: Callable[[], AssistantLike], config: ServerConfig):
        self._factory, self._config = factory, config
        self._assistant: AssistantLike | None = None
        self._pool = ThreadPoolExecutor(config.worker_threads, thread_name_prefix="gazette-answer")
        self._refreshing = threading.Lock()
        self.in_flight = 0
        self.error: Exception | None = None

    @property
    def state(self) -> Literal["starting", "ready", "failed"]:
        return "ready" if self._assistant else "failed" if self.error else "starting"

    def open(self) -> None:
        """Builds the assistant; blocks, so call it off the event loop. Keeps the failure instead of raising it."""
        try:
            self._assistant = self._factory()
        except Exception as error:
            self.error = error

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def call(self, work: Callable[[AssistantLike], T]) -> T:
        """What ``work`` returns, run in a thread.

        Raises:
            ApiError: not open yet, too many are waiting, it took too long (the thread finishes unheard), or the
                assistant's own error (no such document …), translated.
        """
        assistant = self._assistant
        if assistant is None:
            raise (
                ApiError("starting", retry_after=1)
                if self.state == "starting"
                else ApiError("unavailable", retry_after=30)
            )
        if self.in_flight >= self._config.worker_threads + self._config.max_waiting:
            raise ApiError("busy", retry_after=2)
        self.in_flight += 1
        future = asyncio.get_running_loop().run_in_executor(self._pool, self._run, assistant, work)
        future.add_done_callback(self._done)
        done, _ = await asyncio.wait({future}, timeout=self._config.request_timeout_seconds)
        if not done:
            raise ApiError("timeout")
        try:
            return future.result()
        except Exception as error:
            if (known := translated(error)) is error:
                raise
            raise known from error

    def _done(self, future: asyncio.Future[T]) -> None:
        self.in_flight -= 1
        if not future.cancelled():
            future.exception()  # heard here, so that asyncio does not report a call that timed out as never retrieved

    def _run(self, assistant: AssistantLike, work: Callable[[AssistantLike], T]) -> T:
        if self._refreshing.acquire(blocking=False):  # someone else's refresh is as good as ours
            try:
                assistant.refresh()
            except Exception as error:  # a half-swapped store must not stop the answers that the old snapshot can give
                log.warning("refresh failed: %s", type(error).__name__)
            finally:
                self._refreshing.release()
        return work(assistant)
