"""The other end of ``ingest/batch.py``: a process that reads one file after another and says what became of each."""

from __future__ import annotations

import os
import pickle
import signal
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ingest.batch import Reading, receive, send
from ingest.documents import IngestError


class Overtime(BaseException):
    """The time of a file is up. No ``Exception``, so that no reader takes it for damage in the file."""


def serve() -> None:
    """Answers paths from standard input on standard output until the input ends."""
    paths, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    # What a library prints must not end up among the replies, nor a program that it starts read our paths.
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    task = receive(paths)
    if task is None:
        return
    timeout_s, memory_mb, make = pickle.loads(task)
    _limit_memory(memory_mb)
    # Now, so that the first file is not charged for it.
    from ingest import reader  # noqa: F401

    send(replies, b"ready")
    if hasattr(signal, "SIGALRM"):
        signal.signal(signal.SIGALRM, _ring)
    while (path := receive(paths)) is not None:
        reply = _reply(Path(os.fsdecode(path)), make, timeout_s)
        send(replies, reply)
        if reply == _OUT_OF_MEMORY:
            return


def _ring(*_: object) -> None:
    raise Overtime


def _limit_memory(memory_mb: int) -> None:
    """Bounds what this process, and each that it starts, may allocate: data, not address space, which libraries map freely."""
    try:
        import resource
    except ImportError:  # Windows: time is bounded, memory is not
        return
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = memory_mb * 2**20
    resource.setrlimit(resource.RLIMIT_DATA, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))


_OUT_OF_MEMORY = pickle.dumps(("memory",))


def _reply(path: Path, make: Callable[[Reading], Any], timeout_s: float) -> bytes:
    started = time.monotonic()
    has_alarm = hasattr(signal, "setitimer")
    try:
        try:
            if has_alarm:
                signal.setitimer(signal.ITIMER_REAL, timeout_s)
            value = _read(path, make)
            return pickle.dumps(("value", value, time.monotonic() - started), pickle.HIGHEST_PROTOCOL)
        finally:
            if has_alarm:
                signal.setitimer(signal.ITIMER_REAL, 0)
    except IngestError as error:
        return pickle.dumps(("error", type(error), error.path, error.found, error.advice))
    except MemoryError:
        return _OUT_OF_MEMORY
    except Overtime:
        return pickle.dumps(("time",))
    except BaseException as error:
        return pickle.dumps(("failed", type(error).__name__, "".join(traceback.format_exception(error))[-20_000:]))


def _read(path: Path, make: Callable[[Reading], Any]) -> Any:
    from ingest.reader import parse_source
    from ingest.sources import read_source

    source, data = read_source(path)
    return make(Reading(source, data, parse_source(source)))
