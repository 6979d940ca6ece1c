"""HTTP API, chat page and clause desk. Imports the other rooms; nobody imports it.

Public names are loaded on use: ``gazette --help`` must not import a web framework.
"""

from __future__ import annotations

from typing import Any

__all__ = ["ServerConfig", "create_app", "main"]


def __getattr__(name: str) -> Any:
    if name == "create_app":
        from ui.api import create_app

        return create_app
    if name == "ServerConfig":
        from ui.config import ServerConfig

        return ServerConfig
    if name == "main":
        from ui.cli import main

        return main
    raise AttributeError(name)
