"""Answers and cards: the quote is marked where it stands, and nothing of a document becomes markup."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.models import Answer, Citation
from ingest import Document
from tests.ui.fakes import HOSTILE, PENSION, ScriptedAssistant, held
from tests.ui.test_markdown import Seen
from ui import render


def citation(**changes: object) -> Citation:
    facts: dict[str, object] = {
        "document_number": "余府发〔2023〕19号", "title": "关于某事的实施意见", "clause": "第十六条", "label": "第十六条", "text": "甲乙丙丁",
        "kind": "policy", "handle": "c1", "quote": "乙丙", "verdict": "supported",
    }  # fmt: skip
    return Citation.model_validate(facts | changes)


@pytest.mark.parametrize(
    ("text", "quote", "html"),
    [
        ("甲乙丙丁", "乙丙", "甲<mark>乙丙</mark>丁"),
        # over a paragraph's end: the quote keeps its line feed
        ("甲乙\n丙丁", "乙\n丙", "甲<mark>乙<br>丙</mark>丁"),
        # said twice: the first is marked
        ("乙甲乙", "乙", "<mark>乙</mark>甲乙"),
        # escaped on both sides of the mark and in it
        ("<b>&<i>", "&", "&lt;b&gt;<mark>&amp;</mark>&lt;i&gt;"),
        # not verbatim: nothing is marked
        ("甲乙丙丁", "乙丁", "甲乙丙丁"),
        ("甲乙丙丁", "", "甲乙丙丁"),
    ],
)
def test_quote_is_marked_at_its_place(text: str, quote: str, html: str) -> None:
    assert render.marked_html(text, quote) == html


@given(st.text(max_size=30), st.text(max_size=10), st.text(max_size=30))
def test_marking_loses_no_character(before: str, quote: str, after: str) -> None:
    text = (before + quote + after).replace("\r", "")
    html = render.marked_html(text, quote)
    assert unescape(re.sub(r"<br>", "\n", re.sub(r"</?mark>", "", html))) == text


def test_citation_text_is_ready_to_paste() -> None:
    assert render.citation_text(citation()) == "《关于某事的实施意见》(余府发〔2023〕19号)第十六条"


@pytest.mark.parametrize("document", held(), ids=lambda d: d.document_id)
def test_citation_names_the_forwarded_document(document: Document) -> None:
    assert render.cited_title(document.title) == (document.attached_title or document.title)


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("policy", "政策文件"),
        ("appointment", "人事任免"),
        ("research", "调查研究(非政策依据)"),
        ("meeting", "政务动态(非政策依据)"),
        ("masthead", "公报信息"),
        ("something", "其他文件"),
    ],
)
def test_card_says_what_kind_of_text_it_is(kind: str, words: str) -> None:
    html = render.card_html(citation(kind=kind), "t1-c1", "1", is_open=True)
    assert words in html and "时效:未核实" in html


def test_provisional_documents_say_so_on_the_card() -> None:
    assert "试行文件" in render.card_html(citation(title="审查制度(试行)"), "a", "1", is_open=False)
    assert "暂行文件" in render.card_html(citation(title="暂行办法"), "a", "1", is_open=False)
    assert "行文件" not in render.card_html(citation(title="执行方案"), "a", "1", is_open=False)


def test_card_leads_to_the_clause_desk() -> None:
    html = render.card_html(citation(clause="二/(五)/12"), "a", "1", is_open=False)
    assert 'href="/clauses?document=%E4%BD%99' in html and "%2F%28%E4%BA%94%29%2F12" in html


def test_hostile_answer_is_harmless_on_page_and_panel() -> None:
    answer = ScriptedAssistant().ask(HOSTILE)
    for html in (render.exchange_html(1, "<q>", answer), render.panel_html([(1, "<q>", answer)])):
        seen = Seen.of(html)
        assert not seen.tags & {"script", "img", "form", "input", "iframe", "b", "i", "u", "s", "q"}
        assert not seen.attributes - {
            "class", "id", "href", "title", "tabindex", "scope", "open", "hidden", "type",
        }  # fmt: skip
        assert "\n" not in html


def test_citations_lead_to_cards_of_the_same_turn() -> None:
    answer = ScriptedAssistant().ask(PENSION)
    talk = render.exchange_html(3, PENSION, answer)
    panel = render.panel_html([(2, "早先", answer), (3, PENSION, answer)])
    for target in re.findall(r'href="#(t3-[^"]+)"', talk):
        assert panel.count(f'id="{target}"') == 1
    assert panel.index('id="t3-c1"') < panel.index('id="t2-c1"'), "the newest comes first"


@pytest.mark.parametrize("state", ["answered", "partial", "refused", "clarify"])
def test_state_is_said_plainly(state: str) -> None:
    answer = Answer.model_validate({"state": state, "answer": "x"})
    assert f'<p class="state">{render.STATES[state]}</p>' in render.answer_html(1, "q", answer)
    assert render.status_text(answer).startswith(render.STATES[state])


@pytest.mark.parametrize(
    ("question", "query", "shown"),
    [
        ("那牵头的呢?", "失业保险 牵头单位", True),
        # the same words with other marks and spaces are no rewriting
        ("养老金, 多少?", "养老金多少", False),
        ("养老金多少", "", False),
    ],
)
def test_rewritten_query_is_shown_when_it_differs(question: str, query: str, shown: bool) -> None:
    answer = Answer(state="answered", answer="x", query=query)
    assert ("按此查找" in render.answer_html(1, question, answer)) is shown


def test_copied_answer_keeps_sources_and_notice() -> None:
    text = render.copy_text(PENSION, ScriptedAssistant().ask(PENSION))
    assert "[1] 《" in text and "(余府发〔2023〕19号)二、(五)12" in text
    assert "自动生成" in text and "以原文为准" in text and "**" not in text
