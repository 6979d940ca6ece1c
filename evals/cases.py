"""Question files as cases: JSONL at the border, frozen models inside.

The fields are those of the question format that every program of the project shares; a field it does not name is
refused, because a misspelt ``must_inclde`` would otherwise pass as a case without facts.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from assistant.models import Turn
from evals.errors import CaseFileError

QuestionType = Literal[
    "number", "responsibility", "benefit", "procedure", "definition", "list", "table", "exact_reference", "wording",
    "cross_document", "follow_up", "false_premise", "out_of_scope",
]  # fmt: skip
Expectation = Literal["answer", "refuse", "clarify"]
Part = Literal["tune", "held"]

#: Fixed when the first cases were written: of many salts, the one whose halves are most even within every type.
_SPLIT_SALT = "xinyu-2023-04/10812/"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class GoldCitation(_Frozen):
    """A clause that a right answer cites: document number or exact title, and clause path."""

    document: str = Field(min_length=1)
    clause: str = Field(min_length=1)

    @field_validator("clause")
    @classmethod
    def _no_empty_label(cls, clause: str) -> str:
        if any(not label.strip() for label in clause.split("/")):
            raise ValueError("条款路径里有空的一级")
        return clause


class Case(_Frozen):
    """One question with what a right answer holds."""

    id: str = Field(min_length=1)
    question: str = Field(min_length=1)
    history: tuple[Turn, ...] = ()
    type: QuestionType
    expect: Expectation
    citations: tuple[GoldCitation, ...] = ()
    alternatives: tuple[tuple[GoldCitation, ...], ...] = ()
    must_include: tuple[str, ...] = ()
    must_not_include: tuple[str, ...] = ()
    audience: str = ""
    note: str = ""
    #: A greeting expects a refusal, but a friendly reply without citations is as right.
    smalltalk: bool = False

    @model_validator(mode="after")
    def _gold_fits_expectation(self) -> Case:
        if self.expect == "answer" and not self.citations:
            raise ValueError("expect 是 answer，citations 却是空的")
        if self.expect != "answer" and self.citations:
            raise ValueError(f"expect 是 {self.expect}，citations 应当为空（可接受的引用写在 alternatives）")
        if any(not word.strip() for word in (*self.must_include, *self.must_not_include)):
            raise ValueError("must_include 和 must_not_include 不能有空字符串")
        return self

    @property
    def citation_sets(self) -> tuple[tuple[GoldCitation, ...], ...]:
        """The sets of which one must be covered: ``citations`` first, then ``alternatives``."""
        return (self.citations, *self.alternatives) if self.citations else self.alternatives

    @property
    def part(self) -> Part | None:
        """``tune`` or ``held`` as the note marks it; None for files without marks."""
        for part in ("tune", "held"):
            if self.note == part or self.note.startswith((f"{part}；", f"{part};", f"{part} ")):
                return part
        return None

    @property
    def fingerprint(self) -> str:
        """Changes with anything that can change a verdict; a reworded note does not."""
        content = self.model_dump(mode="json", exclude={"note", "audience"})
        canonical = json.dumps(content, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def split_of(case_id: str) -> Part:
    """The half a case belongs to. It depends on the id alone, so that adding cases never moves an old one."""
    return "tune" if hashlib.sha256(f"{_SPLIT_SALT}{case_id}".encode()).digest()[0] & 1 else "held"


def parse_cases(text: str, path: Path) -> list[Case]:
    """The cases of a JSONL text, in order; ``path`` only names it in errors.

    Raises:
        CaseFileError: a line is not JSON, a field is missing or unknown, an id stands twice, or there is no case.
    """
    cases: list[Case] = []
    line_of: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            case = Case.model_validate_json(line)
        except ValidationError as error:
            raise CaseFileError(path, number, _explain(error)) from error
        if case.id in line_of:
            raise CaseFileError(path, number, f"编号 {case.id} 在第{line_of[case.id]}行已经用过")
        line_of[case.id] = number
        cases.append(case)
    if not cases:
        raise CaseFileError(path, 0, "没有一道题")
    return cases


def load_cases(path: Path) -> list[Case]:
    """The cases of a question file, in order.

    Raises:
        CaseFileError: the file cannot be read, or ``parse_cases`` finds a fault.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise CaseFileError(path, 0, "没有这个文件") from error
    except (OSError, UnicodeDecodeError) as error:
        raise CaseFileError(path, 0, f"读不出来（须为 UTF-8）：{error}") from error
    return parse_cases(text, path)


def cases_sha256(cases: list[Case]) -> str:
    """One hash for the cases as they are asked: order, notes and audience do not matter."""
    joined = "\n".join(sorted(f"{case.id} {case.fingerprint}" for case in cases))
    return hashlib.sha256(joined.encode()).hexdigest()


def _explain(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    where = ".".join(str(step) for step in first["loc"])
    wording = {
        "missing": "缺少这个字段",
        "extra_forbidden": "没有这个字段，是不是拼错了",
        "json_invalid": "不是合法的 JSON",
        "literal_error": f"取值 {first.get('input')!r} 不在允许的范围内",
        "string_too_short": "不能为空",
    }
    message = wording.get(first["type"], first["msg"].removeprefix("Value error, "))
    return f"字段 {where}：{message}" if where else message
