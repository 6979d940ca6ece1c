"""Fits the confidence model of ``assistant/confidence.py``: ``python -m evals.fit_confidence --encoder FOLDER --fold N``.

``FOLDER`` holds an encoder trained with fold N of the questions held out (``gazette train-encoder --fold N --out FOLDER``):
how near a question is to its clause says nothing where the encoder learned from that very question. Corpora: the bundled
gazette with the tuning half of our own cases, and made-up issues of a dozen policies and regulations, each with the held-out
questions written about its documents. Not answerable are, in each corpus, the cases that say so, held-out questions about
documents of other issues, and STARD's held-out ones. Every corpus weighs the same, and so do its two kinds of question.

Prints the weights and bounds to copy, and what they do on corpora that were not fitted on. Run it again after a change of
encoder, lexicon or ranking.
"""

from __future__ import annotations

import random
import tempfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np

from assistant.answering import Answerer
from assistant.confidence import features
from assistant.lexicon import Lexicon
from assistant.models import Turn
from assistant.understanding.question import understand
from embeddings.encoder import Encoder
from embeddings.pair_encoder import PairEncoder
from embeddings.store import Store
from embeddings.train.cli import SPLIT_SEED
from embeddings.train.sources import fold_of
from evals.cases import load_cases
from evals.fit_ranker import issue_questions, law_questions
from ingest.batch import read_many, whole_reading
from ingest.reader import bundled_gazettes

_CASES = Path(__file__).parent / "cases" / "xinyu-2023-04.jsonl"
#: Types that are looked up, compared or read from a table: no retrieval, no confidence.
_NOT_RETRIEVED = {"table", "wording", "exact_reference", "follow_up"}
#: Shares of answerable questions that may be declined, and declined or shown only as the nearest rule.
_DECLINED, _SHOWN_AS_NEAREST = 0.015, 0.05
#: Answerable questions from which on a corpus says something about its tail.
_ENOUGH = 60
#: Unanswerable questions of each source in each corpus.
_STRANGE = 40


@dataclass(frozen=True)
class Row:
    """One question in one corpus: its features, whether the corpus answers it, and where it comes from."""

    corpus: str
    source: str
    features: tuple[float, ...]
    answerable: bool


def question_features(answerer: Answerer, question: str, history: list[Turn]) -> tuple[float, ...] | None:
    """The features of a question that reaches retrieval; ``None`` for one that is answered another way."""
    understood = understand(question, history, answerer.directory)
    named = understood.references.documents or understood.references.unknown
    if named or understood.is_follow_up or understood.intent != "ask" or not understood.has_subject:
        return None
    ranked = answerer.rank_for(understood)
    return features(ranked) if ranked else None


def gazette_rows(answerer: Answerer, strange: list[tuple[str, str]]) -> list[Row]:
    rows = []
    for case in load_cases(_CASES):
        if case.expect == "clarify" or case.type in _NOT_RETRIEVED:
            continue
        found = question_features(answerer, case.question, [Turn(role=t.role, content=t.content) for t in case.history])
        if found:
            half = "tune" if case.note.startswith("tune") else "held"
            rows.append(Row("gazette", half, found, case.expect == "answer"))
    return rows + strange_rows("gazette", answerer, strange)


def strange_rows(corpus: str, answerer: Answerer, strange: list[tuple[str, str]]) -> list[Row]:
    found = [(source, question_features(answerer, text, [])) for source, text in strange]
    return [Row(corpus, source, f, False) for source, f in found if f]


def read_rows(shared: Path, encoder: Encoder, fold: int, n_issues: int, seed: int) -> list[Row]:
    """The rows of every corpus; each is indexed through the product's own store."""
    rng = random.Random(seed)
    lexicon = Lexicon.load()
    _, law_asked = law_questions(shared)
    stard = [q.text for q in law_asked if q.group == "stard" and fold_of(q.id, SPLIT_SEED) == fold]
    issues = [
        (name, batches, [q for q in asked if fold_of(q.id, SPLIT_SEED) == fold])
        for name, batches, asked in issue_questions(shared, SPLIT_SEED)
        if name != "all"
    ]
    rng.shuffle(issues)
    gazette = [
        (o.value.source, o.value.data, o.value.documents)
        for o in read_many(bundled_gazettes(), whole_reading)
        if o.value
    ]
    rows: list[Row] = []
    for name, batches, asked in [("gazette", gazette, []), *issues[:n_issues]]:
        strange = [("stard", text) for text in rng.sample(stard, _STRANGE)]
        others = [q.text for other, _, questions in issues if other != name for q in questions]
        strange += [("other issue", text) for text in rng.sample(others, _STRANGE)]
        with tempfile.TemporaryDirectory() as home:
            store = Store(Path(home))
            store.ingest(batches, encoder)
            snapshot = store.open(encoder)
            answerer = Answerer(snapshot, encoder, lexicon.official_terms, spell=lexicon.spell)
            if name == "gazette":
                rows += gazette_rows(answerer, strange)
            else:
                answered = [question_features(answerer, q.text, []) for q in asked]
                rows += [Row(name, "written", f, True) for f in answered if f]
                rows += strange_rows(name, answerer, strange)
            snapshot.close()
        click.echo(f"{name}:{sum(r.corpus == name for r in rows)} 问", err=True)
    return rows


def balanced(rows: list[Row]) -> np.ndarray:
    """Weights that make every corpus, and both kinds of question within it, count the same."""
    counts: dict[tuple[str, bool], int] = defaultdict(int)
    for row in rows:
        counts[row.corpus, row.answerable] += 1
    return np.array([100.0 / counts[row.corpus, row.answerable] for row in rows])


def fitted(rows: list[Row], seed: int) -> tuple[list[float], float, float]:
    """Weights, and the bounds below which a question is declined, or shown with the nearest rule only."""
    # scikit-learn comes with sentence-transformers; only this program needs it.
    from sklearn.linear_model import LogisticRegression

    x, y = np.array([r.features[1:] for r in rows]), np.array([r.answerable for r in rows])
    model = LogisticRegression(C=10.0, max_iter=2000, random_state=seed).fit(x, y, sample_weight=balanced(rows))
    weights = [float(model.intercept_[0]), *(float(w) for w in model.coef_[0])]
    # The hardest corpus sets the bounds, so that none declines more of what it answers.
    by_corpus: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.answerable:
            by_corpus[row.corpus].append(row)
    large = [probabilities(weights, held) for held in by_corpus.values() if len(held) >= _ENOUGH]
    bounds = [min(float(np.quantile(p, q)) for p in large) for q in (_DECLINED, _SHOWN_AS_NEAREST)]
    return weights, bounds[0], bounds[1]


def probabilities(weights: list[float], rows: list[Row]) -> np.ndarray:
    return 1 / (1 + np.exp(-np.array([r.features for r in rows]) @ np.array(weights)))


@click.command(help="在多个文集上拟合“能否回答”的把握模型,打印权重、界限与效果。")
@click.option("--shared", type=click.Path(exists=True, path_type=Path), default=Path("../shared"), show_default=True)
@click.option(
    "--encoder", type=click.Path(exists=True, path_type=Path), required=True, help="留出一份提问训练的编码器。"
)
@click.option("--fold", default=0, show_default=True, help="留出的是五份中的哪一份。")
@click.option("--issues", default=16, show_default=True, help="用多少期拼成的公报。")
@click.option("--seed", default=1, show_default=True)
def main(shared: Path, encoder: Path, fold: int, issues: int, seed: int) -> None:
    rows = read_rows(shared, PairEncoder(encoder, name=encoder.name), fold, issues, seed)
    used = [r for r in rows if r.source != "held"]
    corpora = sorted({r.corpus for r in rows})
    weights, none_below, low_below = fitted(used, seed)
    click.echo(f"WEIGHTS = ({', '.join(f'{w:.2f}' for w in weights)})")
    click.echo(f"NONE_BELOW, LOW_BELOW = {none_below:.3f}, {low_below:.3f}")
    # Each corpus judged by what was fitted on the others.
    outcomes: dict[tuple[str, bool], list[tuple[float, float]]] = defaultdict(list)
    for corpus in corpora:
        kept = [r for r in used if r.corpus != corpus]
        w, none, low = fitted(kept, seed)
        held = [r for r in rows if r.corpus == corpus and r.source != "tune"]
        for row, p in zip(held, probabilities(w, held), strict=True):
            kind = row.source if corpus != "gazette" else f"gazette {row.source}"
            outcomes[kind, row.answerable].append((float(p < none), float(p < low)))
    for (source, answerable), shares in sorted(outcomes.items()):
        declined, shown = np.mean(shares, axis=0)
        words = "可回答" if answerable else "不可回答"
        click.echo(f"{source}({words}):n={len(shares)},拒答 {declined:.3f},拒答或仅示相近 {shown:.3f}")


if __name__ == "__main__":
    main()
