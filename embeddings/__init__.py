"""Clauses become passages, passages vectors, a question hits; the store keeps them. Imports ingest.

A name is loaded when it is first asked for: behind most of them stand NumPy, FAISS and BM25, 0.4 s together, which
nobody should wait for who catches a ``StoreError`` or imports one light module of the package.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from embeddings.corpus import Changes
    from embeddings.encoder import Encoder, EncoderError, load_encoder
    from embeddings.errors import (
        BrokenSnapshot,
        EmptyStore,
        EncoderMismatch,
        StoreBusy,
        StoreError,
        UnknownDocument,
        UnsupportedFormat,
    )
    from embeddings.passages import PassageConfig
    from embeddings.search import Candidate, Hit, SearchConfig, Snapshot, Tombstone
    from embeddings.store import IngestSummary, Store, Withdrawal

__all__ = [
    "BrokenSnapshot",
    "Candidate",
    "Changes",
    "EmptyStore",
    "Encoder",
    "EncoderError",
    "EncoderMismatch",
    "Hit",
    "IngestSummary",
    "PassageConfig",
    "SearchConfig",
    "Snapshot",
    "Store",
    "StoreBusy",
    "StoreError",
    "Tombstone",
    "UnknownDocument",
    "UnsupportedFormat",
    "Withdrawal",
    "load_encoder",
]

#: The module that makes each public name.
_MADE_IN = {
    name: module
    for module, names in {
        "corpus": ["Changes"],
        "encoder": ["Encoder", "EncoderError", "load_encoder"],
        "errors": [
            "BrokenSnapshot",
            "EmptyStore",
            "EncoderMismatch",
            "StoreBusy",
            "StoreError",
            "UnknownDocument",
            "UnsupportedFormat",
        ],
        "passages": ["PassageConfig"],
        "search": ["Candidate", "SearchConfig", "Hit", "Snapshot", "Tombstone"],
        "store": ["IngestSummary", "Store", "Withdrawal"],
    }.items()
    for name in names
}


def __getattr__(name: str) -> Any:
    """A public name, from the module that makes it."""
    if name not in _MADE_IN:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MADE_IN[name]}"), name)


def __dir__() -> list[str]:
    """Every name, also those not loaded yet, for completion and ``help``."""
    return sorted({*globals(), *__all__})
