"""The outermost layer, around everything that is served: who asks, how much, how often, and what every response carries.

Pure ASGI, because Starlette's ``BaseHTTPMiddleware`` buffers event streams and runs inside the error handler. Nothing
here writes a query string, a header or a body to the log: questions are personal data.
"""

from __future__ import annotations

import asyncio
import logging
import time
import traceback
from collections.abc import Iterable
from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.config import ServerConfig
from ui.errors import ApiError, Respond
from ui.limits import RateLimiter, client_address
from ui.metrics import Metrics

log = logging.getLogger("gazette.access")

#: For all that we render ourselves; the chat page brings its own (ui/guard.py).
STRICT_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {
    "content-security-policy": STRICT_CSP,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cache-control": "no-store",
}
_WITHOUT_BODY = {"GET", "HEAD", "OPTIONS"}
#: What costs a token: whatever makes the assistant work.
_LIMITED = ("/api/", "/clauses", "/documents")
_ALWAYS = ("/healthz", "/readyz", "/metrics")
_PAGE_EVENTS = "/gradio_api/queue/join"


class TooLarge(Exception):
    pass


async def read_body(receive: Receive, limit: int) -> bytes | None:
    """The whole body, or ``None`` if the client left.

    Raises:
        TooLarge: more than ``limit`` bytes came.
    """
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if len(body) > limit:
            raise TooLarge
        more = message.get("more_body", False)
    return bytes(body)


def replay(body: bytes, receive: Receive) -> Receive:
    """A ``receive`` that hands out ``body`` once, then whatever really comes (the disconnect)."""
    handed_out = False

    async def again() -> Message:
        nonlocal handed_out
        if handed_out:
            return await receive()
        handed_out = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


class Shell:
    def __init__(self, app: ASGIApp, config: ServerConfig, limiter: RateLimiter, metrics: Metrics, respond: Respond):
        self.app, self.config, self.limiter, self.metrics, self.respond = app, config, limiter, metrics, respond
        # The page makes several small calls for a visit and its question is limited again where it is asked.
        self._page_limiter = RateLimiter(config, generosity=6)
        self._open = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self.app(scope, receive, send)
        if scope["type"] != "http":  # no websockets here
            return await send({"type": "websocket.close", "code": 1008})
        headers = Headers(scope=scope)
        peer = scope["client"] or ("unknown", 0)
        client = client_address(peer[0], headers.get("x-forwarded-for"), self.config.trusted_proxies)
        scope["client"] = (client, peer[1])
        started, status = time.perf_counter(), 0
        self._open += 1

        async def send_marked(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _with_defaults(message.get("headers", ()))
            await send(message)

        try:
            await self._admit(scope, headers, client, receive, send_marked)
        except Exception as error:
            log.error("%s %s failed: %s\n%s", scope["method"], _path(scope), type(error).__name__, _frames(error))
            if not status:
                await self.respond(scope, error)(scope, receive, send_marked)
        finally:
            self._open -= 1
            seconds = time.perf_counter() - started
            route = scope.get("gazette.route") or getattr(scope.get("route"), "path", None) or "other"
            self.metrics.requests.labels(route, _method(scope), str(status)).inc()
            if route != "page-stream":  # open as long as the visitor's page is
                self.metrics.seconds.labels(route).observe(seconds)
            log.info("%s %s %s %d %.0fms", client, scope["method"], _path(scope), status, seconds * 1000)

    async def _admit(self, scope: Scope, headers: Headers, client: str, receive: Receive, send: Send) -> None:
        if self._open > self.config.max_open_requests and scope["path"] not in _ALWAYS:
            self.metrics.refused.labels("busy").inc()
            return await self.respond(scope, ApiError("busy", retry_after=2))(scope, receive, send)
        wait = None
        if scope["path"].startswith(_LIMITED):
            wait = self.limiter.take(client)
        elif scope["path"].startswith(_PAGE_EVENTS):
            wait = self._page_limiter.take(client)
        if wait is not None:
            self.metrics.refused.labels("rate_limited").inc()
            refusal = ApiError("rate_limited", {"retry_after": wait}, wait)
            return await self.respond(scope, refusal)(scope, receive, send)
        if scope["method"] not in _WITHOUT_BODY:
            body, refused = None, None
            try:
                if int(headers.get("content-length") or 0) > self.config.max_body_bytes:
                    raise TooLarge
                async with asyncio.timeout(self.config.body_timeout_seconds):
                    body = await read_body(receive, self.config.max_body_bytes)
            except TooLarge:
                refused = ApiError("too_large", {"max_bytes": self.config.max_body_bytes})
            except TimeoutError:
                refused = ApiError("slow_request")
            if refused:
                self.metrics.refused.labels(refused.code).inc()
                response = self.respond(scope, refused)
                response.headers["Connection"] = "close"  # the rest of the body is not worth reading
                return await response(scope, receive, send)
            if body is None:
                return
            receive = replay(body, receive)
        await self.app(scope, receive, send)


def _with_defaults(raw: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    present = list(raw)
    names = {name.lower() for name, _ in present}
    return present + [(k.encode(), v.encode()) for k, v in _HEADERS.items() if k.encode() not in names]


def _path(scope: Scope) -> str:
    """The path for the log: no query, no control characters, not endless."""
    return (
        scope["path"][:200].encode("unicode_escape" if not scope["path"].isprintable() else "utf-8", "replace").decode()
    )


def _method(scope: Scope) -> str:
    """A bounded label: a client may send any word as its method."""
    known = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
    return scope["method"] if scope["method"] in known else "OTHER"


def _frames(error: BaseException) -> Any:
    """Where it happened, without the exception's own words, which may quote the question."""
    return "".join(traceback.format_tb(error.__traceback__)).rstrip()
