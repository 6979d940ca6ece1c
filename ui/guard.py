"""What of the Gradio app may be reached from outside: a short allow-list, everything else is not there.

A mounted Gradio app answers uploads, fetches files and URLs, prints its API and writes deep links for any visitor
(STACK.md, section 2). The chat page needs a dozen paths and text in its bodies, so that is what passes. Whatever does
not match goes on to our own router, whose 404 it then is. Re-run tests/ui/test_guard.py on every Gradio bump.
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.errors import ApiError, response_for
from ui.shell import TooLarge, read_body, replay

_SEGMENT = r"[\w@-][\w.@-]*"  # never begins with a dot
_ALLOWED: tuple[tuple[frozenset[str], re.Pattern[str], str], ...] = tuple(
    (frozenset(methods.split()), re.compile(pattern + r"\Z", re.ASCII), route)
    for methods, pattern, route in (
        ("GET HEAD", r"/", "page"),
        ("GET", rf"/(?:assets|static)/(?:{_SEGMENT}/)*{_SEGMENT}", "page-assets"),
        ("GET", r"/theme\.css", "page-assets"),
        ("GET", r"/config/?", "page-config"),
        ("POST", r"/gradio_api/queue/join/?", "page-event"),
        ("POST", r"/gradio_api/(?:cancel|reset)/?", "page-event"),
        ("GET", r"/gradio_api/queue/data", "page-stream"),
        ("GET", r"/gradio_api/heartbeat/[\w-]{1,64}", "page-stream"),
        ("GET", r"/gradio_api/startup-events/?", "page-event"),
    )
)
#: An event carries a question of at most 1,000 characters; JSON may write each as six bytes, some as twelve.
MAX_EVENT_BYTES = 32_768


def page_csp(nonce: str) -> str:
    """No inline script runs but the page's own, so text that slipped past every escape is still only text.

    Gradio writes style attributes, hence ``style-src 'unsafe-inline'``; it needs no ``unsafe-eval`` as long as the
    page has no gr.HTML and no ``js=``.
    """
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; manifest-src 'self'; object-src 'none'; "
        "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    )


def allowed(method: str, path: str) -> str | None:
    """The route name under which ``method path`` reaches the chat page, or ``None``."""
    for methods, pattern, route in _ALLOWED:
        if method in methods and pattern.match(path):
            return route
    return None


def is_plain_event(body: bytes) -> bool:
    """True for a JSON event whose values are text, numbers, flags or nothing.

    No component of the page takes a file, a message or a dictionary, so none may arrive: file objects are dictionaries
    whose ``path`` Gradio would read from our disk.
    """
    try:
        event = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        return False
    if not isinstance(event, dict):
        return False
    for key, value in event.items():
        values = value if key == "data" and isinstance(value, list) else [value]
        if not all(v is None or isinstance(v, str | int | float) for v in values):
            return False
    return True


@dataclass
class PageSlot:
    """Where the chat page will be once it is built. ``decorate`` turns Gradio's HTML and a nonce into ours."""

    app: ASGIApp | None = None
    decorate: Callable[[str, str], str] = lambda html, nonce: html
    waiting_page: str = ""
    enabled: bool = True
    #: Set when the server is asked to stop: the pages' event streams, endless otherwise, end at once.
    closing: asyncio.Event = field(default_factory=asyncio.Event)


class PageGate:
    def __init__(self, app: ASGIApp, slot: PageSlot):
        self.app, self.slot = app, slot

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = allowed(scope["method"], scope["path"]) if scope["type"] == "http" and self.slot.enabled else None
        if route is None:
            return await self.app(scope, receive, send)
        scope["gazette.route"] = route
        if self.slot.app is None:
            if route != "page":
                return await response_for(ApiError("starting", retry_after=1))(scope, receive, send)
            return await HTMLResponse(self.slot.waiting_page, 503, {"Retry-After": "1"})(scope, receive, send)
        if scope["method"] == "POST":
            try:
                if int(Headers(scope=scope).get("content-length") or 0) > MAX_EVENT_BYTES:
                    raise TooLarge
                body = await read_body(receive, MAX_EVENT_BYTES)
            except TooLarge:
                return await response_for(ApiError("too_large", {"max_bytes": MAX_EVENT_BYTES}))(scope, receive, send)
            if body is None:
                return
            if not is_plain_event(body):
                return await response_for(ApiError("invalid_request"))(scope, receive, send)
            receive = replay(body, receive)
        if route == "page":
            send = _Decorated(send, self.slot.decorate).send
        else:
            send = _Translated(scope, receive, send, route).send
        if route == "page-stream":
            return await self._until_closing(_run(self.slot.app, scope, receive, send))
        await self.slot.app(scope, receive, send)

    async def _until_closing(self, serving: Coroutine[Any, Any, None]) -> None:
        stream = asyncio.ensure_future(serving)
        closing = asyncio.ensure_future(self.slot.closing.wait())
        try:
            await asyncio.wait({stream, closing}, return_when=asyncio.FIRST_COMPLETED)
            if stream.done():
                stream.result()
        finally:
            stream.cancel()
            closing.cancel()


async def _run(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    await app(scope, receive, send)


class _Translated:
    """Errors leave as the contract's object, whatever Gradio wrote; built assets may be kept by browsers."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, route: str):
        self._scope, self._receive, self._send = scope, receive, send
        self._asset, self._replaced = route == "page-assets", False

    async def send(self, message: Message) -> None:
        if self._replaced:
            return
        if message["type"] == "http.response.start":
            if message["status"] >= 400:
                self._replaced = True
                error = (
                    ApiError("busy", retry_after=2) if message["status"] == 503 else HTTPException(message["status"])
                )
                return await response_for(error)(self._scope, self._receive, self._send)
            if self._asset:
                # Files under /assets carry a hash in their names.
                age = "31536000, immutable" if self._scope["path"].startswith("/assets/") else "3600"
                kept = [(k, v) for k, v in message.get("headers", []) if k.lower() != b"cache-control"]
                message["headers"] = [*kept, (b"cache-control", f"public, max-age={age}".encode())]
        await self._send(message)


class _Decorated:
    """Collects the page's HTML, decorates it, and sends it under its own policy."""

    def __init__(self, send: Send, decorate: Callable[[str, str], str]):
        self._send, self._decorate = send, decorate
        self._start: dict[str, Any] = {}
        self._body = bytearray()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = dict(message)
            return
        self._body += message.get("body", b"")
        if message.get("more_body"):
            return
        nonce = secrets.token_urlsafe(16)
        headers = [(k, v) for k, v in self._start.get("headers", []) if k.lower() not in (b"content-length", b"etag")]
        body = bytes(self._body)
        if dict(headers).get(b"content-type", b"").startswith(b"text/html"):
            body = self._decorate(body.decode("utf-8"), nonce).encode("utf-8")
        headers += [
            (b"content-length", str(len(body)).encode()),
            (b"content-security-policy", page_csp(nonce).encode()),
        ]
        await self._send({**self._start, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})
