"""FAISS agrees with the plain NumPy search on ids and on scores."""

from __future__ import annotations

import numpy as np
import pytest

from embeddings.index import VectorIndex, bare_search, compressed, exact_search, recall_of


def unit_rows(n: int, dim: int, seed: int) -> np.ndarray:
    rows = np.random.default_rng(seed).standard_normal((n, dim)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def assert_agrees(vectors: np.ndarray, queries: np.ndarray, k: int) -> None:
    ids, scores = VectorIndex(vectors).search(queries, k)
    expected_ids, expected_scores = exact_search(vectors, queries, k)
    np.testing.assert_array_equal(ids, expected_ids)
    np.testing.assert_array_equal(scores, expected_scores)
    assert (ids >= 0).all()


@pytest.mark.parametrize(
    ("n", "k"),
    [
        # Nothing to find.
        (0, 5),
        (1, 1),
        # k = n and k above n.
        (7, 7),
        (7, 50),
        (7, 0),
        # Through FAISS, not through the short way for small indexes.
        (5000, 1),
        (5000, 10),
        (5000, 400),
    ],
)
def test_agrees_with_numpy(n, k):
    for queries in (unit_rows(1, 32, 1), unit_rows(30, 32, 2)):
        assert_agrees(unit_rows(n, 32, 0), queries, k)


def test_equal_vectors_come_in_order_of_id_wherever_they_stand():
    vectors = unit_rows(3000, 24, 0)
    same = [17, 18, 400, 1023, 1024, 2999]
    vectors[same] = vectors[17]
    ids, scores = VectorIndex(vectors).search(vectors[17], 6)
    assert ids[0].tolist() == same
    assert len(set(scores[0].tolist())) == 1
    assert_agrees(vectors, vectors[:40], 4)


def test_more_ties_than_are_fetched_still_come_in_order_of_id():
    vectors = np.tile(unit_rows(1, 16, 0), (2000, 1))
    assert VectorIndex(vectors).search(vectors[0], 5)[0].tolist() == [[0, 1, 2, 3, 4]]


def test_zero_vectors_and_zero_queries():
    vectors = unit_rows(2000, 16, 0)
    vectors[::3] = 0
    assert_agrees(vectors, np.zeros((1, 16), np.float32), 10)
    assert_agrees(vectors, unit_rows(3, 16, 5), 1500)
    assert_agrees(np.zeros((2000, 16), np.float32), unit_rows(1, 16, 5), 10)


def test_best_first():
    vectors = np.eye(3, dtype=np.float32)
    ids, scores = VectorIndex(vectors).search(np.array([0.6, 0.8, 0], np.float32), 3)
    assert ids.tolist() == [[1, 0, 2]]
    np.testing.assert_allclose(scores, [[0.8, 0.6, 0]], atol=1e-7)


def test_mapped_vectors_give_what_they_gave_before(tmp_path):
    vectors, query = unit_rows(1500, 16, 0), unit_rows(1, 16, 1)
    np.save(tmp_path / "v.npy", vectors)
    before, after = VectorIndex(vectors), VectorIndex(np.load(tmp_path / "v.npy", mmap_mode="r"))
    for one, other in zip(before.search(query, 20), after.search(query, 20), strict=True):
        np.testing.assert_array_equal(one, other)


def test_other_dimension_is_refused():
    with pytest.raises(ValueError, match="dimension 3"):
        VectorIndex(unit_rows(2, 4, 0)).search(np.zeros(3, np.float32), 1)


def clustered(n: int, dim: int) -> np.ndarray:
    """Rows that lie about a hundred centres, as passages do about subjects."""
    rng = np.random.default_rng(3)
    rows = unit_rows(100, dim, 0)[rng.integers(100, size=n)] + 0.7 * unit_rows(n, dim, 1)
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def test_an_approximate_index_finds_nearly_all_and_scores_them_exactly():
    vectors = clustered(20_000, 64)
    index = VectorIndex(vectors, compressed(vectors))
    assert recall_of(index, k=50) >= 0.98
    queries = vectors[::2500]
    ids, scores = index.search(queries, 20)
    for row, query in enumerate(queries):
        np.testing.assert_array_equal(scores[row], np.multiply(vectors[ids[row]], query).sum(axis=1, dtype=np.float32))
        assert (np.diff(scores[row]) <= 0).all() and len(set(ids[row].tolist())) == 20


def test_the_same_rows_give_the_same_approximate_index():
    vectors = clustered(3000, 16)
    one, other = (VectorIndex(vectors, compressed(vectors)).search(vectors[:5], 10) for _ in range(2))
    for a, b in zip(one, other, strict=True):
        np.testing.assert_array_equal(a, b)


def test_recall_is_measured_against_exact_search():
    vectors = clustered(3000, 16)
    assert recall_of(VectorIndex(vectors)) == 1.0
    # An index of other rows in the same order of magnitude finds few of the right ones.
    wrong = VectorIndex(vectors, compressed(np.ascontiguousarray(vectors[::-1])))
    assert recall_of(wrong, k=10) < 0.9


def test_an_index_of_other_rows_is_refused():
    vectors = clustered(3000, 16)
    with pytest.raises(ValueError, match="2999 rows"):
        VectorIndex(vectors, compressed(vectors[1:]))


def test_the_bare_scan_finds_what_the_index_finds():
    vectors, query = unit_rows(3000, 16, 0), unit_rows(1, 16, 1)
    assert bare_search(vectors)(query, 10).tolist() == VectorIndex(vectors).search(query, 10)[0][0].tolist()
