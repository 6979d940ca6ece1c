"""Vectors and their nearest neighbours: FAISS behind three names, and the plain NumPy search it must agree with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import faiss
import numpy as np

#: FAISS sums a product in another order than NumPy does. Scores closer than this, for rows of length 1, may come in
#: either order, so this much is fetched beyond the k-th place before the exact scores decide.
_SLACK = 1e-5
_SPARE = 32
_ROWS_AT_ONCE = 8192


def exact_search(vectors: np.ndarray, queries: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """The reference: every inner product, best first, ties by id.

    Args:
        vectors: (n, dim) float32.
        queries: (m, dim) float32, or (dim,) for one.
        k: how many; more than n gives n.

    Returns:
        ids (m, min(k, n)) int64 and scores of the same shape, float32.
    """
    queries = np.atleast_2d(np.asarray(queries, dtype=np.float32))
    k = max(0, min(k, len(vectors)))
    ids = np.empty((len(queries), k), dtype=np.int64)
    scores = np.empty((len(queries), k), dtype=np.float32)
    for row, query in enumerate(queries):
        every = np.empty(len(vectors), dtype=np.float32)
        for first in range(0, len(vectors), _ROWS_AT_ONCE):
            every[first : first + _ROWS_AT_ONCE] = inner_products(vectors[first : first + _ROWS_AT_ONCE], query)
        best = np.argsort(-every, kind="stable")[:k]
        ids[row], scores[row] = best, every[best]
    return ids, scores


def inner_products(vectors: np.ndarray, query: np.ndarray) -> np.ndarray:
    """(n,) float32, equal for equal rows wherever they stand, which a matrix product does not promise."""
    return np.multiply(vectors, query, dtype=np.float32).sum(axis=1, dtype=np.float32)


class VectorIndex:
    """Exact inner-product search over (n, dim) float32 rows; ids are row numbers.

    An approximate index may stand behind the same three names: ``len``, ``dim``, ``search``.
    """

    def __init__(self, vectors: np.ndarray):
        """Indexes ``vectors``; the array is kept for exact scores and may be memory-mapped.

        Raises:
            ValueError: not two-dimensional, or not float32.
        """
        if vectors.ndim != 2 or vectors.dtype != np.float32:
            raise ValueError(f"expected (n, dim) float32 vectors, got {vectors.shape} {vectors.dtype}")
        self._vectors = vectors
        self._faiss = faiss.IndexFlatIP(vectors.shape[1])
        for first in range(0, len(vectors), _ROWS_AT_ONCE):
            self._faiss.add(np.ascontiguousarray(vectors[first : first + _ROWS_AT_ONCE]))

    def __len__(self) -> int:
        return len(self._vectors)

    @property
    def dim(self) -> int:
        return int(self._vectors.shape[1])

    def search(self, queries: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        """The ``k`` nearest rows of each query, best first, ties by id; ids and scores equal ``exact_search``'s.

        Args:
            queries: (m, dim) float32, or (dim,) for one.
            k: how many; more than n gives n. FAISS's padding (-1) never comes out.

        Returns:
            ids (m, min(k, n)) int64 and scores of the same shape, float32.

        Raises:
            ValueError: the queries have another dimension.
        """
        queries = np.ascontiguousarray(np.atleast_2d(np.asarray(queries, dtype=np.float32)))
        if queries.shape[1] != self.dim:
            raise ValueError(f"queries of dimension {queries.shape[1]} for an index of dimension {self.dim}")
        n, k = len(self), max(0, min(k, len(self)))
        fetched = min(n, k + _SPARE)
        if k == 0 or fetched > n // 2:
            return exact_search(self._vectors, queries, k)
        # One thread for one query: two are slower, far slower beside a busy neighbour. Batches take all.
        with _threads(1 if len(queries) == 1 else None):
            near, near_ids = self._faiss.search(queries, fetched)
        ids = np.empty((len(queries), k), dtype=np.int64)
        scores = np.empty((len(queries), k), dtype=np.float32)
        for row, query in enumerate(queries):
            if near[row, -1] >= near[row, k - 1] - _SLACK * max(1.0, abs(float(near[row, k - 1]))):
                # More ties than were fetched: only looking at every row tells which ids come first.
                (ids[row],), (scores[row],) = exact_search(self._vectors, query, k)
                continue
            found = np.sort(near_ids[row])
            exact = inner_products(self._vectors[found], query)
            best = np.argsort(-exact, kind="stable")[:k]
            ids[row], scores[row] = found[best], exact[best]
        return ids, scores


@contextmanager
def _threads(count: int | None) -> Iterator[None]:
    before = faiss.omp_get_max_threads()
    if count is not None:
        faiss.omp_set_num_threads(count)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)
