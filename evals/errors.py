"""What can go wrong in an evaluation, as one family; messages are Chinese because people read them in a terminal."""

from __future__ import annotations

from pathlib import Path


class EvaluationError(Exception):
    """The root of the family. ``str`` says what was asked, what was found, and what to do."""


class CaseFileError(EvaluationError):
    """A question file that cannot be used; ``line`` counts from 1, 0 for the file as a whole."""

    def __init__(self, path: Path, line: int, problem: str) -> None:
        self.path, self.line, self.problem = path, line, problem
        where = f"{path.name} 第{line}行" if line else path.name
        super().__init__(f"题目文件有误：{where}：{problem}")


class RunError(EvaluationError):
    """A run directory that is missing, damaged, or belongs to other questions or another corpus."""


class AnswererError(EvaluationError):
    """The assistant could not be reached or opened at all; a single failed question is recorded, not raised."""


class BaselineError(EvaluationError):
    """A baseline that is missing or cannot be read."""
