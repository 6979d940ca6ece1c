"""The committed baseline: the scores of one run, case by case, small enough to read in a diff.

It keeps scores and not replies, so that a gate can pair cases without keeping every answer in the repository.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from evals.comparing import Side
from evals.errors import BaselineError
from evals.scoring import Scores

DIRECTORY = Path(__file__).resolve().parent / "baseline"


class Baseline(BaseModel):
    """The file. ``scores`` maps a case to the fingerprint it was scored with and its measures."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    run: dict[str, Any]
    latency_seconds: dict[str, float | None]
    means: dict[str, float | None]
    fingerprints: dict[str, str]
    scores: dict[str, dict[str, float | None]]

    @property
    def side(self) -> Side:
        return Side("基线", dict(self.fingerprints), {k: dict(v) for k, v in self.scores.items()}, {})


def path_for(cases_file: str) -> Path:
    """Where the baseline of a question file lies."""
    return DIRECTORY / f"{Path(cases_file).stem}.json"


def load_baseline(path: Path) -> Baseline:
    """The baseline in ``path``.

    Raises:
        BaselineError: there is none, or it cannot be read.
    """
    try:
        return Baseline.model_validate_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BaselineError(f"没有基线 {path.name}；用 gazette eval gate RUN --update 建立") from error
    except (ValidationError, OSError) as error:
        raise BaselineError(f"基线 {path.name} 读不懂；用 gazette eval gate RUN --update 重建") from error


def save_baseline(path: Path, scores: Scores) -> None:
    """Makes ``scores`` the baseline.

    Raises:
        BaselineError: the run has questions without a reply, so that a later gate would compare with holes.
    """
    if scores.n_missing or scores.n_errors:
        raise BaselineError(f"还有 {scores.n_missing} 道没问、{scores.n_errors} 道失败；补答完再作基线")
    content = {
        "format": 1,
        "run": scores.run.config.model_dump(mode="json"),
        "latency_seconds": scores.latency,
        "means": {s.measure: s.mean for s in scores.summaries if s.group == "all"},
        "fingerprints": {one.case.id: one.case.fingerprint for one in scores.cases},
        "scores": {one.case.id: one.scores for one in scores.cases},
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_one_case_a_line(content), encoding="utf-8")


def _one_case_a_line(content: dict[str, Any]) -> str:
    def compact(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    blocks = []
    for name, value in content.items():
        if isinstance(value, dict):
            lines = ",\n".join(f"  {compact(key)}: {compact(entry)}" for key, entry in value.items())
            blocks.append(f" {compact(name)}: {{\n{lines}\n }}")
        else:
            blocks.append(f" {compact(name)}: {compact(value)}")
    return "{\n" + ",\n".join(blocks) + "\n}\n"
