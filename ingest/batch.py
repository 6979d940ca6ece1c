"""Many files are read side by side, each bounded in time and memory; one that misbehaves never stops the others.

Every file is read in a worker, a fresh interpreter that this module starts and feeds through pipes
(``ingest/worker.py``). Not ``multiprocessing`` or a pool above it: forking a server that has threads can deadlock, and
its other ways import the caller's script again in every worker, which starts the script's own work there. Not in this
process either, even for one short file: a parser of a binary format can hang or die where no exception reaches, and a
worker is ready in a seventh of a second.
"""

from __future__ import annotations

import logging
import os
import pickle
import signal
import struct
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, Any, Generic, TypeVar

from ingest.documents import Document, IngestError, SourceFile
from ingest.sources import shown_name

log = logging.getLogger("gazette.ingest")
# Where nobody set up logging, a traceback stays out of the user's sight.
log.addHandler(logging.NullHandler())

T = TypeVar("T")
_HEAD = struct.Struct(">Q")
#: A worker stops itself at the limit; what is stuck where it cannot is killed this much later.
_GRACE_S = 3.0
#: A worker that is not ready by then never will be, however busy the machine.
_START_S = 60.0
#: Files under way or waiting to be taken, for each worker: bounds memory, and lets the others pass a slow file.
_AHEAD = 8
#: Only the parent's own search path: with -P a folder of downloads cannot bring modules of its own.
_START = "import sys; sys.path[:] = sys.argv[1:]; from ingest.worker import serve; serve()"


class FileTookTooLong(IngestError):
    code = "file_took_too_long"
    retryable = True


class FileTooDemanding(IngestError):
    code = "file_too_demanding"
    retryable = True


class ReaderDied(IngestError):
    code = "reader_died"


class ParserFailed(IngestError):
    """An error of ours; ``details`` is its traceback, which is logged and not part of the message."""

    code = "internal_error"
    details = ""


@dataclass(frozen=True)
class Limits:
    """What one file may take (seconds, MB of memory), and how many are read at once (``None``: one a core)."""

    timeout_s: float = 120.0
    memory_mb: int = 2048
    workers: int | None = None

    @property
    def n_workers(self) -> int:
        if self.workers:
            return self.workers
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True)
class Reading:
    """A file read and parsed."""

    source: SourceFile
    data: bytes = field(repr=False)
    documents: list[Document]


@dataclass(frozen=True)
class Outcome(Generic[T]):
    """What became of the file at ``path``: a ``value`` or an ``error``, and how many seconds it took."""

    path: Path
    value: T | None
    error: IngestError | None
    seconds: float


def whole_reading(reading: Reading) -> Reading:
    """The reading itself, sent whole to this process."""
    return reading


def read_many(
    paths: Sequence[Path],
    make: Callable[[Reading], T],
    limits: Limits | None = None,
) -> Iterator[Outcome[T]]:
    """One outcome for each of ``paths``, in their order, as they come; never raises for a file.

    At most eight files for each worker are under way or held, however many ``paths`` there are. Closing the iterator
    ends the workers.

    Args:
        make: what to make of a file, run in the worker, so that only its result is sent here; a function that can be
            imported by name (or a ``functools.partial`` of one); ``whole_reading`` for all of it.
        limits: of each file; time counts from when a worker takes it up.

    Raises:
        ValueError: ``make`` is defined in the program itself (``__main__``) or in a function, where no worker finds it.
    """
    limits = limits or Limits()
    _check_importable(make)
    n_workers = max(1, min(limits.n_workers, len(paths)))
    crew = _Crew(limits, pickle.dumps((limits.timeout_s, limits.memory_mb, make)))
    waiting: deque[Future[Outcome[T]]] = deque()
    rest = iter(paths)
    with ThreadPoolExecutor(n_workers, thread_name_prefix="gazette-read") as threads:
        try:
            while True:
                while len(waiting) < _AHEAD * n_workers and (path := next(rest, None)) is not None:
                    waiting.append(threads.submit(crew.read, path))
                if not waiting:
                    return
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
            crew.dismiss()


def _check_importable(make: Callable[..., Any]) -> None:
    function = make.func if isinstance(make, partial) else make
    if function.__module__ == "__main__" or "<" in function.__qualname__:
        raise ValueError(f"{function.__qualname__} of {function.__module__} cannot be imported by a worker")


class _Crew:
    """The workers of one batch, one for each thread that reads; replaced when they fail."""

    def __init__(self, limits: Limits, task: bytes):
        self._limits, self._task = limits, task
        self._own = threading.local()
        self._lock = threading.Lock()
        self._workers: set[_Worker] = set()
        self._dismissed = False

    def read(self, path: Path) -> Outcome[Any]:
        started = time.monotonic()
        worker = self._worker()
        was_used = worker.n_read > 0
        reply = worker.read(path, self._limits.timeout_s)
        if reply[0] in ("memory", "time", "late", "died"):
            self._discard(worker)
        if reply[0] == "memory" and was_used:
            # What earlier files left behind in the worker is not this file's fault.
            worker = self._worker()
            reply = worker.read(path, self._limits.timeout_s)
            if reply[0] != "value":
                self._discard(worker)
        if reply[0] == "value":
            return Outcome(path, reply[1], None, reply[2])
        return Outcome(path, None, self._error(shown_name(path), reply), time.monotonic() - started)

    def _worker(self) -> _Worker:
        worker: _Worker | None = getattr(self._own, "worker", None)
        if worker is None:
            with self._lock:
                if self._dismissed:
                    raise RuntimeError("the batch was closed")
                worker = self._own.worker = _Worker(self._task)
                self._workers.add(worker)
        return worker

    def _discard(self, worker: _Worker) -> None:
        self._own.worker = None
        with self._lock:
            self._workers.discard(worker)
        worker.kill()

    def dismiss(self) -> None:
        with self._lock:
            self._dismissed = True
            workers = list(self._workers)
        for worker in workers:
            worker.kill()

    def _error(self, name: str, reply: tuple[Any, ...]) -> IngestError:
        match reply:
            case ("error", kind, path, found, advice):
                return kind(path, found, advice)
            case ("memory",):
                return FileTooDemanding(
                    name,
                    f"所需内存超过 {self._limits.memory_mb} MB",
                    "请拆成较小的文件,或用 GAZETTE_PARSE_MEMORY_MB 放宽后再试。",
                )
            case ("time",) | ("late",):
                return FileTookTooLong(
                    name,
                    f"读了 {self._limits.timeout_s:g} 秒还没有读完",
                    "请拆成较小的文件,或用 GAZETTE_PARSE_TIMEOUT 放宽时限后再试。",
                )
            case ("failed", kind, details):
                log.error("internal error while reading %s\n%s", name, details)
                error = ParserFailed(
                    name,
                    f"程序内部出错({kind})",
                    "这是程序的缺陷:请把这个文件报告给维护者;设 GAZETTE_DEBUG=1 可看到详情。",
                )
                error.details = details
                return error
            case (_, status):
                log.error("the worker that read %s ended with status %s", name, status)
                return ReaderDied(
                    name,
                    f"读取程序意外终止({_status_words(status)})",
                    "文件可能已损坏:请打开后另存为 docx、pdf 或 txt 再试。",
                )
        raise AssertionError(reply)


def _status_words(status: int) -> str:
    if status >= 0:
        return f"状态 {status}"
    with suppress(ValueError):
        return signal.Signals(-status).name
    return f"信号 {-status}"


class _Worker:
    """One worker process: a path goes in, a reply comes out."""

    def __init__(self, task: bytes):
        # A session of its own, so that what the worker started (a converter) can be ended with it.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", _START, *sys.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._late = False
        self.n_read = 0
        with suppress(OSError):
            self._send(task)

    def read(self, path: Path, timeout_s: float) -> tuple[Any, ...]:
        """The worker's reply, or ``("late",)``, ``("died", status)``; after these two it is of no further use."""
        if self.n_read == 0:
            self._within(_START_S, None)
        reply = self._within(timeout_s + _GRACE_S, os.fsencode(path))
        self.n_read += 1
        if self._late:
            return ("late",)
        if reply is not None:
            return pickle.loads(reply)
        self.kill()
        return ("died", self._process.returncode)

    def _within(self, seconds: float, message: bytes | None) -> bytes | None:
        """What the worker says to ``message``, or unasked; ``None`` where it says nothing in time, and is ended then."""
        timer = threading.Timer(seconds, self._kill_late)
        timer.daemon = True
        timer.start()
        try:
            if message is not None:
                self._send(message)
            return receive(self._pipe(self._process.stdout))
        except OSError:
            return None
        finally:
            timer.cancel()

    def kill(self) -> None:
        """Ends the worker and all that it started."""
        with suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()
        self._process.wait()

    def close(self) -> None:
        self.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                self._pipe(pipe).close()

    def _kill_late(self) -> None:
        self._late = True
        self.kill()

    def _send(self, message: bytes) -> None:
        send(self._pipe(self._process.stdin), message)

    @staticmethod
    def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
        assert pipe is not None
        return pipe


def send(pipe: IO[bytes], message: bytes) -> None:
    pipe.write(_HEAD.pack(len(message)))
    pipe.write(message)
    pipe.flush()


def receive(pipe: IO[bytes]) -> bytes | None:
    """The next message; ``None`` where the other side is gone."""
    head = pipe.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    (length,) = _HEAD.unpack(head)
    message = pipe.read(length)
    return message if len(message) == length else None
