"""Asks an assistant, in this process or over HTTP, and looks up what the store holds under each citation."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from assistant.models import Turn
from evals.errors import AnswererError
from evals.matching import read_path

#: ``(document, clause)`` to what the clause desk shows of it, or None where the store holds no such clause.
ClauseView = dict[str, Any]
Look = Callable[[str, str], ClauseView | None]

#: How the contract says that a clause is not held, or that its address fits several.
_NO_SUCH_CLAUSE = {404, 409}
#: A server that asks for patience gets it so many times, and never longer than a minute at once.
_TRIES, _LONGEST_WAIT_SECONDS = 5, 60.0
_PATIENCE = {429, 503}
#: No document seen nests deeper than 条/项/目/(1)/一是 below its article.
_DEEPEST = 6


@dataclass(frozen=True)
class Identity:
    """What answers, as far as it says: everything that ``run.json`` records of it."""

    answerer: str
    corpus_revision: str | None = None
    encoder: str | None = None
    settings: dict[str, Any] = field(default_factory=dict)


class Answerer(Protocol):
    """What a run needs of an assistant."""

    identity: Identity

    def ask(self, question: str, history: tuple[Turn, ...]) -> dict[str, Any]:
        """The reply as JSON of the HTTP contract. Whatever it raises is recorded with the case."""
        ...

    def look(self, document: str, clause: str) -> ClauseView | None:
        """The clause as the store holds it (``text``, ``children``), or None."""
        ...


def held_texts(reply: dict[str, Any], look: Look) -> tuple[str | None, ...]:
    """For each citation of ``reply``, the text that the store holds under it with all descendants, or None."""
    texts: dict[tuple[str, str], str | None] = {}
    held = []
    for citation in reply.get("citations") or ():
        key = (citation.get("document_number") or citation.get("title") or "", citation.get("clause") or "")
        if key not in texts:
            texts[key] = _with_descendants(*key, look) if all(key) else None
        held.append(texts[key])
    return tuple(held)


def _with_descendants(document: str, clause: str, look: Look, depth: int = 0) -> str | None:
    view = look(document, clause)
    if view is None or read_path(view.get("clause") or clause) != read_path(clause):
        return None  # a desk that reads 第16条 for 第十六条 is helpful to people, but the citation names no clause
    parts = [str(view.get("text") or "")]
    for child in view.get("children") or ():
        below = _with_descendants(document, child["clause"], look, depth + 1) if depth < _DEEPEST else None
        parts.append(below if below is not None else str(child.get("text") or ""))
    return "\n".join(parts)


class HttpAnswerer:
    """An assistant that serves the HTTP contract at ``base``.

    A server that limits visitors (429) or is busy (503) is asked again after its ``Retry-After``; the wait counts into
    the seconds of that question, so time a server from its own machine, which is not limited.

    Raises:
        AnswererError: nothing answers at ``base``, or it is not ready.
    """

    def __init__(self, base: str, timeout_seconds: float = 60.0, sleep: Callable[[float], None] = time.sleep) -> None:
        self._base = base.rstrip("/")
        self._timeout = timeout_seconds
        self._sleep = sleep
        self._check_ready()
        self.identity = Identity(answerer="http")

    def ask(self, question: str, history: tuple[Turn, ...]) -> dict[str, Any]:
        body = {"question": question, "history": [turn.model_dump() for turn in history]}
        return self._fetch("/api/v1/answers", body)

    def look(self, document: str, clause: str) -> ClauseView | None:
        query = urllib.parse.urlencode({"document": document, "clause": clause})
        try:
            return self._fetch(f"/api/v1/clauses?{query}")
        except urllib.error.HTTPError as error:
            if error.code in _NO_SUCH_CLAUSE:
                return None
            raise

    def _check_ready(self) -> None:
        try:
            self._fetch("/readyz", parse=False)
        except (OSError, ValueError) as error:
            raise AnswererError(f"{self._base} 没有就绪的服务（{error}）；先运行 gazette serve，或检查地址") from error

    def _fetch(self, path: str, body: dict[str, Any] | None = None, *, parse: bool = True) -> Any:
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        request = urllib.request.Request(self._base + path, data, {"Content-Type": "application/json"})
        for tries_left in range(_TRIES - 1, -1, -1):
            try:
                with urllib.request.urlopen(request, timeout=self._timeout) as reply:
                    return json.load(reply) if parse else reply.read()
            except urllib.error.HTTPError as error:
                wait = error.headers.get("Retry-After") or ""
                if error.code not in _PATIENCE or not wait.isdigit() or not tries_left:
                    raise
                self._sleep(min(float(wait), _LONGEST_WAIT_SECONDS))
        raise AssertionError("the last try returns or raises")


def open_in_process(store: Path | None, *, fill: bool = False) -> Answerer:
    """The assistant of this process over the store ``store``, or the one that the settings name.

    Args:
        store: its folder.
        fill: put the bundled gazette into a store that holds nothing.

    Raises:
        AnswererError: the store cannot be opened.
    """
    from evals.in_process import InProcessAnswerer

    return InProcessAnswerer(store, fill=fill)
