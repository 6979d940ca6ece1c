"""Calls off the event loop: opened once, bounded, timed, translated; and the library that is still empty."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

import pytest

from tests.ui.fakes import ScriptedAssistant, ScriptedError
from ui.backend import Backend
from ui.config import ServerConfig
from ui.empty import EmptyLibrary
from ui.errors import ApiError, problem_of


def backend(assistant: Any = None, **settings: object) -> Backend:
    made = Backend(lambda: assistant or ScriptedAssistant(), ServerConfig.model_validate(settings))
    made.open()
    return made


def call(one: Backend, work: Any) -> Any:
    return asyncio.run(one.call(work))


def test_before_it_is_open_and_after_it_failed() -> None:
    one = Backend(ScriptedAssistant, ServerConfig())
    with pytest.raises(ApiError) as starting:
        call(one, lambda a: a.revision)
    assert starting.value.code == "starting"

    def broken() -> ScriptedAssistant:
        raise ScriptedError("broken_snapshot", "库 /home/someone/var 已损坏")

    one = Backend(broken, ServerConfig())
    one.open()
    assert one.state == "failed"
    with pytest.raises(ApiError) as failed:
        call(one, lambda a: a.revision)
    assert failed.value.code == "unavailable"


def test_calls_run_beside_the_event_loop() -> None:
    async def both() -> float:
        one = backend()
        started = time.perf_counter()
        slow = asyncio.create_task(one.call(lambda a: time.sleep(0.3)))
        await asyncio.sleep(0.01)
        waited = time.perf_counter() - started
        await slow
        return waited

    assert asyncio.run(both()) < 0.2


def test_timeout_and_busy() -> None:
    async def flood() -> list[Any]:
        one = backend(worker_threads=1, max_waiting=1, request_timeout_seconds=0.1)
        gone = threading.Event()
        calls = [one.call(lambda a: gone.wait(5)) for _ in range(4)]
        results = await asyncio.gather(*calls, return_exceptions=True)
        gone.set()
        # the threads give their places back when they end, not when nobody waits any more
        assert one.in_flight == 2
        await asyncio.sleep(0.2)
        assert one.in_flight == 0
        return results

    assert sorted(e.code for e in asyncio.run(flood())) == ["busy", "busy", "timeout", "timeout"]


@pytest.mark.parametrize(
    ("raised", "status", "code", "message"),
    [
        (ScriptedError("unknown_document", "没有收录 X。"), 404, "unknown_document", "没有收录 X。"),
        (ScriptedError("unknown_clause", "没有第九十条。"), 404, "unknown_clause", "没有第九十条。"),
        # what a store says may name a folder: only its code goes out
        (ScriptedError("broken_snapshot", "/home/x 已损坏"), 503, "unavailable", "文件库暂时无法使用"),
        (KeyError("我的问题"), 500, "internal", "服务内部出错"),
    ],
)
def test_errors_are_translated_once(raised: Exception, status: int, code: str, message: str) -> None:
    def work(_: Any) -> None:
        raise raised

    with pytest.raises(Exception) as caught:
        call(backend(), work)
    got, problem, _ = problem_of(caught.value)
    assert (got, problem.code) == (status, code)
    assert message in problem.message and "/home" not in problem.message and "问题" not in problem.message[:2]


def test_refresh_failure_does_not_stop_answers() -> None:
    class Stale(ScriptedAssistant):
        def refresh(self) -> bool:
            raise OSError("half a snapshot")

    assert call(backend(Stale()), lambda a: a.revision) == "scripted-1"


def test_empty_library_answers_until_it_is_filled() -> None:
    held: list[ScriptedAssistant] = []

    def opened() -> ScriptedAssistant:
        if not held:
            raise ScriptedError("empty_store", "库里还没有文件。")
        return held[0]

    library = EmptyLibrary(opened)
    assert not library.refresh()
    assert library.ask("问").state == "refused" and library.documents() == [] and library.search("x") == []
    with pytest.raises(ApiError):
        library.document("余府发〔2023〕19号")
    held.append(ScriptedAssistant())
    assert library.refresh()
    assert library.documents() and library.revision == "scripted-1"
