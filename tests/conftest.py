"""What every room's tests share: markers that need something from outside, and the bundled gazette, parsed once."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from ingest import Document
from ingest.reader import bundled_gazettes, read_documents

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"

# A busy machine is slow, not wrong.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if SHARED.is_dir():
        return
    skip = pytest.mark.skip(reason="../shared is absent")
    for item in items:
        if "shared" in item.keywords:
            item.add_marker(skip)


@pytest.fixture(scope="session")
def gazette_documents() -> tuple[Document, ...]:
    """The 14 documents of the first bundled gazette, in print order."""
    return tuple(read_documents(bundled_gazettes()[0]))
