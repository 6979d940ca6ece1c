"""A run directory: answered once, scored as often as wanted.

Layout::

    run.json       what answered: settings, corpus revision, encoder, code and commit, date, hash of the cases
    cases.jsonl    the cases as they were asked, so that scoring needs nothing else
    answers.jsonl  one ``Record`` a line, appended and synced per case; the last line of an id counts
    report.html    after ``gazette eval report``
    store/         only with ``--bundled``: a store of its own, so that no other document can be cited

A crash loses at most the question it struck. A second run into the directory asks only what is missing or failed,
and refuses when the questions, the corpus, the settings or the code are no longer the same.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock, Timeout
from pydantic import BaseModel, ConfigDict, ValidationError

from evals.cases import Case, cases_sha256, load_cases
from evals.errors import RunError
from evals.responses import Record

_CONFIG, _CASES, _ANSWERS, _LOCK, _STORE = "run.json", "cases.jsonl", "answers.jsonl", ".lock", "store"
REPORT = "report.html"


class RunConfig(BaseModel):
    """What stands beside the numbers. ``None`` means unknown, for example over HTTP."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    cases_file: str
    cases_sha256: str
    n_cases: int
    part: str | None = None
    answerer: str
    corpus_revision: str | None = None
    encoder: str | None = None
    code_sha256: str | None = None
    git_commit: str | None = None
    git_dirty: bool | None = None
    started_at: str
    settings: dict[str, Any] = {}

    def differences(self, other: RunConfig) -> list[str]:
        """Names of the fields that forbid answers of both in one directory."""
        decisive = ("cases_sha256", "part", "answerer", "corpus_revision", "encoder", "code_sha256", "settings")
        return [name for name in decisive if getattr(self, name) != getattr(other, name)]


@dataclass(frozen=True)
class Run:
    """A run as read from its directory; ``records`` holds the last record of each case that has one."""

    directory: Path
    config: RunConfig
    cases: tuple[Case, ...]
    records: dict[str, Record]

    @property
    def missing(self) -> list[Case]:
        """Cases without a reply: never asked, or asked and failed."""
        return [case for case in self.cases if (record := self.records.get(case.id)) is None or record.error]

    @property
    def revisions(self) -> set[str]:
        """The corpus revisions that the replies name; more than one means that the corpus moved under the run."""
        replies = (record.reply for record in self.records.values() if record.reply)
        return {str(reply["index"]) for reply in replies if reply.get("index")}


def open_run(directory: Path) -> Run:
    """The run in ``directory``.

    Raises:
        RunError: there is none, or a file of it is damaged other than by a cut last line.
    """
    try:
        config = RunConfig.model_validate_json((directory / _CONFIG).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise RunError(f"{directory.name} 里没有 {_CONFIG}，不是评测目录；先用 gazette eval run 作答") from error
    except ValidationError as error:
        raise RunError(f"{directory.name}/{_CONFIG} 读不懂：{error.errors()[0]['msg']}") from error
    cases = tuple(load_cases(directory / _CASES))
    if cases_sha256(list(cases)) != config.cases_sha256:
        raise RunError(f"{directory.name}/{_CASES} 与 {_CONFIG} 登记的校验值不符，题目被改过；请另跑一次")
    return Run(directory, config, cases, _read_records(directory / _ANSWERS))


def own_store(directory: Path) -> Path:
    """Where a run keeps a store of its own."""
    return directory / _STORE


def clear_run(directory: Path) -> None:
    """Removes the run in ``directory``, its answers and its own store; does nothing where there is no run."""
    if not (directory / _CONFIG).exists():
        return
    if own_store(directory).is_dir():
        shutil.rmtree(own_store(directory))
    for name in (REPORT, _ANSWERS, _CASES, _CONFIG):  # the config last: what is left of a crash is still known as a run
        (directory / name).unlink(missing_ok=True)


def start_run(directory: Path, cases: list[Case], config: RunConfig) -> Run:
    """A new run, or the one already in ``directory`` when it asks the same of the same.

    Raises:
        RunError: another run is in ``directory``, or it holds files of someone else.
    """
    directory.mkdir(parents=True, exist_ok=True)
    if (directory / _CONFIG).exists():
        run = open_run(directory)
        if differences := config.differences(run.config):
            raise RunError(
                f"{directory.name} 里是另一次评测（不同之处：{'、'.join(differences)}）；换一个 --out，或加 --fresh 重来"
            )
        _cut_torn_line(directory / _ANSWERS)
        return run
    strangers = {path.name for path in directory.iterdir()} - {_CASES, _LOCK, _STORE}
    if strangers:
        raise RunError(f"{directory.name} 不是空目录（有 {'、'.join(sorted(strangers)[:3])}）；换一个 --out")
    lines = "".join(case.model_dump_json() + "\n" for case in cases)
    _write_whole(directory / _CASES, lines)
    _write_whole(directory / _CONFIG, json.dumps(config.model_dump(mode="json"), ensure_ascii=False, indent=1) + "\n")
    return open_run(directory)


def append_record(directory: Path, record: Record) -> None:
    """Puts one record on disk before it returns."""
    with (directory / _ANSWERS).open("a", encoding="utf-8") as answers:
        answers.write(record.model_dump_json() + "\n")
        answers.flush()
        os.fsync(answers.fileno())


@contextmanager
def exclusive(directory: Path) -> Iterator[None]:
    """One writer at a time on a run directory.

    Raises:
        RunError: another process is writing.
    """
    directory.mkdir(parents=True, exist_ok=True)
    lock = FileLock(directory / _LOCK, timeout=0)
    try:
        with lock:
            yield
    except Timeout as error:
        raise RunError(f"{directory.name} 正由另一个进程写入；等它结束，或换一个 --out") from error


def _read_records(path: Path) -> dict[str, Record]:
    records: dict[str, Record] = {}
    if not path.exists():
        return records
    text = path.read_text(encoding="utf-8", errors="replace")
    whole, newline, _torn = text.rpartition("\n")
    for number, line in enumerate((whole + newline).split("\n")[:-1], 1):
        try:
            record = Record.model_validate_json(line)
        except ValidationError as error:
            raise RunError(f"{path.parent.name}/{path.name} 第{number}行读不懂；删掉这一行再重跑即可补答") from error
        records[record.id] = record
    return records


def _cut_torn_line(path: Path) -> None:
    """Drops what a crash left after the last whole line, so that the next record starts its own."""
    if not path.exists():
        return
    content = path.read_bytes()
    if content and not content.endswith(b"\n"):
        with path.open("r+b") as answers:
            answers.truncate(content.rfind(b"\n") + 1)


def _write_whole(path: Path, text: str) -> None:
    temporary = path.with_suffix(path.suffix + ".new")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, path)
