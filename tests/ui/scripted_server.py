"""The whole site on the scripted assistant, as a process of its own: ``python -m tests.ui.scripted_server PORT [DELAY]``."""

from __future__ import annotations

import logging
import sys

import uvicorn

from tests.ui.fakes import ScriptedAssistant
from ui.api import create_app
from ui.config import ServerConfig


def main() -> None:
    port, delay = int(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 0.0
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    uvicorn.run(
        create_app(lambda: ScriptedAssistant(delay), ServerConfig()),
        port=port,
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )


if __name__ == "__main__":
    main()
