"""The HTTP API: ``create_app`` composes it with the chat page, the clause desk and the layers that guard them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePath
from typing import Annotated

from fastapi import APIRouter, FastAPI, Query, Request, Response
from fastapi import Path as PathParameter
from starlette.middleware.cors import CORSMiddleware
from starlette.staticfiles import StaticFiles

from assistant.models import Answer, ClauseView, QuoteCheck
from ui import desk, docs, errors, metrics, schemas
from ui.backend import AssistantLike, Backend
from ui.config import ServerConfig
from ui.errors import ApiError, error_responses
from ui.guard import PageGate, PageSlot
from ui.limits import RateLimiter
from ui.shell import Shell

_EVERY = ("invalid_request", "rate_limited", "internal", "starting", "busy", "unavailable", "timeout")
_BODY = ("malformed_json", "slow_request", "too_large")

log = logging.getLogger("gazette.ui")
Address = Annotated[str, Query(min_length=1, max_length=schemas.MAX_ADDRESS)]
router = APIRouter(prefix="/api/v1")


def _backend(request: Request) -> Backend:
    return request.app.state.backend


@router.post("/answers", tags=["问答"], summary="提问", responses=error_responses(*_BODY, *_EVERY))
async def answers(request: Request, asked: schemas.AnswerRequest) -> Answer:
    """依据已收录的文件作答;每句话附所依据的条款。文件未载明时 `state` 为 `refused`,指代不清时为 `clarify`。"""
    started = time.perf_counter()
    answer = await _backend(request).call(lambda a: a.ask(asked.question, asked.history or (), trace=asked.trace))
    counts: metrics.Metrics = request.app.state.metrics
    counts.answers.labels(answer.state, "api").inc()
    counts.answer_seconds.labels("api").observe(time.perf_counter() - started)
    return answer


@router.get("/documents", tags=["文件"], summary="已收录的文件", responses=error_responses(*_EVERY))
async def documents(request: Request) -> schemas.Documents:
    return await _backend(request).call(lambda a: schemas.Documents(documents=a.documents(), index=a.revision))


@router.get(
    "/documents/{id:path}",
    tags=["文件"],
    summary="一份文件的全文",
    responses=error_responses("unknown_document", "ambiguous_document", *_EVERY),
)
async def document(
    request: Request,
    id: Annotated[str, PathParameter(max_length=schemas.MAX_ADDRESS, description="发文字号(任何写法)或标题")],
) -> schemas.DocumentRecord:
    record = await _backend(request).call(lambda a: a.document(id).to_json())
    record["source"] = {**record["source"], "path": PurePath(record["source"]["path"]).name}  # not where we keep it
    return schemas.DocumentRecord.model_validate(record)


@router.get(
    "/clauses",
    tags=["文件"],
    summary="一个条款的原文与位置",
    responses=error_responses("unknown_document", "unknown_clause", "ambiguous_document", "ambiguous_clause", *_EVERY),
)
async def clause(request: Request, document: Address, clause: Address) -> ClauseView:
    """`document` 与 `clause` 可用任何写法,例如 `余府发[2023]19号` 与 `二(五)13`。"""
    return await _backend(request).call(lambda a: a.clause(document, clause))


@router.get("/search", tags=["文件"], summary="查找条款(不作答)", responses=error_responses(*_EVERY))
async def search(
    request: Request,
    q: Annotated[str, Query(min_length=1, max_length=schemas.MAX_QUESTION, description="查找的文字")],
    k: Annotated[int, Query(ge=1, le=schemas.MAX_K, description="最多返回几条")] = 10,
) -> schemas.Hits:
    return await _backend(request).call(lambda a: schemas.Hits(query=q, hits=a.search(q, k), index=a.revision))


@router.post(
    "/quotes/check",
    tags=["核对"],
    summary="核对引文是否为原文",
    responses=error_responses("unknown_document", "ambiguous_document", *_BODY, *_EVERY),
)
async def check(request: Request, quote: schemas.QuoteRequest) -> QuoteCheck:
    """逐字比对:`identical` 一致,`punctuation_only` 仅标点不同,`altered` 有改动(附差异),`not_found` 未找到。"""
    return await _backend(request).call(lambda a: a.check(quote.text, quote.document))


def _operations(app: FastAPI) -> None:
    """Health, readiness and metrics: for machines that watch this one."""
    state = app.state

    @app.get("/healthz", tags=["运行"], summary="进程是否存活")
    async def healthz() -> schemas.Health:
        return schemas.Health(status="ok")

    @app.get("/readyz", tags=["运行"], summary="是否已能作答", responses=error_responses("starting", "unavailable"))
    async def readyz() -> schemas.Readiness:
        backend: Backend = state.backend
        if backend.state == "failed":
            raise ApiError("unavailable", retry_after=30)
        if not state.ready:
            raise ApiError("starting", retry_after=1)
        return schemas.Readiness(status="ready", index=await backend.call(lambda a: a.revision))

    @app.get("/metrics", tags=["运行"], summary="Prometheus 指标", response_class=Response)
    async def prometheus() -> Response:
        state.metrics.in_flight.set(state.backend.in_flight)
        state.metrics.ready.set(float(state.ready))
        return Response(state.metrics.text(), media_type=metrics.CONTENT_TYPE)

    app.add_api_route("/healthz", healthz, methods=["HEAD"], include_in_schema=False)
    app.add_api_route("/readyz", readyz, methods=["HEAD"], include_in_schema=False)


def _lifespan(page: bool, on_ready: Callable[[], None], on_failure: Callable[[Exception], None]):
    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        stop = asyncio.Event()

        async def start() -> None:
            """Opens the assistant, then builds the page: one after the other, since both import much."""
            try:
                await asyncio.to_thread(app.state.backend.open)
                if app.state.backend.error:
                    raise app.state.backend.error
                async with contextlib.AsyncExitStack() as stack:
                    if page:
                        from ui.page import build_page_app  # imports gradio, 2.5 s

                        built = await asyncio.to_thread(build_page_app, app.state)
                        await stack.enter_async_context(built.router.lifespan_context(built))
                        app.state.slot.app = built
                    app.state.ready = True
                    on_ready()
                    await stop.wait()
            except Exception as error:
                app.state.backend.error = app.state.backend.error or error
                on_failure(error)

        starting = asyncio.create_task(start())
        try:
            yield
        finally:
            app.state.ready = False
            stop.set()
            await starting
            app.state.backend.close()

    return lifespan


def create_app(
    assistant_factory: Callable[[], AssistantLike],
    config: ServerConfig | None = None,
    *,
    page: bool = True,
    on_ready: Callable[[], None] = lambda: None,
    on_failure: Callable[[Exception], None] = lambda error: log.error("cannot serve answers: %s", error),
) -> FastAPI:
    """The whole site. ``assistant_factory`` is called once, off the event loop; ``/readyz`` is 503 until then.

    Args:
        page: mount the chat page (imports gradio).
        on_ready: called once answers, and the page if wanted, are served.
        on_failure: called with the error if the assistant or the page could not be made.
    """
    config = config or ServerConfig()
    try:
        release = version("gazette")
    except PackageNotFoundError:  # run from a checkout that was never installed
        release = "0"
    app = FastAPI(
        title="政策问答接口",
        summary="从已收录的政府公报逐条作答,每句话附文号和条款。",
        version=release,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan(page, on_ready, on_failure),
        separate_input_output_schemas=False,
    )
    app.state.config = config
    app.state.backend = Backend(assistant_factory, config)
    app.state.metrics = metrics.Metrics()
    app.state.limiter = RateLimiter(config)
    app.state.slot = PageSlot(waiting_page=desk.waiting_page(), enabled=page)
    app.state.ready = False
    app.include_router(router)
    _operations(app)
    app.include_router(desk.router)
    app.include_router(docs.router)
    app.mount("/site", StaticFiles(directory=Path(__file__).parent / "static"), name="site")
    errors.install(app, desk.error_response)
    # The last added is outermost.
    app.add_middleware(PageGate, slot=app.state.slot)
    app.add_middleware(CORSMiddleware, allow_origins=[], allow_methods=["GET", "POST"])
    app.add_middleware(
        Shell, config=config, limiter=app.state.limiter, metrics=app.state.metrics, respond=desk.error_response
    )
    return app
