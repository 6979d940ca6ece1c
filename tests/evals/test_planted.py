"""The verifier against planted errors of every kind, on the bundled gazette."""

from __future__ import annotations

import json
from collections import defaultdict

import pytest
from click.testing import CliRunner

from assistant.verify import check_statement
from evals.planted import main, planted
from ingest.reader import bundled_gazettes, read_documents

KINDS = {
    "wrong article", "right article of the wrong document", "neighbouring item", "changed amount", "swapped unit",
    "dropped condition", "flipped modality", "flipped negation", "stitched quotation", "invented number", "one character",
}  # fmt: skip


@pytest.fixture(scope="module")
def outcomes() -> dict[str, list[bool]]:
    documents = [document for path in bundled_gazettes() for document in read_documents(path)]
    refused: dict[str, list[bool]] = defaultdict(list)
    for one in planted(documents):
        refused[one.kind].append(check_statement(one.statement, one.evidence).verdict != "supported")
    return refused


def test_errors_of_every_kind_are_planted_and_caught(outcomes):
    errors = {kind: found for kind, found in outcomes.items() if not kind.startswith("right,")}
    assert set(errors) == KINDS and all(len(found) >= 5 for found in errors.values())
    caught = {kind: sum(found) / len(found) for kind, found in errors.items()}
    assert all(share >= 0.97 for share in caught.values()), caught
    assert caught["one character"] == 1.0


def test_right_statements_are_not_refused(outcomes):
    right = {kind: found for kind, found in outcomes.items() if kind.startswith("right,")}
    assert sum(map(len, right.values())) > 500
    assert all(sum(found) <= 0.02 * len(found) for found in right.values()), right


def test_the_same_documents_give_the_same_errors():
    documents = read_documents(bundled_gazettes()[0])[:3]
    assert list(planted(documents)) == list(planted(documents)) != list(planted(documents, seed=1))


def test_the_program_prints_a_share_for_each_kind():
    done = CliRunner().invoke(main, ["--json"], catch_exceptions=False)
    figures = json.loads(done.stdout)
    assert set(figures) >= KINDS and all(0 <= figure["refused"] <= 1 for figure in figures.values())
