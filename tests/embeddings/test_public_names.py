"""The names that the room offers, and what asking for them costs."""

from __future__ import annotations

import subprocess
import sys

import pytest

import embeddings
import embeddings.store

HEAVY = ("numpy", "faiss", "bm25s", "torch", "sentence_transformers", "langchain_text_splitters")


@pytest.mark.parametrize("name", embeddings.__all__)
def test_every_public_name_is_there_and_from_our_own_module(name):
    assert getattr(embeddings, name).__module__.startswith("embeddings.")
    assert name in dir(embeddings)


def test_unlisted_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="'embeddings' has no attribute 'Sotre'"):
        _ = embeddings.Sotre


def test_a_name_is_the_same_thing_from_either_place():
    """The store's module offers errors and results too; an ``except`` must catch them whichever was imported."""
    shared = set(embeddings.__all__) & set(embeddings.store.__all__)
    assert {"Store", "StoreError", "StoreBusy", "Withdrawal"} <= shared
    assert all(getattr(embeddings, name) is getattr(embeddings.store, name) for name in shared)


@pytest.mark.parametrize(
    ("statement", "unwanted"),
    [
        # the package alone, as every import of one of its modules loads it
        ("import embeddings", HEAVY),
        # who catches an error of the store needs no search engine
        ("from embeddings import StoreError", HEAVY),
        # readers of a store never cut a passage, and the bundled encoder needs no torch
        ("from embeddings import Snapshot, Store, load_encoder", HEAVY[3:]),
    ],
)
def test_importing_loads_nothing_heavy(statement, unwanted):
    check = f"{statement}; import sys; print([name for name in {unwanted!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
