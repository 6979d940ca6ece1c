"""``gazette serve``: the API and the pages in one process, ready in seconds, gone without a trace on Ctrl-C."""

from __future__ import annotations

import gc
import json
import logging
import os
import socket
import sys
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from fastapi import FastAPI
    from rich.progress import Progress

    from assistant.settings import Settings
    from ui.backend import AssistantLike

_STAGES = {
    "read": "读取公报",
    "parse": "解析条款",
    "passages": "整理条款",
    "embed": "计算向量",
    "lexical": "建立词索引",
    "write": "写入文件库",
}


class PortTaken(Exception):
    code = "port_taken"


def listen(host: str, port: int) -> socket.socket:
    """A bound socket, taken before anything slow is imported.

    Raises:
        PortTaken: another process has it, or we may not, or there is no such address here.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(128)  # two processes may bind with SO_REUSEADDR, only one may listen
    except OSError as error:
        sock.close()
        if isinstance(error, PermissionError):
            raise PortTaken(f"没有权限使用端口 {port}。请用 --port 换一个 1024 以上的端口。") from error
        if isinstance(error, socket.gaierror) or "assign" in str(error):
            raise PortTaken(f"本机没有地址 {host}。请用 --host 改为 127.0.0.1 或 0.0.0.0。") from error
        raise PortTaken(
            f"端口 {port} 已被占用。请先停止占用它的程序,或换一个端口,例如 gazette serve --port {port + 1}。"
        ) from error
    return sock


def open_assistant(settings: Settings, *, fill: bool, quiet: bool) -> AssistantLike:
    """The assistant on ``settings``'s store; a new store is first filled with the bundled gazette if ``fill``.

    Raises:
        StoreError, EncoderError, IngestError: the message says what to do.
    """
    from assistant import service
    from ui.empty import EmptyLibrary

    if fill:
        with _Progress(quiet) as progress:
            service.bootstrap(settings, progress)
        return service.Assistant.open(settings)
    library = EmptyLibrary(lambda: service.Assistant.open(settings))
    library.refresh()
    return library


class _Progress:
    """Stages as a bar on a terminal, as single lines elsewhere."""

    def __init__(self, quiet: bool):
        self._quiet, self._stage = quiet, ""
        self._bar: Progress | None = None

    def __enter__(self) -> _Progress:
        if not self._quiet and sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import Progress

            self._bar = Progress(console=Console(stderr=True), transient=True)
            self._bar.start()
            self._task = self._bar.add_task("准备", total=None)
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()

    def __call__(self, stage: str, done: int, total: int) -> None:
        words = _STAGES.get(stage, stage)
        if self._bar:
            self._bar.update(self._task, description=words, completed=done, total=total)
        elif not self._quiet and stage != self._stage:
            click.echo(f"{words}…", err=True)
        self._stage = stage


@click.command("serve", help="启动问答服务:网页、条款查阅和 HTTP 接口。首次启动自动装入随附的公报。")
@click.option("--host", help="监听地址,默认 127.0.0.1(只供本机访问)。")
@click.option("--port", type=click.IntRange(0, 65535), help="监听端口,默认 7860。")
@click.option("--store", type=click.Path(path_type=Path, file_okay=False), help="文件库所在目录,默认取 GAZETTE_HOME。")
@click.option("--empty", is_flag=True, help="新库不装入随附的公报。")
@click.option("--json", "as_json", is_flag=True, help="就绪后输出一行 JSON。")
def serve(host: str | None, port: int | None, store: Path | None, empty: bool, as_json: bool) -> None:
    from assistant.privacy import MaskingFilter
    from assistant.settings import Settings
    from ui.config import ServerConfig

    config = ServerConfig()
    host, port = host or config.host, config.port if port is None else port
    sock = listen(host, port)
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger().handlers[0].setLevel(logging.INFO)  # libraries that set their own loggers to DEBUG stay quiet
    logging.getLogger().handlers[0].addFilter(MaskingFilter())
    logging.getLogger("gazette").setLevel(logging.INFO if config.access_log else logging.WARNING)

    gc.disable()  # nothing of what start-up imports becomes garbage; looking for it costs a sixth of the time
    from ui.api import create_app

    settings = Settings.model_validate({} if store is None else {"home": store})
    failure: list[Exception] = []
    shown = f"[{host}]" if ":" in host else host
    url = f"http://{shown}:{sock.getsockname()[1]}"

    def on_ready() -> None:
        gc.freeze()
        gc.enable()
        words = json.dumps({"ready": True, "url": url}) if as_json else f"政策问答已就绪:{url} (按 Ctrl+C 停止)"
        click.echo(words)
        sys.stdout.flush()

    def on_failure(error: Exception) -> None:
        failure.append(error)
        server.should_exit = True

    if not as_json:
        click.echo(f"正在启动:{url}", err=True)
    app = create_app(
        lambda: open_assistant(settings, fill=not empty, quiet=as_json),
        config,
        on_ready=on_ready,
        on_failure=on_failure,
    )
    server = _server(app)
    server.run(sockets=[sock])
    if failure:
        raise failure[0]
    sys.stdout.flush()
    if app.state.backend.in_flight:  # a call that timed out still runs in a thread that the interpreter would wait for
        os._exit(0)


def _server(app: FastAPI) -> Any:
    import uvicorn

    class Server(uvicorn.Server):
        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            """Asked to stop: finish what is under way and end with status 0; asked again: end now."""
            app.state.slot.closing.set()
            self.force_exit, self.should_exit = self.should_exit, True

    return Server(
        uvicorn.Config(
            app, log_config=None, access_log=False, log_level="warning", proxy_headers=False, server_header=False,
            ws="none", timeout_graceful_shutdown=5,
        )
    )  # fmt: skip
