"""Words and their weights: BM25 over several named fields, memory-mapped and quick to extend.

Two views of the same counts. Forward (`TermCounts`): what an entry holds, field by field; it is what an ingest adds to,
and what says how a question's words lie in a candidate. Inverted (in `LexicalIndex`): which entries hold a term, with
the weight that it has there over all fields; one pass over it ranks every entry.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from embeddings.terms import term_ids

# The usual values. Over k1 0.9-2 and b 0.4-0.9 recall_at_10 on STARD moves by 0.02, within its noise (DESIGN.md).
_K1, _B = 1.2, 0.75


@dataclass(frozen=True)
class Field:
    """Terms of n entries in one field. Entry i holds ``terms[starts[i]:starts[i + 1]]``, ascending, so often each.

    Attributes:
        starts: (n + 1,) int64.
        terms: (occurrences,) uint32, places in the vocabulary.
        counts: (occurrences,) uint16, at most 65,535.
    """

    starts: np.ndarray
    terms: np.ndarray
    counts: np.ndarray

    def rows(self, entries: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(owner, at): every occurrence of ``entries``, as places in ``terms`` and in ``entries``."""
        firsts = self.starts[entries]
        lengths = self.starts[entries + 1] - firsts
        owner = np.repeat(np.arange(len(entries)), lengths)
        at = np.arange(len(owner)) + np.repeat(firsts - (np.cumsum(lengths) - lengths), lengths)
        return owner, at


@dataclass(frozen=True)
class TermCounts:
    """How often every entry holds every term, by field; ``vocabulary`` (terms,) uint64 are the terms' ids, ascending."""

    vocabulary: np.ndarray
    fields: Mapping[str, Field]

    def __len__(self) -> int:
        return len(next(iter(self.fields.values())).starts) - 1 if self.fields else 0

    @classmethod
    def of(cls, texts: Mapping[str, Sequence[str]]) -> TermCounts:
        """Counts one text per entry and field, in time linear in their length.

        Raises:
            ValueError: the fields differ in length.
        """
        lengths = {len(column) for column in texts.values()}
        if len(lengths) > 1:
            raise ValueError(f"fields of different lengths: { {f: len(c) for f, c in texts.items()} }")
        occurrences = {field: term_ids(column) for field, column in texts.items()}
        vocabulary = np.unique(np.concatenate([np.empty(0, np.uint64), *(ids for _, ids in occurrences.values())]))
        fields = {}
        for field, (rows, ids) in occurrences.items():
            # Row and term in one number: sorting it brings equal ones together.
            keys = rows.astype(np.uint64) * np.uint64(len(vocabulary)) + np.searchsorted(vocabulary, ids).astype(
                np.uint64
            )
            unique, counts = np.unique(keys, return_counts=True)
            owner, terms = np.divmod(unique, np.uint64(max(1, len(vocabulary))))
            starts = np.searchsorted(owner, np.arange(len(texts[field]) + 1, dtype=np.uint64)).astype(np.int64)
            fields[field] = Field(starts, terms.astype(np.uint32), np.minimum(counts, 65_535).astype(np.uint16))
        return cls(vocabulary, fields)

    @classmethod
    def joined(cls, parts: Sequence[tuple[TermCounts, int, int]], fields: Sequence[str]) -> TermCounts:
        """The entries ``[first, last)`` of each part, one after another; terms that none of them holds are gone."""
        wholes = list({id(whole): whole for whole, _, _ in parts}.values())
        vocabulary = np.unique(np.concatenate([np.empty(0, np.uint64), *(whole.vocabulary for whole in wholes)]))
        places = {id(whole): np.searchsorted(vocabulary, whole.vocabulary).astype(np.uint32) for whole in wholes}
        joined: dict[str, Field] = {}
        used = np.zeros(len(vocabulary), dtype=bool)
        for name in fields:
            lengths, terms, counts = [np.empty(0, np.int64)], [np.empty(0, np.uint32)], [np.empty(0, np.uint16)]
            for whole, first, last in parts:
                field = whole.fields[name]
                span = slice(int(field.starts[first]), int(field.starts[last]))
                lengths.append(np.diff(field.starts[first : last + 1]))
                terms.append(places[id(whole)][field.terms[span]])
                counts.append(field.counts[span])
            starts = np.concatenate([[0], np.cumsum(np.concatenate(lengths))]).astype(np.int64)
            joined[name] = Field(starts, np.concatenate(terms), np.concatenate(counts))
            used[joined[name].terms] = True
        kept = (np.cumsum(used) - 1).astype(np.uint32)
        return cls(vocabulary[used], {name: Field(f.starts, kept[f.terms], f.counts) for name, f in joined.items()})


class LexicalIndex:
    """BM25 over n entries. Deterministic: equal texts give equal files and scores.

    A term weighs the same in every field (its rarity is counted over entries, not over fields); in each field its count
    saturates by itself, and the fields' shares are added up with the weights given.
    """

    def __init__(
        self,
        counts: TermCounts,
        idf: np.ndarray,
        mean_lengths: Mapping[str, float],
        starts: np.ndarray,
        entries: np.ndarray,
        weights: np.ndarray,
    ):
        self.counts, self.idf = counts, idf
        self._mean_lengths = mean_lengths
        self._lengths = {name: _lengths(field) for name, field in counts.fields.items()}
        self._starts, self._entries, self._weights = starts, entries, weights

    def __len__(self) -> int:
        return len(self.counts)

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(self.counts.fields)

    @classmethod
    def build(cls, counts: TermCounts, field_weights: Mapping[str, float]) -> LexicalIndex:
        """Inverts ``counts``; a field that ``field_weights`` lacks weighs nothing in `scores`."""
        from scipy import sparse

        n, n_terms = len(counts), len(counts.vocabulary)
        held = sparse.csr_matrix((n, n_terms), dtype=np.float32)
        total = sparse.csr_matrix((n, n_terms), dtype=np.float32)
        mean_lengths = {}
        for name, field in counts.fields.items():
            lengths = _lengths(field)
            mean_lengths[name] = float(lengths[lengths > 0].mean()) if lengths.any() else 1.0
            owner = np.repeat(np.arange(n), np.diff(field.starts))
            saturated = _saturated(field.counts, lengths[owner], mean_lengths[name])
            ones = sparse.csr_matrix((np.ones_like(saturated), field.terms, field.starts), shape=(n, n_terms))
            held = held.maximum(ones)
            if weight := field_weights.get(name, 0.0):
                scaled = (saturated * np.float32(weight)).astype(np.float32)
                total = total + sparse.csr_matrix((scaled, field.terms, field.starts), shape=(n, n_terms))
        frequency = np.bincount(held.indices, minlength=n_terms)
        idf = np.log1p((n - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)
        inverted = total.tocsc()
        inverted.sort_indices()
        weights = inverted.data * np.repeat(idf, np.diff(inverted.indptr))
        return cls(
            counts,
            idf,
            mean_lengths,
            inverted.indptr.astype(np.int64),
            inverted.indices.astype(np.uint32),
            weights.astype(np.float32),
        )

    def save(self, folder: Path) -> None:
        """Writes arrays (npy) and JSON, never pickle."""
        folder.mkdir(parents=True, exist_ok=True)
        arrays = {"vocabulary": self.counts.vocabulary, "idf": self.idf, "starts": self._starts}
        arrays |= {"entries": self._entries, "weights": self._weights}
        for name, field in self.counts.fields.items():
            arrays |= {f"{name}.starts": field.starts, f"{name}.terms": field.terms, f"{name}.counts": field.counts}
        for name, array in arrays.items():
            np.save(folder / f"{name}.npy", array, allow_pickle=False)
        record = {"fields": {name: self._mean_lengths[name] for name in self.fields}}
        (folder / "fields.json").write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex:
        """The index that ``save`` wrote; its arrays stay on disk and are mapped."""

        def mapped(name: str) -> np.ndarray:
            # A plain array over the mapped file: every slice of a memmap object costs ten microseconds of its own.
            return np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False))

        means: dict[str, float] = json.loads((folder / "fields.json").read_text(encoding="utf-8"))["fields"]
        fields = {
            name: Field(mapped(f"{name}.starts"), mapped(f"{name}.terms"), mapped(f"{name}.counts")) for name in means
        }
        counts = TermCounts(mapped("vocabulary"), fields)
        return cls(counts, mapped("idf"), means, mapped("starts"), mapped("entries"), mapped("weights"))

    def lengths(self, field: str) -> np.ndarray:
        """(n,) int64, tokens of each entry in a field, repeats counted."""
        return self._lengths[field]

    def terms(self, text: str) -> np.ndarray:
        """(m,) int64 places in the vocabulary of the tokens of ``text`` that any entry holds, each once, ascending."""
        _, ids = term_ids([text])
        ids = np.unique(ids)
        at = np.searchsorted(self.counts.vocabulary, ids)
        inside = at < len(self.counts.vocabulary)
        at, ids = at[inside], ids[inside]
        return at[self.counts.vocabulary[at] == ids]

    def scores(self, terms: np.ndarray) -> np.ndarray:
        """(n,) float32 BM25 of every entry over all fields, 0 where no term is shared."""
        total = np.zeros(len(self), dtype=np.float32)
        for term in terms.tolist():
            span = slice(int(self._starts[term]), int(self._starts[term + 1]))
            # An entry comes once in a term's list, so adding through an index adds every time.
            total[self._entries[span]] += self._weights[span]
        return total

    def matches(self, terms: np.ndarray, entries: np.ndarray, field: str) -> np.ndarray:
        """(entries, m) float32: the saturated count of each term in each entry, 0 to 1; times `idf` it is BM25.

        Raises:
            KeyError: no such field.
        """
        held = self.counts.fields[field]
        found = np.zeros((len(entries), len(terms)), dtype=np.float32)
        if not len(terms) or not len(entries):
            return found
        owner, at = held.rows(entries)
        term = held.terms[at]
        column = np.minimum(np.searchsorted(terms, term), len(terms) - 1)
        asked = terms[column] == term
        owner, column, at = owner[asked], column[asked], at[asked]
        lengths = self._lengths[field][entries[owner]]
        found[owner, column] = _saturated(held.counts[at], lengths, self._mean_lengths[field])
        return found


def _lengths(field: Field) -> np.ndarray:
    """(n,) int64, occurrences of any term in each entry."""
    sums = np.concatenate([[0], np.cumsum(field.counts, dtype=np.int64)])
    return sums[field.starts[1:]] - sums[field.starts[:-1]]


def _saturated(counts: np.ndarray, lengths: np.ndarray, mean: float) -> np.ndarray:
    counts = counts.astype(np.float32)
    return counts / (
        counts + np.float32(_K1) * (np.float32(1 - _B) + lengths.astype(np.float32) * np.float32(_B / mean))
    )
