"""Documents become entries, terms, passages and vectors; what was indexed before is not indexed again."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from embeddings.aspects import offered_aspects
from embeddings.corpus import Corpus, sorted_entries
from embeddings.encoder import Encoder
from embeddings.lexical import TermCounts
from embeddings.passages import Entry, PassageConfig, entry_passages, short_title
from embeddings.pool import PASSAGE_DTYPE
from ingest.documents import Document

#: Called with a stage (``passages``, ``embed``, ``lexical``, ``write``), done and total.
Progress = Callable[[str, int, int], None]

#: Fields of an entry that the lexical index reads.
FIELDS = ("title", "heading", "context", "body")

_TEXTS_AT_ONCE = 256


@dataclass(frozen=True)
class EntryRow:
    """An entry as the corpus file lists it; ``offers`` are the bits of `aspects.offered_aspects`."""

    entry_id: int
    path: str
    kind: str
    text: str
    offers: int


@dataclass(frozen=True)
class IndexedDocument:
    """Everything that a snapshot holds about one document, its entries in order of ref.

    Attributes:
        title: The short title, by which other documents cite it and passages are headed.
        title_vector: (dim,) float32.
        cited: How often its text names which titles in 《》, brought to one form by ``cited_name``.
        rows: The entries.
        counts: (entries,) int64, passages of each entry.
        passages: (passages,) of ``PASSAGE_DTYPE``, in order of entry and ordinal.
        vectors: (passages, dim) float32.
        terms, first: Its entries' terms are those of ``terms`` from entry ``first`` on.
    """

    title: str
    title_vector: np.ndarray
    cited: Mapping[str, int]
    rows: Sequence[EntryRow]
    counts: np.ndarray
    passages: np.ndarray
    vectors: np.ndarray
    terms: TermCounts
    first: int


_CITED = re.compile(r"《([^《》\n]{2,60})》")


def cited_name(title: str) -> str:
    """A title as citations write it: without 中华人民共和国, blanks, and what stands in brackets behind it.

    >>> cited_name("中华人民共和国民法典（2020年修订）")
    '民法典'
    """
    return re.sub(r"\s|[（(〔][^（(〔]*[)）〕]$|^中华人民共和国", "", title)


def entry_id(document_id: str, path: str, nth: int) -> int:
    """The 63-bit id of the ``nth`` entry (from 0) of a document at this path: the same in every store and snapshot.

    Of two million entries two share an id with a probability of 2e-7; ``write_snapshot`` refuses such a store.
    """
    digest = hashlib.blake2b(f"{document_id}\0{path}\0{nth}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


class Indexer:
    """Indexes documents; a text is embedded once, and not again while encoder and recipe stay.

    Attributes:
        n_embedded: Texts that the encoder was given so far.
    """

    def __init__(self, encoder: Encoder, config: PassageConfig, progress: Progress | None):
        self._encoder, self._config = encoder, config
        self._progress = progress or (lambda stage, done, total: None)
        self.n_embedded = 0

    def index(
        self, before: Corpus, after: Corpus, earlier: Mapping[str, IndexedDocument] | None
    ) -> dict[str, IndexedDocument]:
        """Every document of ``after`` by id.

        Args:
            before: The corpus that ``earlier`` belongs to.
            earlier: What is indexed by document, with this encoder and recipe; ``None`` where nothing is.

        Raises:
            ValueError: the encoder breaks its protocol.
        """
        result: dict[str, IndexedDocument] = {}
        drafts: dict[str, tuple[IndexedDocument, list[str]]] = {}
        fresh: list[Entry] = []
        nothing, no_terms = np.zeros((1, self._encoder.dim), np.float32), TermCounts(np.empty(0, np.uint64), {})
        for done, (document_id, held) in enumerate(sorted(after.held.items()), start=1):
            old = before.held.get(document_id)
            if earlier is not None and old is not None and old.record == held.record:
                result[document_id] = earlier[document_id]
            else:
                entries = sorted_entries(held.document)
                counts, passages, texts = self._passages(entries)
                title = short_title(held.document)
                names = Counter(cited_name(m) for entry in entries for m in _CITED.findall(entry.body))
                # Terms and vectors follow, those of all new documents at once.
                draft = IndexedDocument(
                    title, nothing[0], names, _rows(held.document, entries), counts, passages, nothing[1:], no_terms,
                    len(fresh),
                )  # fmt: skip
                drafts[document_id] = (draft, texts)
                fresh += entries
            self._progress("passages", done, len(after.held))
        terms = TermCounts.of({field: [getattr(entry, field) for entry in fresh] for field in FIELDS})
        known: dict[bytes, np.ndarray] = {}
        if drafts and earlier:
            wanted = {digest for draft, _ in drafts.values() for digest in _digests(draft.passages)}
            for part in earlier.values():
                digests = _digests(part.passages)
                known.update((d, part.vectors[i]) for i, d in enumerate(digests) if d in wanted)
        texts_by_digest: dict[bytes, str] = {}
        for draft, texts in drafts.values():
            for digest, text in zip(_digests(draft.passages), texts, strict=True):
                if digest not in known:
                    texts_by_digest.setdefault(digest, text)
        known.update(zip(texts_by_digest, self._vectors(list(texts_by_digest.values())), strict=True))
        titles = self._encoder.encode_passages([draft.title for draft, _ in drafts.values()])
        for title_vector, (document_id, (draft, _)) in zip(titles, drafts.items(), strict=True):
            vectors = np.empty((len(draft.passages), self._encoder.dim), dtype=np.float32)
            for row, digest in enumerate(_digests(draft.passages)):
                vectors[row] = known[digest]
            result[document_id] = replace(draft, title_vector=title_vector, vectors=vectors, terms=terms)
        return result

    def _passages(self, entries: Sequence[Entry]) -> tuple[np.ndarray, np.ndarray, list[str]]:
        """Passages per entry, one record per passage, and the texts to embed."""
        counts, records, texts = [], [], []
        for entry in entries:
            passages = list(entry_passages(entry, self._encoder.count_tokens, self._config))
            counts.append(len(passages))
            for passage in passages:
                digest = np.frombuffer(hashlib.sha256(passage.text.encode()).digest(), dtype=np.uint8)
                records.append((passage.start, passage.end, digest))
                texts.append(passage.text)
        return np.array(counts, dtype=np.int64), np.array(records, dtype=PASSAGE_DTYPE), texts

    def _vectors(self, texts: list[str]) -> np.ndarray:
        """(n, dim) float32.

        Raises:
            ValueError: the encoder gave another shape, or numbers that are none.
        """
        vectors = np.empty((len(texts), self._encoder.dim), dtype=np.float32)
        for first in range(0, len(texts), _TEXTS_AT_ONCE):
            some = texts[first : first + _TEXTS_AT_ONCE]
            rows = np.asarray(self._encoder.encode_passages(some))
            if rows.shape != (len(some), self._encoder.dim) or not np.isfinite(rows).all():
                raise ValueError(f"{self._encoder.encoder_id} gave {rows.shape} for {len(some)} texts, or not numbers")
            vectors[first : first + len(some)] = rows
            self.n_embedded += len(some)
            self._progress("embed", self.n_embedded, len(texts))
        return vectors


def _rows(document: Document, entries: Sequence[Entry]) -> list[EntryRow]:
    """The entries as rows; a path that a document has twice is told apart by how often it came before."""
    times: dict[str, int] = {}
    rows = []
    for entry in entries:
        path = str(entry.ref.path)
        nth = times[path] = times.get(path, -1) + 1
        offers = offered_aspects(f"{entry.heading}\n{entry.body}")
        rows.append(EntryRow(entry_id(document.document_id, path, nth), path, entry.kind, entry.body, offers))
    return rows


def _digests(passages: np.ndarray) -> list[bytes]:
    return [row.tobytes() for row in passages["sha256"]]
