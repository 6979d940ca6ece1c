"""Real servers in processes of their own, and a real Chromium where the system has one."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).parents[2]
CHROMIUM_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-quic",
]  # fmt: skip


@dataclass
class Running:
    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def logged(self) -> str:
        return self.log.read_text(encoding="utf-8")


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def wait_until_ready(url: str, process: subprocess.Popen[bytes], seconds: float = 60) -> float:
    """Seconds until /readyz said 200."""
    started = time.monotonic()
    while time.monotonic() - started < seconds:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            if httpx.get(f"{url}/readyz", timeout=2, trust_env=False).status_code == 200:
                return time.monotonic() - started
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise TimeoutError(f"not ready after {seconds} s")


@pytest.fixture(scope="session")
def start_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Running]]:
    """Starts the scripted site: ``start_server(delay, GAZETTE_X="…")``."""
    running: list[Running] = []

    def start(delay: float = 0.0, **environment: str) -> Running:
        port = free_port()
        log = tmp_path_factory.mktemp("server") / "log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.ui.scripted_server", str(port), str(delay)],
                cwd=ROOT,
                stdout=out,
                stderr=subprocess.STDOUT,
                env={**os.environ, **environment},
            )
        running.append(Running(f"http://127.0.0.1:{port}", process, log))
        wait_until_ready(running[-1].url, process)
        return running[-1]

    yield start
    for one in running:
        one.process.terminate()
        try:
            one.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            one.process.kill()


@pytest.fixture(scope="session")
def site(start_server: Callable[..., Running]) -> Running:
    return start_server()


@pytest.fixture(scope="session")
def http(site: Running) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=site.url, timeout=20, trust_env=False) as client:
        yield client


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A Chromium for one module: playwright keeps an event loop running in this thread for as long as it is open."""
    playwright = pytest.importorskip("playwright.sync_api")
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if path is None:
        pytest.skip("no Chromium on this machine: the page was not tried in a browser")
    with playwright.sync_playwright() as p:
        launched = p.chromium.launch(executable_path=path, headless=True, args=CHROMIUM_ARGUMENTS)
        yield launched
        launched.close()
