"""The chat page: a conversation, and beside it the clauses that it rests on. Gradio lives here and in ui/theme.py alone.

The conversation is a gr.Markdown of our own HTML, not a gr.Chatbot: that reads every message's raw HTML to screen readers
as its label, and shows a button that empties the page but not the session (ui/DESIGN.md).

Nothing of the conversation is taken back from the browser: it is kept per session on the server (gr.State), so a forged
history cannot be sent, and every event carries text only (ui/guard.py).
"""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

from ui.stubless import without_stubs

# Before the import: gradio reads them once, and reports home otherwise.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

with without_stubs():
    import gradio as gr
from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from assistant.models import Answer, Turn
from ui import render, schemas
from ui.backend import Backend
from ui.errors import ApiError, problem_of
from ui.limits import RateLimiter
from ui.metrics import Metrics
from ui.theme import THEME, decorate

EXAMPLES = [
    "跑外卖的能不能参加企业职工养老保险?",
    "到2025年城乡居民养老金目标是多少?",
    "抗震设防检查结果多久公开?",
    "余府办字〔2023〕32号第九条第二款原文",
    "2024年全市农产品加工业产值目标是多少?",
]
MAX_EXCHANGES = schemas.MAX_HISTORY // 2
N_SUGGESTIONS = 4
_SESSION_SECONDS = 3600


@dataclass(frozen=True)
class Exchange:
    """One question and what came of it: an answer, a sentence about why there is none, or nothing yet."""

    number: int
    question: str
    answer: Answer | None = None
    trouble: str | None = None


Talk = tuple[Exchange, ...]


def history_of(talk: Talk) -> list[Turn]:
    turns: list[Turn] = []
    for e in talk:
        if e.answer:
            turns += [Turn(role="user", content=e.question), Turn(role="assistant", content=e.answer.answer[:20_000])]
    return turns[-schemas.MAX_HISTORY :]


def talk_of(talk: Talk) -> str:
    return "".join(render.exchange_html(e.number, e.question, e.answer, e.trouble) for e in talk)


def panel_of(talk: Talk) -> str:
    return render.panel_html([(e.number, e.question, e.answer) for e in talk if e.answer])


class Page:
    """The page's handlers, around one backend."""

    def __init__(self, backend: Backend, limiter: RateLimiter, metrics: Metrics):
        self.backend, self.limiter, self.metrics = backend, limiter, metrics

    def _shown(self, talk: Talk, status: str, *, box: Any = None, busy: bool = False) -> list[Any]:
        """Values for every output, in the order of ``outputs`` in ``build``."""
        last = talk[-1].answer if talk else None
        suggestions = list(last.suggestions[:N_SUGGESTIONS]) if last and not busy else []
        buttons = [
            gr.Button(value=s, visible=True) if s else gr.Button(visible=False)
            for s in suggestions + [""] * (N_SUGGESTIONS - len(suggestions))
        ]
        return [
            talk,
            talk_of(talk),
            gr.skip() if box is None else box,
            panel_of(talk),
            f"<p>{render.text_html(status)}</p>",  # a Markdown component: text that is not ours must be escaped here too
            gr.Column(visible=not talk),
            gr.Button(interactive=busy),
            *buttons,
        ]

    async def ask(self, question: str, talk: Talk | None, request: gr.Request) -> AsyncIterator[list[Any]]:
        talk = tuple(talk or ())
        question = (question or "").strip()
        if not question:
            yield self._shown(talk, "请先写下问题。")
            return
        if len(question) > schemas.MAX_QUESTION:
            yield self._shown(talk, f"问题最多 {schemas.MAX_QUESTION} 字,现有 {len(question)} 字,请缩短。")
            return
        pending = Exchange(talk[-1].number + 1 if talk else 1, question)
        earlier = talk[-(MAX_EXCHANGES - 1) :]
        yield self._shown((*earlier, pending), "正在查找依据…", box="", busy=True)
        started = time.perf_counter()
        try:
            if wait := self.limiter.take(request.client.host if request.client else "unknown"):
                self.metrics.refused.labels("rate_limited").inc()
                raise ApiError("rate_limited", retry_after=wait)
            answer = await self.backend.call(lambda a: a.ask(question, history_of(earlier)))
        except Exception as error:
            message = problem_of(error)[1].message
            yield self._shown((*earlier, replace(pending, trouble=message)), message)
            return
        self.metrics.answers.labels(answer.state, "page").inc()
        self.metrics.answer_seconds.labels("page").observe(time.perf_counter() - started)
        yield self._shown((*earlier, replace(pending, answer=answer)), render.status_text(answer))

    async def ask_example(self, sample: list[str], talk: Talk | None, request: gr.Request) -> AsyncIterator[list[Any]]:
        async for step in self.ask(sample[0] if sample else "", talk, request):
            yield step

    async def ask_from_link(self, talk: Talk | None, request: gr.Request) -> AsyncIterator[list[Any]]:
        """A ``?q=`` link asks its question when the page opens."""
        question = str(request.query_params.get("q") or "")
        if not question.strip():
            yield [gr.skip()] * (7 + N_SUGGESTIONS)
            return
        async for step in self.ask(question, talk, request):
            yield step

    def stop(self, talk: Talk | None) -> list[Any]:
        talk = tuple(talk or ())
        if talk and not talk[-1].answer and not talk[-1].trouble:
            talk = (*talk[:-1], replace(talk[-1], trouble="已停止,没有给出答复。"))
        return self._shown(talk, "已停止。")

    def clear(self) -> list[Any]:
        return self._shown((), "已清空。", box="")

    def build(self, concurrency: int, max_waiting: int) -> gr.Blocks:
        """The page. Components stand in reading order, which is also the order of the Tab key."""
        plain: dict[str, Any] = {"latex_delimiters": [], "sanitize_html": True}
        with gr.Blocks(title="政策问答", analytics_enabled=False) as demo:
            talk = gr.State((), time_to_live=_SESSION_SECONDS)
            with gr.Row(elem_id="desk", equal_height=False):
                with gr.Column(scale=3, min_width=300, elem_id="talk-side"):
                    gr.Markdown("<h2>对话</h2>", elem_id="talk-title", **plain)
                    conversation = gr.Markdown("", elem_id="talk", **plain)
                    gr.Markdown(
                        "<p>写下您的问题,用平常的话就行;也可以写发文字号和条款号查原文。"
                        "文件里没有写明的,会直接告诉您。</p>",
                        elem_id="intro",
                        **plain,
                    )
                    with gr.Row(elem_id="suggestions"):
                        suggestions = [
                            gr.Button("", visible=False, size="sm", elem_classes="suggestion")
                            for _ in range(N_SUGGESTIONS)
                        ]
                    with gr.Column(elem_id="asking"):
                        box = gr.Textbox(
                            label="您的问题(回车提问,Shift+回车换行)", placeholder="例如:抗震设防检查结果多久公开?", lines=1,
                            max_lines=6, max_length=schemas.MAX_QUESTION, elem_id="question",
                        )  # fmt: skip
                        with gr.Row(elem_id="ask-buttons"):
                            ask = gr.Button("提问", variant="primary", elem_id="ask")
                            stop = gr.Button("停止", elem_id="stop", interactive=False)
                            clear = gr.Button("清空", elem_id="clear")
                            gr.Markdown(f"<p>{render.NOTICE}</p>", elem_id="notice", **plain)
                    with gr.Column(elem_id="starter") as starter:
                        # gr.Examples calls its own loader past the queue, by a route that the guard keeps closed.
                        examples = gr.Dataset(
                            components=[box], samples=[[e] for e in EXAMPLES], label="例如", type="values"
                        )
                    status = gr.Markdown("", elem_id="status", **plain)
                with gr.Column(scale=2, min_width=300, elem_id="source-side"):
                    gr.Markdown("<h2>依据的条款</h2>", elem_id="source-title", **plain)
                    panel = gr.Markdown(panel_of(()), elem_id="sources", **plain)
            outputs = [talk, conversation, box, panel, status, starter, stop, *suggestions]
            asking: dict[str, Any] = {
                "outputs": outputs, "api_visibility": "private", "show_progress": "hidden", "concurrency_id": "ask",
                "concurrency_limit": concurrency, "trigger_mode": "once",
            }  # fmt: skip
            quiet: dict[str, Any] = {"outputs": outputs, "api_visibility": "private", "show_progress": "hidden"}
            asked = [
                box.submit(self.ask, [box, talk], **asking),
                ask.click(self.ask, [box, talk], **asking),
                examples.click(self.ask_example, [examples, talk], **asking),
                *(button.click(self.ask, [button, talk], **asking) for button in suggestions),
                demo.load(self.ask_from_link, [talk], **asking),
            ]
            stop.click(self.stop, [talk], cancels=asked, **quiet)
            clear.click(self.clear, None, cancels=asked, **quiet)
        demo.queue(max_size=max_waiting or 1, default_concurrency_limit=concurrency, api_open=False)
        return demo


def build_page_app(state: Any) -> FastAPI:
    """The page as an ASGI app of its own, for ``state.slot``; only ui/guard.py may let requests through to it."""
    config = state.config
    demo = Page(state.backend, state.limiter, state.metrics).build(config.worker_threads, config.max_waiting)
    inner = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    # Its mere presence switches off Gradio's own CORS layer, which reflects any origin with credentials.
    inner.add_middleware(CORSMiddleware, allow_origins=[], allow_methods=["GET", "POST"])
    gr.mount_gradio_app(
        inner, demo, path="/", theme=THEME, footer_links=[], run_history=False, show_error=False, max_file_size=1,
        enable_monitoring=False, ssr_mode=False, mcp_server=False, pwa=False,
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
    )  # fmt: skip
    demo.has_launched = True  # a mounted app does not guard server files until this is set
    state.slot.decorate = decorate
    return inner
