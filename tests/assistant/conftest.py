"""A real store filled with the bundled gazette, and an assistant opened on it, once a session."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.service import Assistant, bootstrap
from assistant.settings import Settings
from assistant.understanding.directory import Directory
from ingest import Document


@pytest.fixture(scope="session")
def store_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a store that holds the bundled gazette; nobody writes to it."""
    settings = Settings(home=tmp_path_factory.mktemp("gazette") / "store")
    assert bootstrap(settings)
    return settings


@pytest.fixture(scope="session")
def assistant(store_settings: Settings) -> Assistant:
    return Assistant.open(store_settings)


@pytest.fixture(scope="session")
def directory(gazette_documents: tuple[Document, ...]) -> Directory:
    return Directory(gazette_documents)


@pytest.fixture(scope="session")
def held(gazette_documents: tuple[Document, ...]) -> Callable[[str], Document]:
    """A held document by the exact id."""
    return {d.document_id: d for d in gazette_documents}.__getitem__


@pytest.fixture
def own_store(store_settings: Settings, tmp_path: Path) -> Settings:
    """A filled store of the test's own, to change at will."""
    return Settings(home=shutil.copytree(store_settings.home, tmp_path / "store"))
