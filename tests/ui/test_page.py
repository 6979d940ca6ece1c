"""The chat page in a real Chromium: asking, citations by mouse and by keyboard, phones, and nothing from outside."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import pytest

from tests.ui.conftest import Running
from tests.ui.fakes import HOSTILE, PENSION, SEISMIC

pytestmark = pytest.mark.browser

ANSWERED = "#talk .exchange:last-child .reply:not(.pending)"


class Visit:
    """A page and what it did: requests, console, dialogs."""

    def __init__(self, browser: Any, site: Running, width: int = 1280, height: int = 860, **options: Any):
        self.context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN", **options)
        self.page = self.context.new_page()
        self.site, self.requests, self.complaints = site, [], []
        self.page.on("request", lambda r: self.requests.append(r.url))
        self.page.on("console", lambda m: self.complaints.append(m.text) if m.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda e: self.complaints.append(str(e)))
        self.page.on("dialog", lambda d: (self.complaints.append(f"dialog {d.message}"), d.dismiss()))

    def open(self, path: str = "/") -> Any:
        self.page.goto(self.site.url + path)
        self.page.wait_for_selector("#question textarea")
        return self.page

    def ask(self, question: str) -> Any:
        box = self.page.locator("#question textarea")
        box.fill(question)
        box.press("Enter")
        self.page.wait_for_selector(f"#talk h3.asked:has-text({question[:10]!r})")
        return self.page.wait_for_selector(ANSWERED)

    def close(self) -> None:
        self.context.close()
        hosts = {urlsplit(u).netloc for u in self.requests if not u.startswith("data:")}
        assert hosts <= {urlsplit(self.site.url).netloc}, "no request leaves for another host"
        assert not self.complaints

    def overflow(self) -> int:
        return int(self.page.evaluate("document.documentElement.scrollWidth - innerWidth"))


@pytest.fixture
def visit(browser: Any, site: Running) -> Iterator[Callable[..., Visit]]:
    visits: list[Visit] = []

    def start(**options: Any) -> Visit:
        visits.append(Visit(browser, site, **options))
        return visits[-1]

    yield start
    for one in visits:
        one.close()


def focused(page: Any) -> str:
    return str(page.evaluate("document.activeElement.id"))


def test_ask_and_open_the_clause_with_the_mouse(visit: Callable[..., Visit]) -> None:
    here = visit()
    page = here.open()
    here.ask(PENSION)
    answer = page.locator(ANSWERED)
    assert "已回答" in answer.inner_text() and "按此查找:灵活就业人员" in answer.inner_text()
    assert page.locator("#t1-c1 mark").inner_text() == "灵活就业人员"
    assert not page.locator("#t1-c2 details").evaluate("d => d.open")
    page.locator("#talk a.cite[href='#t1-c2']").click()
    assert page.locator("#t1-c2 details").evaluate("d => d.open")
    assert focused(page) == "t1-c2"
    page.locator("#t1-c2 button.back").click()
    assert page.evaluate("document.activeElement.hash") == "#t1-c2"
    # the citation format is beside it, and the desk one link away
    assert "(余府发〔2023〕19号)二、(五)12" in page.locator("#t1-c1 .quote-as").inner_text()
    with here.context.expect_page() as desk:
        page.locator("#t1-c1 a.desk").click()
    desk.value.wait_for_selector("h1")
    assert "二、(五)12" in desk.value.locator("h1").inner_text()


def test_everything_works_from_the_keyboard(visit: Callable[..., Visit]) -> None:
    here = visit()
    page = here.open()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.locator("#question textarea").focus()
    page.keyboard.type(PENSION)
    page.keyboard.press("Enter")
    page.wait_for_selector(ANSWERED)
    order = []
    page.evaluate("document.getElementById('main').focus()")
    for _ in range(24):
        page.keyboard.press("Tab")
        order.append(page.evaluate("(e => e.hash || e.id || e.tagName + e.className)(document.activeElement)"))
    places = [next(i for i, e in enumerate(order) if e == wanted or e.startswith(wanted)) for wanted in
              ("#t1-c1", "#t1-c2", "TEXTAREA", "ask", "clear", "SUMMARY")]  # fmt: skip
    assert places == sorted(places), order
    page.locator("#talk a.cite[href='#t1-c2']").focus()
    page.keyboard.press("Enter")
    assert focused(page) == "t1-c2" and page.locator("#t1-c2 details").evaluate("d => d.open")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.hash") == "#t1-c2"


def test_copying_takes_the_citation_and_the_answer_with_its_sources(visit: Callable[..., Visit]) -> None:
    here = visit(permissions=["clipboard-read", "clipboard-write"])
    page = here.open()
    here.ask(PENSION)

    def copied(button: str) -> str:
        page.locator(button).click()
        page.wait_for_selector(f"{button}:has-text('已复制')")
        return str(page.evaluate("navigator.clipboard.readText()"))

    assert copied("#t1-c1 button.copy") == (
        "《新余市人民政府关于加快完善覆盖全民的多层次社会保障体系的实施意见》(余府发〔2023〕19号)二、(五)12."
    )
    answer = copied("#talk button.copy").split("\n")
    assert answer[0] == f"问:{PENSION}" and "出处:" in answer and "自动生成" in answer[-1]


def test_answer_is_announced(visit: Callable[..., Visit]) -> None:
    here = visit()
    page = here.open()
    here.ask(PENSION)
    page.wait_for_selector("#said:has-text('已回答,列出 2 条依据。可以。')", state="attached")
    assert page.locator("#said").get_attribute("aria-live") == "polite"


@pytest.mark.parametrize(("width", "scheme"), [(1280, "dark"), (375, "light"), (375, "dark"), (320, "light")])
def test_no_sideways_scroll_at_any_width(visit: Callable[..., Visit], width: int, scheme: str) -> None:
    here = visit(width=width, height=760, color_scheme=scheme)
    page = here.open()
    assert here.overflow() <= 0
    here.ask(PENSION)
    assert here.overflow() <= 0
    page.locator("#talk a.cite").first.click()
    assert here.overflow() <= 0
    # twice the type, as on request for people who see badly
    page.get_by_role("button", name="大字").click()
    assert here.overflow() <= 0
    small = page.evaluate(
        """[...document.querySelectorAll('button, a, summary, textarea')].filter(e => e.checkVisibility() && !e.matches('.skip'))
        .map(e => [e.textContent.trim().slice(0, 20), e.getBoundingClientRect()])
        .filter(([, r]) => r.width && (r.width < 24 || r.height < 24)).map(([t, r]) => `${t} ${r.width}x${r.height}`)"""
    )
    assert not [s for s in small if not s.startswith("查看已收录")], (
        "targets of 24 px; links inside a sentence are exempt"
    )


def test_citations_stay_with_their_answer(visit: Callable[..., Visit]) -> None:
    here = visit()
    page = here.open()
    here.ask(PENSION)
    here.ask(SEISMIC)
    assert page.locator("#sources .latest .card").first.get_attribute("id") == "t2-c1"
    page.wait_for_timeout(600)
    assert 0 <= page.locator("#q2").bounding_box()["y"] < 400, "the new question is in view"
    # the first answer's citation opens its own card, folded away below
    page.locator("#talk a.cite[href='#t1-c1']").first.click()
    assert focused(page) == "t1-c1" and page.locator("#t1-c1").is_visible()


def test_refusal_and_clarification_offer_related_clauses(visit: Callable[..., Visit]) -> None:
    here = visit()
    page = here.open()
    here.ask("今天天气怎么样")
    assert "文件未载明" in page.locator(ANSWERED).inner_text()
    assert "相关条款(未作为依据)" in page.locator("#sources").inner_text()
    assert "调查研究(非政策依据)" in page.locator("#t1-k1 summary").inner_text(), "seen before the card is opened"
    here.ask("19号文第八条")
    assert "请补充" in page.locator(ANSWERED).inner_text()
    page.locator("#talk .exchange:last-child .related-links a").nth(1).click()
    assert focused(page) == "t2-k2"
    assert "暂行文件" in page.locator("#t2-k2").inner_text()
    page.get_by_role("button", name="余府办发〔2023〕19号第八条原文").click()
    page.wait_for_selector("#talk .exchange:nth-child(3) .reply:not(.pending)")


def test_examples_ask_and_clear_empties(visit: Callable[..., Visit]) -> None:
    here = visit()
    page = here.open()
    page.locator("#starter").get_by_text("抗震设防检查结果多久公开").click()
    page.wait_for_selector(ANSWERED)
    assert "20个工作日" in page.locator(ANSWERED).inner_text()
    assert not page.locator("#starter").is_visible()
    page.locator("#clear").click()
    page.wait_for_selector("#starter", state="visible")
    assert page.locator("#talk .exchange").count() == 0 and page.locator("#sources .card").count() == 0


def test_link_with_a_question_asks_it(visit: Callable[..., Visit]) -> None:
    here = visit()
    here.open("/?q=" + quote(SEISMIC))
    here.page.wait_for_selector(ANSWERED)
    assert here.page.locator("#talk h3.asked").inner_text().endswith(SEISMIC)


def test_hostile_text_is_shown_as_text(visit: Callable[..., Visit]) -> None:
    here = visit()
    page = here.open()
    here.ask(HOSTILE)
    page.wait_for_selector("#t1-c1")
    # Gradio's Markdown, given these, would draw formulas, load images and post forms
    assert page.locator("#desk :is(img, form, script, iframe, math, .katex, u, s, i)").count() == 0
    shown = page.locator("#talk .said").inner_text()
    assert "<img src=x onerror=alert(1)>" in shown and "$$x^2$$" in shown and "[9]" in shown and "&lt;i&gt;" in shown
    clause = page.locator("#t1-c1 blockquote").inner_text()
    assert "<script>alert(2)</script>" in clause and "$$y$$" in clause
    assert page.locator("#desk a[href*='evil']").count() == 0


def test_question_too_long_and_empty_are_said(visit: Callable[..., Visit]) -> None:
    here = visit()
    page = here.open()
    page.locator("#ask").click()
    page.wait_for_selector("#said:has-text('请先写下问题')", state="attached")
    assert page.locator("#talk .exchange").count() == 0
    assert page.locator("#question textarea").get_attribute("maxlength") == "1000"


def test_stop_ends_waiting(browser: Any, start_server: Callable[..., Running]) -> None:
    slow = start_server(3.0)
    here = Visit(browser, slow)
    page = here.open()
    page.locator("#question textarea").fill(PENSION)
    page.locator("#ask").click()
    page.wait_for_selector("#talk .pending")
    page.locator("#stop:not([disabled])").click()
    page.wait_for_selector("#talk .trouble")
    assert "已停止" in page.locator(ANSWERED).inner_text()
    # and the next question is answered as ever
    here.ask(SEISMIC)
    assert "20个工作日" in page.locator(ANSWERED).inner_text()
    here.close()


def test_page_says_its_language_and_what_it_is(visit: Callable[..., Visit], http: httpx.Client) -> None:
    page = visit().open()
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    assert page.title() == "政策问答"
    assert page.locator("h1").inner_text() == "政策问答"
    notice = page.locator("#notice").inner_text()
    assert "仅供参考" in notice and "12345" in notice and "以原文为准" in notice
    html = http.get("/").text
    assert "og:image" not in html and "raw.githubusercontent" not in html and "twitter" not in html


def test_clause_desk_reads_well_without_script(browser: Any, site: Running) -> None:
    here = Visit(browser, site, width=375, java_script_enabled=False)
    address = f"/clauses?document={quote('余府办发〔2023〕19号')}&clause={quote('第四条/(一)')}"
    here.page.goto(site.url + address)
    assert "(一)交通工程" in here.page.locator("blockquote.clause").inner_text()
    here.page.get_by_role("link", name="下一条款").click()
    assert "多孔跨径" in here.page.locator("blockquote.clause").inner_text()
    here.close()


def test_interface_page_sends_a_request(visit: Callable[..., Visit]) -> None:
    here = visit()
    here.page.goto(here.site.url + "/docs")
    form = here.page.locator("form[data-path='/api/v1/search']")
    form.locator("input[name=q]").fill("灵活就业")
    form.locator("button[type=submit]").click()
    here.page.wait_for_selector(".result:has-text('200')")
    assert here.overflow() <= 0


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (375, "light")])
def test_axe_finds_nothing(visit: Callable[..., Visit], width: int, scheme: str) -> None:
    """Needs axe-core's ``axe.min.js`` (npm pack axe-core), named by AXE_PATH."""
    script = os.environ.get("AXE_PATH")
    if not script:
        pytest.skip("AXE_PATH does not name an axe.min.js: accessibility was not checked")
    here = visit(width=width, height=860, color_scheme=scheme)
    page = here.open()
    axe = Path(script).read_text(encoding="utf-8")

    def violations() -> list[str]:
        page.evaluate(axe)
        return page.evaluate(
            """async () => (await axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']}))
            .violations.map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 100)).join(' | '))"""
        )

    assert violations() == []
    for question in (PENSION, "19号文第八条", "今天天气怎么样"):
        here.ask(question)
        page.wait_for_timeout(800)
        assert violations() == []
    for path in (
        "/documents",
        "/docs",
        "/documents/19号",
        f"/clauses?document={quote('余府办发〔2023〕19号')}&clause=第四条",
    ):
        page.goto(here.site.url + path)
        assert violations() == []
    here.complaints.clear()  # the 409 of the ambiguous document
