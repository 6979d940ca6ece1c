"""Learns the ranking model of ``embeddings/ranking.py``: ``python -m evals.fit_ranker --shared ../shared --work DIR``.

Cross-validated: for each of five folds an encoder is trained without the fold's questions, the collections are indexed
with it through the product's own store, and the fold's questions give features that no part of the system has seen the
answers of. The figures printed are those of models learned on the other four folds; the model written learns on all.
Questions: STARD's, and those the project wrote about laws, policies and local regulations. Never a gazette case.

What is done is kept in DIR: a second run goes on where the first one stopped.
"""

from __future__ import annotations

import hashlib
import json
import random
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np

from assistant.lexicon import Lexicon
from embeddings.encoder import load_encoder
from embeddings.pair_encoder import PairEncoder
from embeddings.ranking import BUNDLED, FEATURES
from embeddings.search import Snapshot
from embeddings.store import Store
from embeddings.train.cli import SPLIT_SEED, VOCABULARY_SIZE, Material, fit
from embeddings.train.saving import write_model
from embeddings.train.sources import fold_of
from embeddings.train.training import TrainingConfig
from embeddings.train.written import WrittenDocuments, WrittenQuestion, read_written
from evals.bench.collection import as_batches, read_articles

#: Of five folds; the first of them are used, as `--folds` says.
FOLDS = 5
#: Questions written about laws are many; so many of them are used, drawn by their hash.
LAW_QUESTIONS = 5_000
#: Candidates of a question that are learned from in any case.
_DECIDING = 60
#: Documents in one made-up gazette.
_PER_ISSUE = 12


@dataclass(frozen=True)
class Asked:
    """A question with its grades by (document id, clause path): 3 a gold clause, 2 what stands under it, 1 its parent."""

    id: str
    text: str
    group: str
    gold: frozenset[tuple[str, str]]

    def grade(self, document: str, path: str) -> int:
        if (document, path) in self.gold:
            return 3
        for gold_document, gold_path in self.gold:
            if document == gold_document and path.startswith(f"{gold_path}/"):
                return 2
            if document == gold_document and gold_path.startswith(f"{path}/"):
                return 1
        return 0


@dataclass(frozen=True)
class Judged:
    """One question's candidates: features (n, F), grades (n,), and how many gold clauses there are."""

    asked: Asked
    features: np.ndarray
    grades: np.ndarray


def say(line: str) -> None:
    click.echo(f"{time.strftime('%H:%M:%S')} {line}", err=True)


# ------------------------------------------------------------------------------------------------ what is asked of what


def law_questions(shared: Path) -> tuple[list[Any], list[Asked]]:
    """STARD's articles as batches; its questions and a sample of ours about them."""
    articles = read_articles(shared / "benchmarks" / "stard" / "articles.jsonl")
    batches, ids = as_batches(articles)
    places = {article_id: place for place, article_id in ids.items()}
    asked = []
    for line in (shared / "benchmarks" / "stard" / "questions_train.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        gold = frozenset(places[str(i)] for i in row["gold_ids"])
        asked.append(Asked(f"stard-{row['query_id']}", row["question"], "stard", gold))
    held = set(ids)
    by_text: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for question in read_written():
        if question.collection == "laws":
            by_text[question.text].update((question.document, c) for c in question.clauses)
    written = [Asked(f"laws:{text}", text, "laws", frozenset(gold)) for text, gold in by_text.items() if gold <= held]
    written.sort(key=lambda one: hashlib.sha256(one.text.encode()).digest())
    return batches, [*asked, *written[:LAW_QUESTIONS]]


def issue_questions(shared: Path, seed: int) -> list[tuple[str, list[Any], list[Asked]]]:
    """Policies and regulations, once all together and once dealt out into issues of a dozen documents, as gazettes are.

    A document's questions are asked of its issue, and one in three of all documents together as well.
    """
    documents = WrittenDocuments(shared)
    by_document: dict[tuple[str, str, str], list[WrittenQuestion]] = defaultdict(list)
    for question in read_written():
        if question.collection != "laws":
            by_document[question.collection, question.source, question.document].append(question)
    keys = sorted(by_document)
    random.Random(seed).shuffle(keys)
    collections = []
    issues = [keys[at : at + _PER_ISSUE] for at in range(0, len(keys), _PER_ISSUE)]
    for name, members in [("all", keys), *((f"issue-{n}", issue) for n, issue in enumerate(issues))]:
        batches, asked, taken = [], [], set()
        for key in members:
            batch = documents.batch(*key)
            if batch is None or batch[2][0].document_id in taken:
                continue
            document = batch[2][0]
            taken.add(document.document_id)
            batches.append(batch)
            for question in by_document[key]:
                gold = frozenset((document.document_id, c) for c in question.clauses if c in document.by_path)
                every = name != "all" or fold_of(question.text, seed, 3) == 0
                if gold and every:
                    asked.append(Asked(question.question_id, question.text, "all" if name == "all" else "issue", gold))
        collections.append((name, batches, asked))
    return collections


def judged(snapshot: Snapshot, asked: Iterable[Asked], expand: Any) -> list[Judged]:
    """Features and grades of every question that finds anything."""
    rows = []
    for question in asked:
        refs, features = snapshot.features(question.text, expand(question.text))
        if refs:
            grades = np.array([question.grade(ref.document, str(ref.path)) for ref in refs], dtype=np.int8)
            rows.append(Judged(question, features, grades))
    return rows


def fold_rows(shared: Path, work: Path, fold: int, encoder: PairEncoder) -> list[Judged]:
    """The judged candidates of one fold's questions, from every collection."""
    lexicon = Lexicon.load()
    rows: list[Judged] = []
    laws, asked = law_questions(shared)
    for name, batches, questions in [("laws", laws, asked), *issue_questions(shared, SPLIT_SEED)]:
        mine = [question for question in questions if fold_of(question.id, SPLIT_SEED) == fold]
        if not mine:
            continue
        store = Store(work / f"store-{fold}-{name}")
        store.ingest(batches, encoder)
        snapshot = store.open(encoder)
        rows += judged(snapshot, mine, lexicon.official_terms)
        snapshot.close()
        say(f"第 {fold} 份，{name}：{len(mine)} 问")
    return rows


# ------------------------------------------------------------------------------------------------ learning and measuring


def thinned(row: Judged) -> Judged:
    """The candidates that decide: those graded, the best by vectors and by words, and every sixth of the others."""
    dense, lexical = (row.features[:, FEATURES.index(name)] for name in ("dense_rank", "lexical_rank"))
    order = np.argsort(np.minimum(dense, lexical), kind="stable")
    kept = np.zeros(len(order), dtype=bool)
    kept[order[:_DECIDING]], kept[order[_DECIDING::6]] = True, True
    kept |= row.grades > 0
    return Judged(row.asked, row.features[kept], row.grades[kept])


def learn(rows: Sequence[Judged], trees: int, leaves: int, rate: float, seed: int, threads: int = 2) -> Any:
    """LightGBM's LambdaMART over the questions that have a gold clause among their candidates."""
    import lightgbm

    used = [thinned(row) for row in rows if row.grades.max() > 0]
    # STARD's questions are real and few; the others are ours.
    weights = np.concatenate([np.full(len(row.grades), 3.0 if row.asked.group == "stard" else 1.0) for row in used])
    model = lightgbm.LGBMRanker(
        n_estimators=trees, learning_rate=rate, num_leaves=leaves, max_depth=6, min_child_samples=60, subsample=0.8,
        subsample_freq=1, colsample_bytree=0.6, label_gain=[0, 1, 3, 7], random_state=seed, n_jobs=threads, verbose=-1,
        deterministic=True, force_row_wise=True, lambdarank_truncation_level=20,
    )  # fmt: skip
    model.fit(
        np.concatenate([row.features for row in used]),
        np.concatenate([row.grades for row in used]),
        group=[len(row.grades) for row in used],
        sample_weight=weights,
        feature_name=list(FEATURES),
    )
    return model


def measures(rows: Sequence[Judged], scores: Sequence[np.ndarray]) -> dict[str, float]:
    """Means over questions: recall at 1, 5, 10, 20, 100 and MRR@10, a gold clause or what stands under it found."""
    sums: dict[str, list[float]] = defaultdict(list)
    for row, score in zip(rows, scores, strict=True):
        found = row.grades[np.argsort(-score, kind="stable")] >= 2
        n_gold = len(row.asked.gold)
        for k in (1, 5, 10, 20, 100):
            sums[f"recall@{k}"].append(min(1.0, float(found[:k].sum()) / n_gold))
        first = np.flatnonzero(found[:10])
        sums["MRR@10"].append(1 / (first[0] + 1) if len(first) else 0.0)
        sums["first five"].append(float(found[:5].any()))
    return {name: round(float(np.mean(values)), 3) for name, values in sums.items()}


def flattened(model: Any, encoder_id: str) -> dict[str, Any]:
    """The trees of a LightGBM model as the arrays that ``embeddings.ranking.Ranker`` walks."""
    nodes: list[dict[str, Any]] = []

    def add(tree: Mapping[str, Any]) -> tuple[int, int]:
        """Adds a subtree; its first node, and how many steps lead to its deepest leaf."""
        at = len(nodes)
        if "split_feature" not in tree:
            nodes.append(
                {"feature": 0, "threshold": 0.0, "left": at, "right": at, "value": round(tree["leaf_value"], 7)}
            )
            return at, 0
        node = {"feature": tree["split_feature"], "threshold": tree["threshold"], "value": 0.0}
        nodes.append(node)
        node["left"], left_depth = add(tree["left_child"])
        node["right"], right_depth = add(tree["right_child"])
        return at, 1 + max(left_depth, right_depth)

    roots, depths = zip(
        *(add(tree["tree_structure"]) for tree in model.booster_.dump_model()["tree_info"]), strict=True
    )
    fields = {field: [node[field] for node in nodes] for field in ("feature", "threshold", "left", "right", "value")}
    return {"encoder_id": encoder_id, "features": list(FEATURES), "depth": max(depths), "roots": list(roots), **fields}


@click.command(help="交叉验证并学习排序模型。")
@click.option("--shared", type=click.Path(exists=True, path_type=Path), default=Path("../shared"), show_default=True)
@click.option("--work", type=click.Path(path_type=Path), required=True, help="放各份编码器、库与特征的文件夹。")
@click.option("--out", type=click.Path(path_type=Path), default=BUNDLED, show_default=True)
@click.option(
    "--folds", default=FOLDS, show_default=True, type=click.IntRange(2, FOLDS), help="用前几份；每份要训练一个编码器。"
)
@click.option("--trees", default=200, show_default=True)
@click.option("--leaves", default=15, show_default=True)
@click.option("--rate", default=0.06, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--threads", default=2, show_default=True, help="LightGBM 的线程数；机器正忙时一个反而快。")
def main(
    shared: Path, work: Path, out: Path, folds: int, trees: int, leaves: int, rate: float, seed: int, threads: int
) -> None:
    work.mkdir(parents=True, exist_ok=True)
    material: Material | None = None
    rows: list[tuple[int, Judged]] = []
    for fold in range(folds):
        features = work / f"fold-{fold}.npz"
        if not features.exists():
            folder = work / f"encoder-{fold}"
            if not (folder / "config.json").exists():
                material = material or Material.read(shared)
                write_model(folder, *fit(material.without(fold), TrainingConfig(), VOCABULARY_SIZE), "")
            save_rows(features, fold_rows(shared, work, fold, PairEncoder(folder, name=f"fold-{fold}")))
        rows += [(fold, row) for row in load_rows(features)]
    say(f"共 {len(rows)} 问")
    scores: dict[int, np.ndarray] = {}
    for fold in range(folds):
        model = learn([row for other, row in rows if other != fold], trees, leaves, rate, seed, threads)
        for n, (of, row) in enumerate(rows):
            if of == fold:
                scores[n] = model.booster_.predict(row.features)
    for group in ("stard", "laws", "all", "issue"):
        of_group = [n for n, (_, row) in enumerate(rows) if row.asked.group == group]
        chosen = [rows[n][1] for n in of_group]
        dense, lexical = (FEATURES.index(name) for name in ("dense", "lexical"))
        click.echo(f"{group}（{len(chosen)} 问）")
        click.echo(f"  向量   {measures(chosen, [row.features[:, dense] for row in chosen])}")
        click.echo(f"  字面   {measures(chosen, [row.features[:, lexical] for row in chosen])}")
        click.echo(f"  学习   {measures(chosen, [scores[n] for n in of_group])}")
    final = learn([row for _, row in rows], trees, leaves, rate, seed, threads)
    gains = sorted(zip(final.booster_.feature_importance("gain"), FEATURES, strict=True), reverse=True)
    click.echo("权重：" + "，".join(f"{name} {gain / sum(g for g, _ in gains):.3f}" for gain, name in gains))
    record = flattened(final, load_encoder().encoder_id)
    out.write_text(json.dumps(record, separators=(",", ":")), encoding="utf-8")
    click.echo(f"已写入 {out}")


def save_rows(path: Path, rows: Sequence[Judged]) -> None:
    """Keeps judged candidates as arrays, the questions as JSON beside them."""
    np.savez(
        path,
        features=np.concatenate([row.features for row in rows]),
        grades=np.concatenate([row.grades for row in rows]),
        lengths=np.array([len(row.grades) for row in rows]),
    )
    asked = [
        {"id": r.asked.id, "text": r.asked.text, "group": r.asked.group, "gold": sorted(r.asked.gold)} for r in rows
    ]
    path.with_suffix(".json").write_text(json.dumps(asked, ensure_ascii=False), encoding="utf-8")


def load_rows(path: Path) -> list[Judged]:
    """What ``save_rows`` kept."""
    with np.load(path, allow_pickle=False) as arrays:
        cuts = np.cumsum(arrays["lengths"])[:-1]
        features, grades = np.split(arrays["features"], cuts), np.split(arrays["grades"], cuts)
    asked = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    return [
        Judged(Asked(a["id"], a["text"], a["group"], frozenset(map(tuple, a["gold"]))), f, g)
        for a, f, g in zip(asked, features, grades, strict=True)
    ]


if __name__ == "__main__":
    main()
