"""An answer and its cards as HTML. Document text and model text are untrusted: all that is not a tag of ours is escaped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from urllib.parse import quote as percent
from urllib.parse import urlencode

from assistant.models import Answer, Candidate, Citation, ClauseCard
from ui.markdown import markdown_html, text_html

KINDS = {
    "policy": "政策文件",
    "appointment": "人事任免",
    "research": "调查研究(非政策依据)",
    "meeting": "政务动态(非政策依据)",
    "masthead": "公报信息",
}
STATES = {"answered": "已回答", "partial": "部分回答", "refused": "文件未载明", "clarify": "请补充"}
VERDICTS = {"supported": "已与原文核对", "partial": "与原文部分相符", "unsupported": "未能与原文核对"}
NOTICE = "依据已收录文件作答,仅供参考,以原文为准;可拨打 12345 咨询。"
NOT_A_BASIS = {"research", "meeting"}

#: 关于印发《新余市政府信息公开审查制度(试行)》的通知, 关于印发新余市…方案的通知. Not: 关于…正式任职的通知.
_FORWARDING = re.compile(r"关于(?:印发|转发|发布)(?:《(?P<quoted>[^《》]+)》|(?P<bare>[^《》]+))的通知\Z")
_PROVISIONAL = re.compile(r"暂行|试行")


def marked_html(text: str, quote: str, *, is_cell: bool = False) -> str:
    """``text`` with the quoted words in ``<mark>``, at the exact place; unmarked when they are not in it.

    A table cell reads 渝水区2025年…:90 and quotes its value: the last place, for the figure may occur before it, too.
    """
    at = (text.rfind(quote) if is_cell else text.find(quote)) if quote else -1
    if at < 0:
        return text_html(text)
    end = at + len(quote)
    return f"{text_html(text[:at])}<mark>{text_html(quote)}</mark>{text_html(text[end:])}"


def cited_title(title: str) -> str:
    """The title that a citation names: of a notice that forwards a document, the document's (as `gazette show` cites it)."""
    match = _FORWARDING.search(title)
    return match["quoted"] or match["bare"] if match else title


def citation_text(card: ClauseCard) -> str:
    """What an official pastes: 《…》(余府发〔2023〕19号)第十六条."""
    number = card.document_number or (
        f"{card.gazette.name}{card.gazette.year}年第{card.gazette.issue}期" if card.gazette else ""
    )
    return f"《{cited_title(card.title)}》{f'({number})' if number else ''}{card.label}"


def desk_url(document: str, clause: str | None = None) -> str:
    """The desk's address of a clause, or of the whole document."""
    if clause is None:
        return f"/documents/{percent(document, safe='')}"
    return "/clauses?" + urlencode({"document": document, "clause": clause})


def provisional(title: str) -> str | None:
    """暂行 or 试行 when the title says so."""
    match = _PROVISIONAL.search(title)
    return match[0] if match else None


def chips(card: ClauseCard) -> list[tuple[str, str]]:
    """What a card says of itself beside its text, as (CSS class, words)."""
    found = [("warn" if card.kind in NOT_A_BASIS else "kind", KINDS.get(card.kind, "其他文件"))]
    found.append(("validity", f"时效:{card.validity}"))
    if word := provisional(card.title):
        found.append(("warn", f"{word}文件"))
    return found


def facts(card: ClauseCard) -> list[tuple[str, str]]:
    """Where the clause stands, as (name, value); only what is known."""
    gazette = card.gazette
    rows = [
        ("章节", card.chapter),
        ("标题", card.heading),
        ("发文机关", card.issuer),
        ("成文日期", card.signed_on),
        ("刊于", f"{gazette.name} {gazette.year}年第{gazette.issue}期" if gazette else None),
    ]
    return [(name, value) for name, value in rows if value]


def card_html(card: Citation | Candidate, anchor: str, number: str, *, is_open: bool) -> str:
    """One clause card; ``anchor`` is its id on the page, ``number`` what stands before its title."""
    quote = card.quote if isinstance(card, Citation) else ""
    is_cell = card.clause.startswith("附件") and card.clause.count("/") >= 2
    badges = "".join(f'<span class="chip {cls}">{escape(words)}</span>' for cls, words in chips(card))
    if isinstance(card, Citation) and card.verdict != "supported":
        badges += f'<span class="chip warn">{VERDICTS[card.verdict]}</span>'
    rows = "".join(f"<div><dt>{name}</dt><dd>{escape(value)}</dd></div>" for name, value in facts(card))
    number_html = f'<span class="no">{escape(card.document_number)}</span>' if card.document_number else ""
    if card.kind in NOT_A_BASIS:  # to be seen before the card is opened
        number_html += f'<span class="chip warn">{KINDS[card.kind]}</span>'
    url = escape(desk_url(card.document_number or card.title, card.clause))
    where = escape(card.label or card.clause)
    return (
        f'<li class="card" id="{anchor}" tabindex="-1"><details{" open" if is_open else ""}>'
        f'<summary><span class="num">{number}</span><span class="head"><span class="label">{where}</span>'
        f'<span class="title">《{escape(card.title)}》</span>{number_html}</span></summary>'
        f'<div class="inside"><p class="chips">{badges}</p>'
        f'<blockquote class="clause">{marked_html(card.text, quote, is_cell=is_cell)}</blockquote><dl class="facts">{rows}</dl>'
        f'<p class="quote-as"><span class="cite-text">{escape(citation_text(card))}</span></p>'
        f'<p class="acts"><button type="button" class="copy">复制引用<span class="away">:{where}</span></button>'
        f'<a class="desk" href="{url}">查看上下文<span class="away">:{where}(新窗口)</span></a>'
        '<button type="button" class="back">回到答复</button></p></div></details></li>'
    )


def panel_html(turns: Sequence[tuple[int, str, Answer]]) -> str:
    """The cards of every turn (number, question, answer), the newest on top and open, older ones folded."""
    groups: list[str] = []
    for number, question, answer in reversed(turns):
        cards = [card_html(c, f"t{number}-c{i}", str(i), is_open=i == 1) for i, c in enumerate(answer.citations, 1)]
        related = [card_html(c, f"t{number}-k{i}", "·", is_open=False) for i, c in enumerate(answer.candidates, 1)]
        inner = f'<ol class="cards">{"".join(cards)}</ol>' if cards else ""
        if related:
            title = "可能所指的条款" if answer.state == "clarify" else "相关条款(未作为依据)"
            inner += f'<p class="group">{title}</p><ul class="cards related">{"".join(related)}</ul>'
        inner = inner or '<p class="none">这一问没有可列出的条款。</p>'
        if not groups:
            groups.append(f'<div class="turn latest">{inner}</div>')
        else:
            groups.append(
                f'<details class="turn earlier"><summary>此前:{escape(_short(question))}</summary>{inner}</details>'
            )
    return "".join(groups) or EMPTY_PANEL


EMPTY_PANEL = (
    '<div class="turn"><p class="none">提问后,这里列出答复所依据的条款原文,引用的字句会标出。'
    '也可以直接<a href="/documents">查看已收录的文件</a>。</p></div>'
)


def _short(text: str, limit: int = 28) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


def differs(question: str, query: str) -> bool:
    """True when the query as searched says something else than the question as typed; spaces and marks do not count."""

    def bare(text: str) -> str:
        return re.sub(r"[\s,.;:!?,。;:!?、]+", "", text)

    return bool(query) and bare(question) != bare(query)


def exchange_html(number: int, question: str, answer: Answer | None, trouble: str | None = None) -> str:
    """One question and what came of it: its answer, a sentence about why there is none, or that it is being worked on."""
    if answer:
        said = answer_html(number, question, answer)
    elif trouble:
        said = f'<div class="reply trouble"><p>{text_html(trouble)}</p></div>'
    else:
        said = '<div class="reply pending"><p>正在查找依据…</p></div>'
    return (
        f'<section class="exchange"><h3 class="asked" id="q{number}"><span class="away">您问:</span>{text_html(question)}</h3>'
        f"{said}</section>"
    )


def answer_html(number: int, question: str, answer: Answer) -> str:
    """One answer of the conversation, its ``[n]`` leading to the cards of the same turn."""

    def cite(n: int) -> str | None:
        if not 1 <= n <= len(answer.citations):
            return None
        c = answer.citations[n - 1]
        name = escape(f"{c.document_number or c.title} {c.label}")
        return f'<a class="cite" href="#t{number}-c{n}" title="{name}"><span class="away">依据</span>{n}</a>'

    rewritten = ""
    if differs(question, answer.query):
        rewritten = f'<p class="rewritten">按此查找:{escape(answer.query)}</p>'
    related = ""
    if answer.candidates:
        items = "".join(
            f'<li><a class="cite-text-link" href="#t{number}-k{i}">{escape(c.document_number or _short(c.title, 20))} '
            f"{escape(c.label)}{'(非政策依据)' if c.kind in NOT_A_BASIS else ''}</a></li>"
            for i, c in enumerate(answer.candidates[:5], 1)
        )
        words = "可能所指" if answer.state == "clarify" else "相关条款(未作为依据)"
        related = f'<div class="related-links"><p class="sub">{words}</p><ul>{items}</ul></div>'
    aside = f'<p class="aside">{text_html(answer.notice)}</p>' if answer.notice and answer.notice != NOTICE else ""
    copied = escape(copy_text(question, answer)).replace("\n", "<br>")
    return (
        f'<div class="reply {answer.state}"><p class="state">{STATES[answer.state]}</p>{rewritten}'
        f'<div class="said">{markdown_html(answer.answer, cite)}</div>{related}{aside}'
        f'<p class="acts"><button type="button" class="copy">复制答复和出处</button></p>'
        f'<div class="cite-text" hidden>{copied}</div></div>'
    )


def copy_text(question: str, answer: Answer) -> str:
    """The answer as plain text with its sources and the notice, so that what is pasted elsewhere keeps both."""
    said = re.sub(r"\\([^\w\s])", r"\1", answer.answer.replace("**", ""))
    sources = [f"[{i}] {citation_text(c)}" for i, c in enumerate(answer.citations, 1)]
    parts = [f"问:{question}", said.strip(), *(["出处:", *sources] if sources else []), f"(自动生成的答复。{NOTICE})"]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(parts))


def status_text(answer: Answer) -> str:
    """What a screen reader hears when an answer has come: its state, what it rests on, and how it begins."""
    n = len(answer.citations)
    cited = f",列出 {n} 条依据" if n else f",列出 {len(answer.candidates)} 条相关条款" if answer.candidates else ""
    begins = re.sub(r"\[\d{1,2}\]|\*\*|[\\#>|]", "", answer.answer.strip().split("\n\n")[0])
    return f"{STATES[answer.state]}{cited}。{_short(begins, 120)}"
