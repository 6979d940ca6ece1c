"""Vectors and their nearest neighbours: FAISS, exact or approximate, and the plain NumPy search it must agree with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import faiss
import numpy as np

#: FAISS sums a product in another order than NumPy does. Scores closer than this, for rows of length 1, may come in
#: either order, so this much is fetched beyond the k-th place before the exact scores decide.
_SLACK = 1e-5
_SPARE = 32
#: From more rows than this an approximate index finds the candidates.
EXACT_UP_TO = 200_000
#: So many more rows than asked for, and at least so many, does an approximate index give for exact scoring.
_FETCHED_TIMES, _FETCHED_LEAST = 5, 1_000
_TRAINED_ON = 65_536
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


def compressed(vectors: np.ndarray) -> faiss.Index:
    """An approximate index over (n, dim) float32 rows: 4 bits for every 4 dimensions, scanned in registers (PQ FastScan).

    Built in seconds and 32 bytes a row of 256 dimensions. Of the kinds that need no minutes to build it found most in
    least time (DESIGN.md). The same rows give the same index.
    """
    dim = vectors.shape[1]
    # The widest division into parts of about four dimensions.
    parts = max(part for part in range(1, max(1, dim // 4) + 1) if dim % part == 0)
    index = faiss.IndexPQFastScan(dim, parts, 4, faiss.METRIC_INNER_PRODUCT)
    index.pq.cp.seed, index.pq.cp.niter = 1, 10
    # Even steps over the whole, so that every document has its share.
    step = max(1, len(vectors) // _TRAINED_ON)
    index.train(np.ascontiguousarray(vectors[::step][:_TRAINED_ON]))
    for first in range(0, len(vectors), _ROWS_AT_ONCE):
        index.add(np.ascontiguousarray(vectors[first : first + _ROWS_AT_ONCE]))
    return index


def recall_of(index: VectorIndex, k: int = 100, n_queries: int = 64) -> float:
    """Mean share of the exact ``k`` nearest rows that ``index`` finds, for rows of its own spread evenly over it."""
    vectors = index.vectors
    rows = np.linspace(0, len(vectors) - 1, num=min(n_queries, len(vectors)), dtype=np.int64)
    shares = []
    for query in vectors[rows]:
        (found,), _ = index.search(query, k)
        scores = np.concatenate(
            [vectors[at : at + _ROWS_AT_ONCE] @ query for at in range(0, len(vectors), _ROWS_AT_ONCE)]
        )
        exact = np.argpartition(-scores, k - 1)[:k] if k < len(scores) else np.arange(len(scores))
        shares.append(len(np.intersect1d(found, exact)) / len(exact))
    return float(np.mean(shares))


def bare_search(vectors: np.ndarray) -> Callable[[np.ndarray, int], np.ndarray]:
    """FAISS's flat scan and nothing else, one thread: (1, dim) float32 and k give ids. What a benchmark compares with."""
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(np.ascontiguousarray(vectors))

    def search(query: np.ndarray, k: int) -> np.ndarray:
        with _threads(1):
            ids: np.ndarray = index.search(query, k)[1][0]
        return ids

    return search


class VectorIndex:
    """Inner-product search over (n, dim) float32 rows; ids are row numbers.

    Exact over all rows, or, with an index of `compressed`, exact over the rows that it finds nearest.
    """

    def __init__(self, vectors: np.ndarray, approximate: faiss.Index | None = None):
        """Indexes ``vectors``; the array is kept for exact scores and may be memory-mapped.

        Raises:
            ValueError: not two-dimensional, not float32, or ``approximate`` is of other rows.
        """
        if vectors.ndim != 2 or vectors.dtype != np.float32:
            raise ValueError(f"expected (n, dim) float32 vectors, got {vectors.shape} {vectors.dtype}")
        self._vectors = vectors
        self._approximate = approximate is not None
        if approximate is not None:
            if (approximate.ntotal, approximate.d) != vectors.shape:
                raise ValueError(f"an index of {approximate.ntotal} rows for {vectors.shape} vectors")
            self._faiss = approximate
            return
        self._faiss = faiss.IndexFlatIP(vectors.shape[1])
        for first in range(0, len(vectors), _ROWS_AT_ONCE):
            self._faiss.add(np.ascontiguousarray(vectors[first : first + _ROWS_AT_ONCE]))

    @property
    def vectors(self) -> np.ndarray:
        return self._vectors

    def __len__(self) -> int:
        return len(self._vectors)

    @property
    def dim(self) -> int:
        return int(self._vectors.shape[1])

    def search(self, queries: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        """The ``k`` nearest rows of each query, best first, ties by id; ids and scores equal ``exact_search``'s.

        With an approximate index the rows may be others than the nearest, their scores are exact all the same.

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
        fetched = min(n, max(_FETCHED_LEAST, _FETCHED_TIMES * k) if self._approximate else k + _SPARE)
        if k == 0 or fetched > n // 2:
            return exact_search(self._vectors, queries, k)
        # One thread for one query: two are slower, far slower beside a busy neighbour. Batches take all.
        with _threads(1 if len(queries) == 1 else None):
            near, near_ids = self._faiss.search(queries, fetched)
        ids = np.empty((len(queries), k), dtype=np.int64)
        scores = np.empty((len(queries), k), dtype=np.float32)
        for row, query in enumerate(queries):
            if not self._approximate and near[row, -1] >= near[row, k - 1] - _SLACK * max(
                1.0, abs(float(near[row, k - 1]))
            ):
                # More ties than were fetched: only looking at every row tells which ids come first.
                (ids[row],), (scores[row],) = exact_search(self._vectors, query, k)
                continue
            found = np.sort(near_ids[row][near_ids[row] >= 0])
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
