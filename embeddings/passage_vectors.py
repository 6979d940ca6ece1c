"""Documents become passages and vectors; what was embedded before is not embedded again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from embeddings.corpus import Corpus, sorted_entries
from embeddings.encoder import Encoder
from embeddings.passages import PassageConfig, entry_passages
from embeddings.search import PASSAGE_DTYPE
from ingest.documents import Document

#: Called with a stage (``passages``, ``embed``, ``lexical``, ``write``), done and total.
Progress = Callable[[str, int, int], None]

_TEXTS_AT_ONCE = 256


@dataclass(frozen=True)
class EmbeddedDocument:
    """The passages of one document, in order of entry and ordinal.

    Attributes:
        counts: (entries,) int64, passages of each entry.
        passages: (passages,) of ``PASSAGE_DTYPE``.
        vectors: (passages, dim) float32.
    """

    counts: np.ndarray
    passages: np.ndarray
    vectors: np.ndarray


class Embedder:
    """Documents become passages and vectors; a text is embedded once, and not again while encoder and recipe stay.

    Attributes:
        n_embedded: Texts that the encoder was given so far.
    """

    def __init__(self, encoder: Encoder, config: PassageConfig, progress: Progress | None):
        self._encoder, self._config = encoder, config
        self._progress = progress or (lambda stage, done, total: None)
        self.n_embedded = 0

    def embed(
        self, before: Corpus, after: Corpus, earlier: Mapping[str, EmbeddedDocument] | None
    ) -> dict[str, EmbeddedDocument]:
        """Every document of ``after`` by id.

        Args:
            before: The corpus that ``earlier`` belongs to.
            earlier: Passages and vectors by document, of this encoder and recipe; ``None`` where there are none.

        Raises:
            ValueError: the encoder breaks its protocol.
        """
        result: dict[str, EmbeddedDocument] = {}
        drafts: dict[str, tuple[np.ndarray, np.ndarray, list[str]]] = {}
        for done, (document_id, held) in enumerate(sorted(after.held.items()), start=1):
            old = before.held.get(document_id)
            if earlier is not None and old is not None and old.record == held.record:
                result[document_id] = earlier[document_id]
            else:
                drafts[document_id] = self._draft(held.document)
            self._progress("passages", done, len(after.held))
        known: dict[bytes, np.ndarray] = {}
        if drafts and earlier:
            for part in earlier.values():
                known.update(zip(_digests(part.passages), part.vectors, strict=True))
        texts: dict[bytes, str] = {}
        for _, passages, passage_texts in drafts.values():
            for digest, text in zip(_digests(passages), passage_texts, strict=True):
                if digest not in known:
                    texts.setdefault(digest, text)
        known.update(zip(texts, self._vectors(list(texts.values())), strict=True))
        for document_id, (counts, passages, _) in drafts.items():
            vectors = np.empty((len(passages), self._encoder.dim), dtype=np.float32)
            for row, digest in enumerate(_digests(passages)):
                vectors[row] = known[digest]
            result[document_id] = EmbeddedDocument(counts, passages, vectors)
        return result

    def _draft(self, document: Document) -> tuple[np.ndarray, np.ndarray, list[str]]:
        """Passages per entry, one record per passage, and the texts to embed."""
        counts, records, texts = [], [], []
        for entry in sorted_entries(document):
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


def _digests(passages: np.ndarray) -> list[bytes]:
    return [row.tobytes() for row in passages["sha256"]]
