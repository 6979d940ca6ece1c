"""Importing gradio without the type stubs that it writes beside its own modules on every import.

``gradio.component_meta.create_or_modify_pyi`` parses the source of each component and rewrites a ``.pyi`` file for editors:
half of gradio's import time, and writes into site-packages from a running server. Where a later release has no such
function, nothing is changed (tests/ui/test_serve.py sees that it still takes hold).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

_MODULE, _FUNCTION = "gradio.component_meta", "create_or_modify_pyi"


class _Finder(MetaPathFinder):
    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name != _MODULE or (spec := PathFinder.find_spec(name, path)) is None or spec.loader is None:
            return None
        loader: Any = spec.loader
        run = loader.exec_module

        def exec_module(module: ModuleType) -> None:
            run(module)
            if hasattr(module, _FUNCTION):
                setattr(module, _FUNCTION, lambda *_: None)

        loader.exec_module = exec_module
        return spec


@contextmanager
def without_stubs() -> Iterator[None]:
    """Inside, ``import gradio`` writes no stubs."""
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
