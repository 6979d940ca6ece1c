"""How well an encoder alone finds the clauses of the bundled gazette: `python -m embeddings.train.gazette_check CASES`.

A measure of real use (short everyday questions, some 250 clauses, one issue). Its cases are never trained on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np

from embeddings.encoder import load_encoder
from embeddings.passages import PassageConfig, passages_of
from embeddings.train.evaluation import (
    RetrievalScores,
    Scorer,
    bm25_scores,
    characters_and_pairs,
    dense_scores,
    fused_scores,
    measure,
)
from embeddings.train.sources import read_jsonl
from ingest.reader import bundled_gazettes, read_documents
from ingest.refs import ClausePath


@dataclass(frozen=True)
class Place:
    """Where a passage comes from; a row holds the cells below it."""

    document: str
    path: ClausePath
    is_row: bool

    def answers(self, citation: dict[str, str]) -> bool:
        """Says whether citing this place covers the citation: the clause itself, a descendant, or a cell's row."""
        wanted = ClausePath.parse(citation["clause"])
        if self.document != citation["document"]:
            return False
        return self.path == wanted or self.path.is_within(wanted) or (self.is_row and wanted.is_within(self.path))


def measurable(cases: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Returns the cases that retrieval alone can answer: an answer is expected and no earlier turn is needed."""
    return [case for case in cases if case["expect"] == "answer" and case["citations"] and not case["history"]]


def check(
    scorer: Scorer, cases: Sequence[dict[str, Any]], texts: Sequence[str], places: Sequence[Place]
) -> RetrievalScores:
    """Returns the measures over clauses: a clause scores as its best passage, a citation is found at its best place."""
    order = {place: number for number, place in enumerate(dict.fromkeys(places))}
    owner = np.asarray([order[place] for place in places])
    rankings, gold = [], []
    for row, case in zip(scorer([case["question"] for case in cases], texts), cases, strict=True):
        best = np.full(len(order), -np.inf)
        np.maximum.at(best, owner, row)
        ranking = np.argsort(-best, kind="stable")
        # Each citation is one gold item, named by the first place in the ranking that covers it.
        ranked_places = [list(order)[number] for number in ranking]
        firsts = [
            next((ranking[n] for n, place in enumerate(ranked_places) if place.answers(citation)), -1 - n_citation)
            for n_citation, citation in enumerate(case["citations"])
        ]
        rankings.append(ranking)
        gold.append([int(first) for first in firsts])
    return measure(rankings, gold, len(order))


@click.command()
@click.argument("cases", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--encoder", default="default", show_default=True, help="编码器名称或文件夹。")
def main(cases: Path, encoder: str) -> None:
    """用题目文件 CASES 测量编码器在随附公报上的检索效果，并与 BM25 比较。"""
    loaded = load_encoder(encoder)
    texts, places = [], []
    for gazette in bundled_gazettes():
        for document in read_documents(gazette):
            for passage in passages_of(document, loaded.count_tokens, PassageConfig()):
                texts.append(passage.text)
                places.append(Place(passage.ref.document, passage.ref.path, passage.kind == "row"))
    asked = measurable(list(read_jsonl(cases)))
    dense, lexical = dense_scores(loaded), bm25_scores(characters_and_pairs)
    for label, scorer in (
        (loaded.encoder_id, dense),
        ("BM25 单字加双字", lexical),
        ("两者相加", fused_scores(dense, lexical)),
    ):
        click.echo(f"{label}：{check(scorer, asked, texts, places)}")


if __name__ == "__main__":
    main()
