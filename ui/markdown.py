"""Untrusted Markdown as safe HTML: paragraphs, lists, tables, quotes, bold and ``[n]``; no links, images or HTML.

Every tag in the output is written here and everything else is escaped. The output is one line without blank lines, so
that a Markdown component passes it through as one HTML block.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape

_INLINE = re.compile(r"\\([\\`*_\[\](){}#+\-.!|>~$<&])|\*\*(?=\S)(.+?)(?<=\S)\*\*|\[(\d{1,2})\]")
_ITEM = re.compile(r"(?P<indent>[ \t]*)(?P<mark>[-*+]|\d{1,3}[.)])[ \t]+(?P<text>.*)")
_RULE = re.compile(r"\|?[ \t]*:?-{1,}:?[ \t]*(\|[ \t]*:?-{1,}:?[ \t]*)*\|?[ \t]*\Z")
_HEADING = re.compile(r"#{1,6}[ \t]+(.*?)[ \t]*#*\Z")

#: The link of ``[n]``, or ``None`` where there is no such citation and the brackets are only text.
Cite = Callable[[int], str | None]


def text_html(text: str) -> str:
    """Escaped text; line feeds (款) become ``<br>``."""
    return escape(text).replace("\r", "").replace("\n", "<br>")


def inline_html(text: str, cite: Cite) -> str:
    """One run of Markdown: ``**bold**``, backslash escapes and ``[n]``; all else is text."""
    out, at = [], 0
    for match in _INLINE.finditer(text):
        out.append(escape(text[at : match.start()]))
        literal, bold, number = match.groups()
        if literal is not None:
            out.append(escape(literal))
        elif bold is not None:
            out.append(f"<strong>{inline_html(bold, cite)}</strong>")
        else:
            out.append(cite(int(number)) or escape(match[0]))
        at = match.end()
    return "".join(out) + escape(text[at:])


def markdown_html(markdown: str, cite: Cite) -> str:
    """Safe HTML of untrusted Markdown: paragraphs, lists, tables, quotes, bold and ``[n]``. No links, images or HTML."""
    lines = markdown.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    out: list[str] = []
    i = 0
    while i < len(lines):
        line = lines[i]
        start = i
        if not line.strip():
            i += 1
        elif match := _HEADING.match(line.strip()):
            out.append(f'<p class="sub">{inline_html(match[1], cite)}</p>')
            i += 1
        elif _ITEM.match(line):
            while i < len(lines) and (_ITEM.match(lines[i]) or (lines[i].strip() and lines[i][0] in " \t")):
                i += 1
            out.append(_list(lines[start:i], cite))
        elif "|" in line and i + 1 < len(lines) and "|" in lines[i + 1] and _RULE.match(lines[i + 1].strip()):
            while i < len(lines) and "|" in lines[i]:
                i += 1
            out.append(_table(lines[start:i], cite))
        elif line.lstrip().startswith(">"):
            while i < len(lines) and lines[i].lstrip().startswith(">"):
                i += 1
            inner = "<br>".join(inline_html(re.sub(r"\A\s*> ?", "", x), cite) for x in lines[start:i])
            out.append(f"<blockquote>{inner}</blockquote>")
        else:
            i += 1
            while i < len(lines) and lines[i].strip() and not _begins_block(lines[i]):
                i += 1
            out.append(f"<p>{'<br>'.join(inline_html(x.strip(), cite) for x in lines[start:i])}</p>")
    return "".join(out)


def _begins_block(line: str) -> bool:
    stripped = line.strip()
    return bool(_ITEM.match(line) or _HEADING.match(stripped) or stripped.startswith((">", "|")))


def _list(lines: Sequence[str], cite: Cite) -> str:
    """Nested by indentation; a line without a mark continues the item before it."""
    out: list[str] = []
    open_lists: list[tuple[int, str]] = []  # indent, tag
    for line in lines:
        match = _ITEM.match(line)
        if not match:
            out.append(f"<br>{inline_html(line.strip(), cite)}")
            continue
        indent = len(match["indent"].expandtabs(4))
        tag = "ul" if match["mark"] in "-*+" else "ol"
        while open_lists and indent < open_lists[-1][0]:
            out.append(f"</li></{open_lists.pop()[1]}>")
        if open_lists and indent <= open_lists[-1][0] + 1:
            out.append("</li>")
        else:
            number = "" if tag == "ul" or match["mark"][:-1] == "1" else f' start="{int(match["mark"][:-1])}"'
            out.append(f"<{tag}{number}>")
            open_lists.append((indent, tag))
        out.append(f"<li>{inline_html(match['text'], cite)}")
    while open_lists:
        out.append(f"</li></{open_lists.pop()[1]}>")
    return "".join(out)


def _table(lines: Sequence[str], cite: Cite) -> str:
    def cells(line: str) -> list[str]:
        return [inline_html(x.strip(), cite) for x in re.split(r"(?<!\\)\|", line.strip().strip("|"))]

    head, rows = cells(lines[0]), [cells(line) for line in lines[2:]]
    th = "".join(f'<th scope="col">{x}</th>' for x in head)
    body = "".join("<tr>" + "".join(f"<td>{x}</td>" for x in row) + "</tr>" for row in rows)
    return f'<div class="table" tabindex="0"><table><thead><tr>{th}</tr></thead><tbody>{body}</tbody></table></div>'
