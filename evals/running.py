"""Asks every question of a run once and puts each reply on disk before the next is asked."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from evals.answering import Answerer, held_texts
from evals.cases import Case, cases_sha256
from evals.errors import AnswererError
from evals.provenance import code_sha256, git_state, public_settings
from evals.responses import Record
from evals.runs import RunConfig, append_record

#: So many failures in a row mean that the assistant is gone, not that the questions are bad.
_FAILURES_IN_A_ROW = 5


def describe_run(cases_file: Path, cases: list[Case], answerer: Answerer, part: str | None) -> RunConfig:
    """What stands beside the numbers of a run that starts now."""
    identity = answerer.identity
    commit, dirty = git_state()
    return RunConfig(
        cases_file=cases_file.name,
        cases_sha256=cases_sha256(cases),
        n_cases=len(cases),
        part=part,
        answerer=identity.answerer,
        corpus_revision=identity.corpus_revision,
        encoder=identity.encoder,
        code_sha256=code_sha256() if identity.answerer == "in_process" else None,
        git_commit=commit,
        git_dirty=dirty,
        started_at=_now(),
        settings=public_settings(identity.settings),
    )


def answer_cases(
    directory: Path, cases: list[Case], answerer: Answerer, clock: Callable[[], float] = time.perf_counter
) -> Iterator[Record]:
    """Asks ``cases`` in order; each record is on disk when it is yielded.

    A question that fails is recorded with its error and asked again by the next run into the directory.

    Raises:
        AnswererError: five questions in a row failed.
    """
    in_a_row = 0
    for case in cases:
        record = ask_one(case, answerer, clock)
        append_record(directory, record)
        yield record
        in_a_row = in_a_row + 1 if record.error else 0
        if in_a_row == _FAILURES_IN_A_ROW:
            raise AnswererError(
                f"连续{in_a_row}道题作答失败，已停止；最后一次：{record.error}。修好后重跑同一命令即可接着答"
            )


def ask_one(case: Case, answerer: Answerer, clock: Callable[[], float]) -> Record:
    """The record of one question; only the answer is timed, not the look-up of what it cites."""
    started = clock()
    try:
        reply = answerer.ask(case.question, case.history)
        seconds = clock() - started
        return Record(
            id=case.id, reply=reply, seconds=seconds, answered_at=_now(), held=held_texts(reply, answerer.look)
        )
    except Exception as error:  # any fault of the assistant is a result of the evaluation, not a fault of it
        problem = f"{type(error).__name__}: {error}"[:500]
        return Record(id=case.id, reply=None, seconds=clock() - started, answered_at=_now(), error=problem)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
