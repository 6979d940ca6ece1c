"""Evaluation: cases, runs, measures, comparison, report. Nothing imports this package."""

from evals.cases import Case, load_cases
from evals.measures import MEASURES, Measure
from evals.observations import Observation
from evals.runs import Run, open_run
from evals.scoring import Scores, score_run

__all__ = ["MEASURES", "Case", "Measure", "Observation", "Run", "Scores", "load_cases", "open_run", "score_run"]
