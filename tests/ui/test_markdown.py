"""Untrusted Markdown: what is shown, and that nothing else gets through."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.markdown import inline_html, markdown_html

TAGS = {"p", "br", "ul", "ol", "li", "strong", "div", "table", "thead", "tbody", "tr", "th", "td", "blockquote", "a"}


def cite(n: int) -> str | None:
    return f'<a href="#{n}">{n}</a>' if n <= 2 else None


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("一句话。", "<p>一句话。</p>"),
        ("一\n二", "<p>一<br>二</p>"),
        ("一\n\n二", "<p>一</p><p>二</p>"),
        ("**重点**后", "<p><strong>重点</strong>后</p>"),
        # an asterisk that opens nothing is an asterisk
        ("2 ** 3 ** 4", "<p>2 ** 3 ** 4</p>"),
        ("按月[1]缴费[2]", '<p>按月<a href="#1">1</a>缴费<a href="#2">2</a></p>'),
        # no such citation: the brackets are text, not a link to nowhere
        ("按月[3]", "<p>按月[3]</p>"),
        # a year in brackets, as scanners print document numbers
        ("余府发[2023]19号", "<p>余府发[2023]19号</p>"),
        (r"\[1\]与\*\*", "<p>[1]与**</p>"),
        ("**粗[1]**", '<p><strong>粗<a href="#1">1</a></strong></p>'),
        ("- 甲\n- 乙", "<ul><li>甲</li><li>乙</li></ul>"),
        ("1. 甲\n2. 乙", "<ol><li>甲</li><li>乙</li></ol>"),
        ("3. 甲", '<ol start="3"><li>甲</li></ol>'),
        ("- 甲\n  - 子\n- 乙", "<ul><li>甲<ul><li>子</li></ul></li><li>乙</li></ul>"),
        ("- 甲\n  续行", "<ul><li>甲<br>续行</li></ul>"),
        # an amount is no list
        ("1.5万元", "<p>1.5万元</p>"),
        ("导语:\n- 甲", "<p>导语:</p><ul><li>甲</li></ul>"),
        ("> 原文\n> 第二行", "<blockquote>原文<br>第二行</blockquote>"),
        ("## 标题", '<p class="sub">标题</p>'),
        (
            "| 事项 | 值 |\n|---|---|\n| 甲 | 1[1] |",
            '<div class="table" tabindex="0"><table><thead><tr><th scope="col">事项</th><th scope="col">值</th></tr></thead>'
            '<tbody><tr><td>甲</td><td>1<a href="#1">1</a></td></tr></tbody></table></div>',
        ),
        ("", ""),
    ],
)
def test_markdown(markdown: str, html: str) -> None:
    assert markdown_html(markdown, cite) == html


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "![图](https://evil.example/x.png)",
        "[点我](javascript:alert(1))",
        "<https://evil.example>",
        '"><img src=x onerror=alert(1)>',
        "**<b onclick=x>**",
        "| <i> |\n|---|\n| <form action=https://evil.example> |",
        "- <iframe src=//evil.example>",
        "&lt;script&gt;",
        "```html\n<script>\n```",
    ],
)
def test_hostile_text_stays_text(hostile: str) -> None:
    html = markdown_html(hostile, cite)
    seen = Seen.of(html)
    assert seen.tags <= TAGS
    assert not seen.attributes - {"class", "tabindex", "scope", "start", "href"}
    assert "evil.example" not in " ".join(seen.values)


class Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.values: list[str] = []
        self.text: list[str] = []
        self.depth: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.values += [value or "" for _, value in attrs]
        if tag != "br":
            self.depth.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.depth.pop() == tag, "tags are nested properly"

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    @classmethod
    def of(cls, html: str) -> Seen:
        seen = cls()
        seen.feed(html)
        seen.close()
        assert not seen.depth
        return seen


@given(st.text(alphabet="<>&\"'*[]()!|-#>` \n\t123第条abc:/\\_=", max_size=200))
def test_any_text_gives_wellformed_harmless_html_on_one_line(text: str) -> None:
    html = markdown_html(text, cite)
    seen = Seen.of(html)
    assert seen.tags <= TAGS
    assert not seen.attributes - {"class", "tabindex", "scope", "start", "href"}
    assert "\n" not in html


@given(st.text(alphabet="<>&\"'第十六条款()。", max_size=60))
def test_plain_text_is_shown_unchanged(text: str) -> None:
    assert "".join(Seen.of(inline_html(text, cite)).text) == text
