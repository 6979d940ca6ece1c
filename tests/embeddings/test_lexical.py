"""Tokens of Chinese official prose, and BM25 by field."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from embeddings.lexical import LexicalIndex, analyze


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("养老金", ["养", "老", "金", "养老", "老金"]),
        ("款", ["款"]),
        # A stop parts words: 老。金 is no pair.
        ("老。金", ["老", "金"]),
        # Numbers stay whole, with decimals, thousands and percent; full width is half width.
        ("３.5％", ["3.5%"]),
        ("1,000元", ["1,000", "元"]),
        ("20个", ["20", "个"]),
        # Near miss: a number at the end of a sentence keeps its digits only.
        ("共20.", ["共", "20"]),
        # Latin in lower case; 2.5 belongs to PM.
        ("PM2.5和COD", ["pm2.5", "和", "cod"]),
        ("〔2023〕19号", ["2023", "19", "号"]),
        # Circled and compatibility forms are their plain ones.
        ("㎡", ["m2"]),
        ("", []),
        ("。、 \n", []),
    ],
)
def test_tokens(text, tokens):
    assert analyze(text) == tokens


TEXTS = {"title": ["养老办法", "抗震办法", "养老办法"], "body": ["参保缴费", "检查检查", ""], "heading": ["", "", ""]}


def test_scores_are_bm25_worked_by_hand():
    index = LexicalIndex.build({"body": ["甲 乙", "甲", "丙"]})
    # idf(甲) = ln(1 + (3 - 2 + .5) / (2 + .5)); lengths 2, 1, 1 of mean 4/3; k1 1.2, b 0.75.
    idf = math.log(1 + 1.5 / 2.5)
    expected = [idf / (1 + 1.2 * (0.25 + 0.75 * length / (4 / 3))) for length in (2, 1)]
    np.testing.assert_allclose(index.scores("甲", "body"), [*expected, 0], rtol=1e-6)


def test_each_field_scores_alone():
    index = LexicalIndex.build(TEXTS)
    title, body = index.scores("养老检查", "title"), index.scores("养老检查", "body")
    assert title[0] == title[2] > title[1] == 0
    assert body[1] > 0 and body[0] == body[2] == 0
    assert title.dtype == np.float32 and title.shape == (3,)


@pytest.mark.parametrize("query", ["", "。", "xyz", "鼍"])
def test_query_without_a_known_token_scores_zero(query):
    assert not LexicalIndex.build(TEXTS).scores(query, "title").any()


def test_field_without_any_token_scores_zero():
    assert not LexicalIndex.build(TEXTS).scores("养老", "heading").any()


@pytest.mark.parametrize("texts", [TEXTS, {"body": []}])
def test_reloaded_index_scores_the_same(tmp_path, texts):
    built = LexicalIndex.build(texts)
    built.save(tmp_path)
    loaded = LexicalIndex.load(tmp_path)
    assert len(loaded) == len(built) and loaded.fields == built.fields
    for field in texts:
        np.testing.assert_array_equal(loaded.scores("养老检查", field), built.scores("养老检查", field))


def test_nothing_on_disk_is_a_pickle(tmp_path):
    LexicalIndex.build(TEXTS).save(tmp_path)
    files = [p for p in tmp_path.rglob("*") if p.is_file()]
    assert {p.suffix for p in files} == {".npy", ".json"}
    for path in files:
        if path.suffix == ".npy":
            np.load(path, allow_pickle=False)


def test_two_processes_write_the_same_bytes(tmp_path):
    script = (
        "import sys; from pathlib import Path; from embeddings.lexical import LexicalIndex\n"
        "LexicalIndex.build({'body': ['养老保险参保', '失业保险', '抗震设防要求']}).save(Path(sys.argv[1]))"
    )
    written = []
    for seed in ("1", "2"):
        folder = tmp_path / seed
        root = Path(__file__).parents[2]
        environment = {"PYTHONHASHSEED": seed, "PYTHONPATH": str(root), "PATH": ""}
        subprocess.run([sys.executable, "-c", script, str(folder)], check=True, env=environment, cwd=root)
        written.append({p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()})
    assert written[0] == written[1]


def test_fields_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="different lengths"):
        LexicalIndex.build({"title": ["甲"], "body": []})
