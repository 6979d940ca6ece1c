"""BM25 over fields: worked by hand, against the library bm25s, joined from parts, and on disk."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import bm25s
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.lexical import LexicalIndex, TermCounts
from embeddings.terms import analyze

TEXTS = {"title": ["养老办法", "抗震办法", "养老办法"], "body": ["参保缴费", "检查检查", ""], "heading": ["", "", ""]}


def built(texts: dict[str, list[str]], **weights: float) -> LexicalIndex:
    return LexicalIndex.build(TermCounts.of(texts), weights or dict.fromkeys(texts, 1.0))


def scores(index: LexicalIndex, query: str) -> np.ndarray:
    return index.scores(index.terms(query))


def test_scores_are_bm25_worked_by_hand():
    index = built({"body": ["甲 乙乙", "甲", "丙"]})
    # A blank between Chinese characters is the printer's: 甲乙乙 holds 甲, 乙 twice, 甲乙, 乙乙, so five tokens of mean 7/3.
    idf = math.log(1 + 1.5 / 2.5)
    expected = [idf / (1 + 1.2 * (0.25 + 0.75 * length / (7 / 3))) for length in (5, 1)]
    np.testing.assert_allclose(scores(index, "甲"), [*expected, 0], rtol=1e-6)


def test_one_field_scores_as_bm25s_does():
    """The library's Lucene formula on the same tokens, a question's repeated token counted once."""
    texts = ["用人单位应当支付工资。", "劳动者可以解除劳动合同", "工资分配应当遵循按劳分配原则，工资水平", "合同"]
    library = bm25s.BM25(k1=1.2, b=0.75, method="lucene")
    library.index([analyze(text) for text in texts], show_progress=False)
    index = built({"body": texts})
    for query in ("工资", "劳动合同的工资", "合同"):
        known = [token for token in dict.fromkeys(analyze(query)) if token in library.vocab_dict]
        np.testing.assert_allclose(scores(index, query), library.get_scores(known), rtol=1e-5)


def test_fields_are_weighed_and_added():
    index = built(TEXTS, title=0.5, body=1.0)
    title, body = built(TEXTS, title=1.0), built(TEXTS, body=1.0)
    np.testing.assert_allclose(
        scores(index, "养老检查"), 0.5 * scores(title, "养老检查") + scores(body, "养老检查"), rtol=1e-6
    )
    assert scores(title, "养老")[0] == scores(title, "养老")[2] > scores(title, "养老")[1] == 0


def test_matches_times_rarity_are_the_scores():
    index = built(TEXTS)
    terms = index.terms("养老检查缴费")
    entries = np.array([2, 0, 1])
    total = sum(index.matches(terms, entries, field) @ index.idf[terms] for field in TEXTS)
    np.testing.assert_allclose(total, index.scores(terms)[entries], rtol=1e-6)
    assert index.matches(terms, entries[:0], "body").shape == (0, len(terms))
    with pytest.raises(KeyError):
        index.matches(terms, entries, "colour")


@pytest.mark.parametrize("query", ["", "。", "xyz", "鼍"])
def test_query_without_a_known_token_scores_zero(query):
    index = built(TEXTS)
    assert not len(index.terms(query)) and not scores(index, query).any()
    assert index.matches(index.terms(query), np.array([0, 1]), "body").shape == (2, 0)


@given(
    st.lists(st.tuples(st.text("养老金保险，。 12%ab", max_size=12), st.text("养老金保险", max_size=6)), max_size=8),
    st.lists(st.booleans(), min_size=8, max_size=8),
    st.integers(0, 8),
)
def test_joined_parts_are_what_counting_at_once_gives(rows, kept, cut):
    """Any entries kept of any two parts, in order: as if nothing else had ever been counted."""
    columns = {"title": [t for t, _ in rows], "body": [b for _, b in rows]}
    parts = [
        TermCounts.of({f: c[:cut] for f, c in columns.items()}),
        TermCounts.of({f: c[cut:] for f, c in columns.items()}),
    ]
    spans = [(parts[0], i, i + 1) if i < cut else (parts[1], i - cut, i - cut + 1) for i in range(len(rows)) if kept[i]]
    joined = TermCounts.joined(spans, list(columns))
    expected = TermCounts.of(
        {f: [text for text, keep in zip(c, kept, strict=False) if keep] for f, c in columns.items()}
    )
    np.testing.assert_array_equal(joined.vocabulary, expected.vocabulary)
    for field in columns:
        for attribute in ("starts", "terms", "counts"):
            np.testing.assert_array_equal(
                getattr(joined.fields[field], attribute), getattr(expected.fields[field], attribute)
            )


@pytest.mark.parametrize("texts", [TEXTS, {"body": []}])
def test_reloaded_index_scores_the_same(tmp_path, texts):
    index = built(texts)
    index.save(tmp_path)
    loaded = LexicalIndex.load(tmp_path)
    assert len(loaded) == len(index) and loaded.fields == index.fields
    np.testing.assert_array_equal(scores(loaded, "养老检查"), scores(index, "养老检查"))


def test_nothing_on_disk_is_a_pickle(tmp_path):
    built(TEXTS).save(tmp_path)
    files = [p for p in tmp_path.rglob("*") if p.is_file()]
    assert {p.suffix for p in files} == {".npy", ".json"}
    for path in files:
        if path.suffix == ".npy":
            np.load(path, allow_pickle=False)


def test_two_processes_write_the_same_bytes(tmp_path):
    script = (
        "import sys; from pathlib import Path; from embeddings.lexical import LexicalIndex, TermCounts\n"
        "counts = TermCounts.of({'body': ['养老保险参保12', '失业保险cod', '抗震设防要求']})\n"
        "LexicalIndex.build(counts, {'body': 1.0}).save(Path(sys.argv[1]))"
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
        TermCounts.of({"title": ["甲"], "body": []})
