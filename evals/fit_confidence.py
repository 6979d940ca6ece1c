"""Fits the confidence model of ``assistant/confidence.py``: ``python -m evals.fit_confidence --shared ../shared``.

Positives are answerable questions of the tuning half of our own cases; negatives are its unanswerable ones and STARD
questions, which ask about other law. Prints weights to copy, and what they do on the held half. Re-run after a change
of encoder, lexicon or ranking.
"""

from __future__ import annotations

import json
import random
import tempfile
from pathlib import Path

import click
import numpy as np

from assistant.answering import Answerer
from assistant.confidence import features
from assistant.models import Turn
from assistant.service import Assistant, bootstrap
from assistant.settings import Settings
from assistant.understanding.question import understand
from evals.cases import load_cases

_CASES = Path(__file__).parent / "cases" / "xinyu-2023-04.jsonl"
#: Types that are looked up, compared or read from a table: no retrieval, no confidence.
_NOT_RETRIEVED = {"table", "wording", "exact_reference", "follow_up"}

#: Shares of answerable questions that may be declined, and declined or shown only as the nearest rule.
_DECLINED, _SHOWN_AS_NEAREST = 0.01, 0.05


def question_features(answerer: Answerer, question: str, history: list[Turn]) -> tuple[float, ...] | None:
    """The features of a question that reaches retrieval; ``None`` for one that is answered another way."""
    understood = understand(question, history, answerer.directory)
    named = understood.references.documents or understood.references.unknown
    if named or understood.is_follow_up or understood.intent != "ask" or not understood.has_subject:
        return None
    ranked = answerer.rank_for(understood)
    return features(ranked) if ranked else None


@click.command(help="拟合“能否回答”的把握模型,打印权重与效果。")
@click.option("--shared", type=click.Path(exists=True, path_type=Path), default=Path("../shared"), show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--negatives", default=200, show_default=True, help="取多少道 STARD 问题作不可回答的例子。")
def main(shared: Path, seed: int, negatives: int) -> None:
    # scikit-learn comes with sentence-transformers; only this program needs it.
    from sklearn.linear_model import LogisticRegression

    lines = (shared / "benchmarks/stard/questions_train.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [json.loads(line)["question"] for line in lines]
    random.Random(seed).shuffle(questions)
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home))
        bootstrap(settings)
        answerer = Assistant.open(settings).answerer
        rows: dict[str, list[tuple[tuple[float, ...], int]]] = {"tune": [], "held": []}
        for case in load_cases(_CASES):
            if case.expect == "clarify" or case.type in _NOT_RETRIEVED:
                continue
            found = question_features(
                answerer, case.question, [Turn(role=t.role, content=t.content) for t in case.history]
            )
            if found:
                rows["tune" if case.note.startswith("tune") else "held"].append((found, int(case.expect == "answer")))
        other = [f for q in questions[:negatives] if (f := question_features(answerer, q, []))]
    half = len(other) // 2
    x = np.array([f[1:] for f, _ in rows["tune"]] + [f[1:] for f in other[:half]])
    y = np.array([label for _, label in rows["tune"]] + [0] * half)
    weight = np.array([1.0] * len(rows["tune"]) + [0.3] * half)
    model = LogisticRegression(C=3.0, max_iter=1000).fit(x, y, sample_weight=weight)
    weights = [float(model.intercept_[0]), *(float(w) for w in model.coef_[0])]
    click.echo(f"WEIGHTS = ({', '.join(f'{w:.2f}' for w in weights)})")

    def probabilities(batch: list[tuple[float, ...]]) -> np.ndarray:
        return model.predict_proba(np.array([f[1:] for f in batch]))[:, 1]

    answerable = probabilities([f for f, label in rows["tune"] if label])
    none_below, low_below = (float(np.quantile(answerable, q)) for q in (_DECLINED, _SHOWN_AS_NEAREST))
    click.echo(f"NONE_BELOW, LOW_BELOW = {none_below:.2f}, {low_below:.2f}")
    for name, batch in (
        ("held, answerable", [f for f, label in rows["held"] if label]),
        ("held, not answerable", [f for f, label in rows["held"] if not label]),
        ("STARD, not fitted on", other[half:]),
    ):
        p = probabilities(batch)
        click.echo(
            f"{name}: n={len(p)}, declined {float((p < none_below).mean()):.3f}, "
            f"declined or shown as nearest {float((p < low_below).mean()):.3f}"
        )


if __name__ == "__main__":
    main()
