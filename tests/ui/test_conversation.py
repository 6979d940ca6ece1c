"""The page's handlers without a browser: what they remember, what they refuse, and that they never raise."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from tests.ui.fakes import PENSION, SEISMIC, ScriptedAssistant
from ui.backend import Backend
from ui.config import ServerConfig
from ui.limits import RateLimiter
from ui.metrics import Metrics
from ui.page import MAX_EXCHANGES, Exchange, Page, history_of

VISITOR: Any = SimpleNamespace(client=SimpleNamespace(host="198.51.100.7"), query_params={})


def page(assistant: ScriptedAssistant, **settings: object) -> Page:
    config = ServerConfig.model_validate(settings)
    backend = Backend(lambda: assistant, config)
    backend.open()
    return Page(backend, RateLimiter(config), Metrics())


def ask(one: Page, question: str, talk: Any = (), visitor: Any = VISITOR) -> list[list[Any]]:
    async def run() -> list[list[Any]]:
        return [step async for step in one.ask(question, talk, visitor)]

    return asyncio.run(run())


def test_question_is_shown_at_once_and_answered_next() -> None:
    waiting, answered = ask(page(ScriptedAssistant()), PENSION)
    assert "正在查找依据" in waiting[1] and PENSION in waiting[1]
    assert waiting[2] == "", "the box is emptied for the next question"
    assert "已回答" in answered[1] and 'id="t1-c1"' in answered[3]


def test_follow_up_carries_the_conversation_and_nothing_else() -> None:
    assistant = ScriptedAssistant()
    one = page(assistant)
    talk = ask(one, PENSION)[-1][0]
    ask(one, "那牵头的呢", talk)
    question, history = assistant.asked[-1]
    assert question == "那牵头的呢"
    assert [(t.role, t.content[:3]) for t in history] == [("user", PENSION[:3]), ("assistant", "可以。")]


def test_failed_exchanges_are_not_remembered_as_answers() -> None:
    talk = (Exchange(1, "问", trouble="超时"), Exchange(2, "再问"))
    assert history_of(talk) == []


def test_long_conversations_forget_their_beginning() -> None:
    one = page(ScriptedAssistant(), client_burst=100)
    talk: Any = ()
    for _ in range(MAX_EXCHANGES + 3):
        talk = ask(one, SEISMIC, talk)[-1][0]
    assert len(talk) == MAX_EXCHANGES
    assert talk[-1].number == MAX_EXCHANGES + 3, "cards keep their own numbers"
    assert len(history_of(talk)) == 2 * MAX_EXCHANGES


@pytest.mark.parametrize(
    ("question", "words"), [("", "请先写下问题"), (" \n", "请先写下问题"), ("问" * 1001, "最多 1000 字")]
)
def test_what_is_no_question_is_not_asked(question: str, words: str) -> None:
    assistant = ScriptedAssistant()
    (step,) = ask(page(assistant), question)
    assert words in step[4] and assistant.asked == []


def test_too_many_questions_are_refused_in_words() -> None:
    one = page(ScriptedAssistant(), client_burst=1)
    ask(one, SEISMIC)
    assert "请求过于频繁" in ask(one, SEISMIC)[-1][1]


def test_inner_error_is_said_without_its_words() -> None:
    class Broken(ScriptedAssistant):
        def ask(self, question: str, history: Any = ()) -> Any:
            raise KeyError(question)

    step = ask(page(Broken()), "我的私事")[-1]
    assert "服务内部出错" in step[1] and "KeyError" not in step[1]


def test_link_without_a_question_changes_nothing() -> None:
    async def run() -> list[Any]:
        return [s async for s in page(ScriptedAssistant()).ask_from_link((), VISITOR)]

    (step,) = asyncio.run(run())
    assert len({str(v) for v in step}) == 1


def test_stop_marks_only_what_is_pending() -> None:
    one = page(ScriptedAssistant())
    done = ask(one, SEISMIC)[-1][0]
    assert "已停止" not in one.stop(done)[1]
    assert "已停止" in one.stop((*done, Exchange(2, "再问")))[1]
    assert one.clear()[0] == ()
