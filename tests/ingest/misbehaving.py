"""What a worker may be asked to do, good and bad, by the name of the file; importable, because a worker imports it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from ingest.batch import Reading

_KEPT: list[bytearray] = []


def act(reading: Reading) -> Any:
    """Does what the stem of the file's name says, up to its first dash; else gives the title of its first document."""
    stem = Path(reading.source.path).stem.split("-")[0]
    behaviour = globals().get(f"_{stem}")
    return behaviour(reading) if behaviour else reading.documents[0].title


def worker_pid(_: Reading) -> int:
    return os.getpid()


def slow_pid(_: Reading) -> int:
    time.sleep(0.3)
    return os.getpid()


def _hang(_: Reading) -> None:
    while True:
        pass


def _swallow(_: Reading) -> None:
    """Hangs where every Exception is taken for damage in the file."""
    while True:
        try:
            time.sleep(60)
        except Exception:
            continue


def _deaf(_: Reading) -> None:
    """Hangs where no signal is handled, as inside a C library."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
    while True:
        time.sleep(60)


def _parent(reading: Reading) -> None:
    """Hangs with a program of its own under way, whose process id it leaves beside the file."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    Path(reading.source.path).with_suffix(".pid").write_text(str(child.pid))
    _deaf(reading)


def _greedy(_: Reading) -> int:
    return sum(len(block) for block in [bytearray(2**24) for _ in range(4096)])


def _hoard(_: Reading) -> str:
    """Leaves 256 MB behind in the worker."""
    _KEPT.append(bytearray(2**28))
    return "kept"


def _big(_: Reading) -> int:
    """Needs 256 MB for a moment."""
    return len(bytearray(2**28))


def _die(_: Reading) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def _exit(_: Reading) -> None:
    os._exit(3)


def _leave(_: Reading) -> None:
    sys.exit("a library called exit")


def _break(_: Reading) -> None:
    raise KeyError("no such clause")


def _deep(reading: Reading) -> Any:
    return _deep(reading)


def _chatter(_: Reading) -> str:
    print("a library prints", flush=True)
    os.write(1, b"\x00\x00\x00\x00\x00\x00\x00\x05noise")
    return "silent"


def _unpicklable(_: Reading) -> Any:
    return lambda: None
