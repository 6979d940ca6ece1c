"""One file that hangs, swells, dies or breaks is one error; the others go on, in order, within bounds."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from ingest.batch import (
    FileTooDemanding,
    FileTookTooLong,
    Limits,
    Outcome,
    ParserFailed,
    ReaderDied,
    Reading,
    read_many,
    whole_reading,
)
from tests.ingest.misbehaving import act, slow_pid, worker_pid

ROOT = Path(__file__).parents[2]
TEXT = "某市公园管理办法\n\n第一条 为了管理公园,制定本办法。\n"
LIMITS = Limits(timeout_s=2, memory_mb=512, workers=2)


@pytest.fixture(autouse=True)
def short_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.batch._GRACE_S", 1.0)


def write(folder: Path, *names: str) -> list[Path]:
    paths = [folder / name for name in names]
    for path in paths:
        path.write_text(TEXT, encoding="utf-8")
    return paths


def is_running(pid: int) -> bool:
    """Whether the process runs; one that ended and waits for its parent does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_until_ended(pid: int) -> bool:
    for _ in range(100):
        if not is_running(pid):
            return True
        time.sleep(0.05)
    return False


def test_outcomes_come_in_the_order_of_the_paths(tmp_path: Path) -> None:
    paths = write(tmp_path, *(f"file{i}.txt" for i in range(40)))
    outcomes = list(read_many(paths, whole_reading, Limits(workers=2)))
    assert [o.path for o in outcomes] == paths
    for path, outcome in zip(paths, outcomes, strict=True):
        assert isinstance(outcome.value, Reading) and outcome.error is None and outcome.seconds > 0
        assert outcome.value.source.path == str(path) and outcome.value.data == path.read_bytes()
        assert [str(c.path) for c in outcome.value.documents[0].clauses] == ["第一条"]


def test_no_path_is_no_outcome() -> None:
    assert list(read_many([], whole_reading)) == []


MISBEHAVING = [
    # A loop of ours that never ends.
    ("hang.txt", FileTookTooLong, "读了 2 秒"),
    # A reader that takes every exception for damage must not swallow the alarm.
    ("swallow.txt", FileTookTooLong, "读了 2 秒"),
    # A C library that handles no signal is killed from outside.
    ("deaf.txt", FileTookTooLong, "读了 2 秒"),
    # 64 GB asked for, 512 MB given.
    ("greedy.txt", FileTooDemanding, "512 MB"),
    # A crash in a C library.
    ("die.txt", ReaderDied, "SIGSEGV"),
    # A library that ends the process.
    ("exit.txt", ReaderDied, "状态 3"),
    # … or asks for it politely, which can be refused.
    ("leave.txt", ParserFailed, "SystemExit"),
    # A defect of ours.
    ("break.txt", ParserFailed, "KeyError"),
    # Endless recursion is a defect too, not a crash.
    ("deep.txt", ParserFailed, "RecursionError"),
    # A result that cannot be sent.
    ("unpicklable.txt", ParserFailed, ""),
]


def test_each_file_that_misbehaves_is_one_error_and_the_others_go_on(tmp_path: Path) -> None:
    """All in one batch, because a hang lasts its whole limit; each between files that are well."""
    names = [name for name, *_ in MISBEHAVING]
    paths = write(tmp_path, *(n for name in names for n in (name, f"good-{name}")))
    outcomes = list(read_many(paths, act, LIMITS))
    assert [o.path for o in outcomes] == paths
    assert [type(o.error) for o in outcomes[::2]] == [kind for _, kind, _ in MISBEHAVING]
    assert [o.value for o in outcomes[1::2]] == ["某市公园管理办法"] * len(names)
    for outcome, (_, _, words) in zip(outcomes[::2], MISBEHAVING, strict=True):
        assert outcome.value is None and outcome.error is not None
        assert words in str(outcome.error) and str(outcome.path) in str(outcome.error) and outcome.error.advice
        assert "Traceback" not in str(outcome.error)


def test_errors_of_reading_come_through_with_their_words(tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.touch()
    missing = tmp_path / "没有.txt"
    errors = [o.error for o in read_many([empty, missing], whole_reading, LIMITS)]
    assert [e.code for e in errors if e] == ["empty_file", "unreadable_file"]
    assert errors[0] and errors[0].path == str(empty) and errors[0].found == "文件是空的" and errors[0].advice


def test_the_traceback_of_a_defect_is_logged_and_not_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (outcome,) = read_many(write(tmp_path, "break.txt"), act, LIMITS)
    assert isinstance(outcome.error, ParserFailed)
    assert "no such clause" not in str(outcome.error) and "no such clause" in outcome.error.details
    assert "no such clause" in caplog.text and "Traceback" in caplog.text


def test_what_a_library_prints_is_not_taken_for_a_reply(tmp_path: Path) -> None:
    outcomes = read_many(write(tmp_path, "chatter.txt", "good.txt"), act, Limits(workers=1))
    assert [o.value for o in outcomes] == ["silent", "某市公园管理办法"]


def test_what_an_earlier_file_left_in_memory_does_not_fail_a_later_one(tmp_path: Path) -> None:
    outcomes = list(read_many(write(tmp_path, "hoard.txt", "big.txt"), act, Limits(memory_mb=450, workers=1)))
    assert [o.value for o in outcomes] == ["kept", 2**28]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="tells by /proc whether a process runs")
def test_a_program_that_a_hanging_reader_started_ends_with_it(tmp_path: Path) -> None:
    (path,) = write(tmp_path, "parent.txt")
    (outcome,) = read_many([path], act, LIMITS)
    assert isinstance(outcome.error, FileTookTooLong)
    assert wait_until_ended(int(path.with_suffix(".pid").read_text()))


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="tells by /proc whether a process runs")
def test_closing_the_iterator_ends_the_workers(tmp_path: Path) -> None:
    paths = write(tmp_path, *(f"file{i}.txt" for i in range(60)))
    started = time.monotonic()
    with closing(read_many(paths, slow_pid, Limits(workers=2))) as outcomes:  # type: ignore[type-var]
        pid = next(outcomes).value
    assert pid and wait_until_ended(pid)
    # All sixty would take nine seconds.
    assert time.monotonic() - started < 6


def test_two_workers_read_at_the_same_time(tmp_path: Path) -> None:
    paths = write(tmp_path, *(f"file{i}.txt" for i in range(8)))
    assert len({o.value for o in read_many(paths, slow_pid, Limits(workers=2))}) == 2
    assert len({o.value for o in read_many(paths, worker_pid, Limits(workers=1))}) == 1


class Watched(list[Path]):
    """Paths that count how many of them were taken."""

    taken = 0

    def __iter__(self) -> Iterator[Path]:
        for path in super().__iter__():
            self.taken += 1
            yield path


def test_only_a_few_files_are_taken_ahead(tmp_path: Path) -> None:
    paths = Watched(write(tmp_path, "file.txt") * 500)
    outcomes: Iterator[Outcome[int]] = read_many(paths, worker_pid, Limits(workers=2))
    for _ in range(3):
        next(outcomes)
    assert 3 <= paths.taken <= 3 + 2 * 8
    assert sum(1 for _ in outcomes) == 497


@pytest.mark.parametrize("make", [lambda reading: 1, partial(lambda reading, n: n, n=1)])
def test_a_function_that_no_worker_can_import_is_refused(tmp_path: Path, make: object) -> None:
    with pytest.raises(ValueError, match="cannot be imported"):
        next(read_many(write(tmp_path, "a.txt"), make))  # type: ignore[arg-type]


def test_a_name_that_is_no_unicode_is_read(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xb9\xab\xd4\xb0.txt"))
    try:
        path.write_text(TEXT, encoding="utf-8")
    except OSError:
        pytest.skip("the file system takes only Unicode names")
    (outcome,) = read_many([path], act, LIMITS)
    assert outcome.value == "某市公园管理办法"


def run_program(program: str, folder: Path, *arguments: Path) -> subprocess.CompletedProcess[str]:
    script = folder / "program" / "script.py"
    script.parent.mkdir()
    script.write_text(program, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(script), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment, check=False, timeout=60)


PROGRAM = """
import sys
from pathlib import Path
from ingest.batch import read_many, whole_reading
print("started")
for outcome in read_many([Path(p) for p in sys.argv[1:]], whole_reading):
    print(outcome.value.documents[0].title if outcome.value else outcome.error)
"""


def test_a_program_without_a_main_guard_does_not_start_itself_again(tmp_path: Path) -> None:
    done = run_program(PROGRAM, tmp_path, *write(tmp_path, "a.txt", "b.txt"))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split() == ["started", "某市公园管理办法", "某市公园管理办法"]


def test_a_folder_of_downloads_brings_no_modules(tmp_path: Path) -> None:
    for name in ("pickle.py", "ingest.py", "re.py"):
        (tmp_path / name).write_text("open('ran', 'w')\nraise SystemExit", encoding="utf-8")
    done = run_program(PROGRAM, tmp_path, *write(tmp_path, "a.txt"))
    assert done.stdout.split() == ["started", "某市公园管理办法"]
    assert not (tmp_path / "ran").exists()
