"""Measures of a TREC run, by ir-measures, with seeded bootstrap intervals over questions."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evals.bench.collection import Question
from evals.errors import EvaluationError
from evals.statistics import Interval, bootstrap_mean

#: As ir-measures writes them: recall at a depth, the reciprocal rank of the first gold article, nDCG with binary gains.
MEASURES = ("R@1", "R@5", "R@10", "R@20", "R@100", "RR@10", "nDCG@10")
#: What people call them.
LABELS = {name: name.replace("RR@", "MRR@").replace("R@", "recall@") if name[0] == "R" else name for name in MEASURES}
LABELS["RR@10"] = "MRR@10"

#: A run: for each question the ids found with their scores, best first.
Run = Mapping[str, Sequence[tuple[str, float]]]


@dataclass(frozen=True)
class Scores:
    """Every measure's mean over the questions that have gold articles, with its interval."""

    n_questions: int
    measures: dict[str, Interval]


def write_run(path: Path, run: Run, tag: str) -> None:
    """Writes ``query Q0 id rank score tag``, a line for each hit; scores are lowered where they tie, to keep the order.

    TREC tools sort by score and break ties by id, so that equal scores would reorder a run.
    """
    lines = []
    for query_id, hits in run.items():
        above = np.float32(np.inf)
        for rank, (article_id, score) in enumerate(hits, start=1):
            # In float32, which trec_eval compares: a smaller step would be a tie again.
            above = min(np.float32(score), np.nextafter(above, np.float32(-np.inf)))
            lines.append(f"{query_id} Q0 {article_id} {rank} {float(above)!r} {tag}\n")
    make_room(path.parent)
    path.write_text("".join(lines), encoding="utf-8")


def make_room(folder: Path) -> None:
    """Makes a folder to write into.

    Raises:
        EvaluationError: it cannot be made, or is not to be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        writable = os.access(folder, os.W_OK)
    except OSError as error:
        raise EvaluationError(f"建不了文件夹 {folder}（{error}）；请换一个 --out") from error
    if not writable:
        raise EvaluationError(f"文件夹 {folder} 不可写；请换一个 --out")


def read_run(path: Path) -> dict[str, dict[str, float]]:
    """The scores of a TREC run by question and id.

    Raises:
        EvaluationError: the file cannot be read, or a line is not one of a run.
    """
    run: dict[str, dict[str, float]] = {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(f"读不到 {path}（{error}）；请给出 gazette bench retrieval 写出的文件") from error
    for number, line in enumerate(lines, start=1):
        parts = line.split()
        if not parts:
            continue
        try:
            query_id, _, article_id, _, score, _ = parts
            run.setdefault(query_id, {})[article_id] = float(score)
        except ValueError as error:
            raise EvaluationError(f"{path.name} 第 {number} 行不是 TREC 格式（查询 Q0 编号 名次 分数 标签）") from error
    return run


def score(run: Mapping[str, Mapping[str, float]], questions: Sequence[Question]) -> Scores:
    """The measures of ``run``. A question that the run lacks found nothing, and counts; one without gold does not.

    Raises:
        EvaluationError: no question has gold articles, or the run knows none of the questions.
    """
    import ir_measures

    qrels = {q.id: dict.fromkeys(q.gold_ids, 1) for q in questions if q.gold_ids}
    if not qrels:
        raise EvaluationError("题目里没有 gold_ids，无从计分；请给出带正确法条编号的题目文件")
    if not run.keys() & qrels.keys():
        raise EvaluationError("检索结果里没有一个提问属于这份题目文件；请核对 --questions")
    values: dict[str, dict[str, float]] = {name: dict.fromkeys(qrels, 0.0) for name in MEASURES}
    found = {query_id: dict(hits) for query_id, hits in run.items() if query_id in qrels}
    for metric in ir_measures.iter_calc([ir_measures.parse_measure(name) for name in MEASURES], qrels, found):
        values[str(metric.measure)][metric.query_id] = metric.value
    return Scores(len(qrels), {name: bootstrap_mean(list(by_query.values())) for name, by_query in values.items()})
