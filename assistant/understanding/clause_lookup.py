"""Which clause people mean: typed labels (第十五项, 二(六)15, 通知第二段) resolved against one document."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.errors import AmbiguousClause, UnknownClause
from assistant.normalise import clean_question
from assistant.understanding.directory import short_title
from ingest import ClausePath, Document
from ingest.numerals import chinese_numeral, read_numeral
from ingest.refs import SpokenLabel, label_kind, read_spoken_path

_NATURAL_PARAGRAPH = re.compile(
    r"(?P<holder>通知|前言|目录|结尾|附件)第(?P<n>\d+|[一二三四五六七八九十百]+)(?:款|自然段|段)"
)


def _fits(label: SpokenLabel, printed: str) -> bool:
    """Whether a typed label can mean the ``printed`` one."""
    kind, number = label_kind(printed)
    if label.kind in ("item",):
        return (
            kind in ("bracketed_chinese", "arabic", "bracketed_arabic", "chinese", "point") and number == label.number
        )
    if label.kind == "subitem":
        return kind in ("arabic", "bracketed_arabic", "circled") and number == label.number
    if label.kind == "bracketed_article":
        return kind in ("bracketed_chinese", "article") and number[:1] == label.number
    if label.kind == "ordinal":
        return (
            kind in ("point", "arabic", "bracketed_chinese", "bracketed_arabic", "circled", "chinese")
            and number == label.number
        )
    if label.kind == "section":
        return kind == "chinese" and number == label.number
    if label.kind == "annex":
        # A single annex is printed without a number, and 附件1 means it; 附件2 does not.
        return kind == "annex" and (label.number in ((0,), number) or (number, label.number) == ((0,), (1,)))
    return kind == label.kind and number == label.number


def _loosely(label: SpokenLabel, below: Sequence[tuple[str, ...]], position: int) -> list[tuple[str, ...]]:
    """What a label can mean that no printed one fits to the letter: 条 said of any numbering, one bracket for another."""
    if label.kind == "article" and not (position == 0 and any(label_kind(p[0])[0] == "article" for p in below)):
        heads = [p for p in below if label_kind(p[-1])[0] == "chinese" and len(p) == 1] if position == 0 else []
        # 第十八条 of an 意见 that numbers its items (十八), 第13条 of one that numbers them 13. throughout.
        for kind in ("bracketed_chinese", "arabic"):
            found = [p for p in below if label_kind(p[-1]) == (kind, label.number[:1])]
            if len(found) > 1 and heads:
                break  # Numbers that begin anew under every heading: 第四条 is 四、.
            if found:
                return found if len(found) == 1 else [p for p in found if len(p) == min(map(len, found))]
        return [p for p in heads if label_kind(p[-1])[1] == label.number[:1]]
    if label.kind in ("bracketed_chinese", "bracketed_arabic"):
        other = "bracketed_arabic" if label.kind == "bracketed_chinese" else "bracketed_chinese"
        return [p for p in below if position and label_kind(p[-1]) == (other, label.number)]
    return []


def resolve_clause(document: Document, labels: Sequence[SpokenLabel]) -> list[ClausePath]:
    """The paths of ``document`` that typed labels can mean, most direct first; empty where none exists.

    Labels may skip levels (意见第15项 for 二/(六)/15) and 第N款 counts natural paragraphs.
    """
    here: list[tuple[str, ...]] = [()]
    clauses = [c.path.labels for c in document.clauses]
    paragraph: int | None = None
    for position, label in enumerate(labels):
        if label.kind == "paragraph":
            paragraph = label.number[0]
            continue
        found: list[tuple[str, ...]] = []
        for base in here:
            below = [p for p in clauses if len(p) > len(base) and p[: len(base)] == base]
            direct = [p for p in below if len(p) == len(base) + 1 and _fits(label, p[-1])]
            # 项 stand right under their 条: 第四条第(九)项 is not the 9. of its (四).
            skips = label.kind != "item" or not base or label_kind(base[-1])[0] != "article"
            found += direct or [p for p in below if skips and _fits(label, p[-1])]
        if not found:
            below = [p for base in here for p in clauses if len(p) > len(base) and p[: len(base)] == base]
            found = _loosely(label, below, position)
        if not found:
            return []
        shallow = min(len(p) for p in found)
        here = [p for p in dict.fromkeys(found) if len(p) == shallow]
        if paragraph is not None:
            paragraph = None  # 第一款第(二)项: an item hangs on the article, whichever 款 leads it in.
    paths = [ClausePath(p) for p in here if p]
    if paragraph is None:
        return paths
    result = []
    for path in paths:
        n = len(document.by_path[str(path)].paragraphs)
        if paragraph <= n:
            result.append(path if n == 1 else path.child(f"第{paragraph}款"))
    return result


def find_clause(document: Document, spelling: str) -> ClausePath:
    """The path that ``spelling`` means in ``document``: a canonical path, or a reference as people type it.

    Raises:
        UnknownClause: the document has no such clause; the message says what it has.
        AmbiguousClause: several fit.
    """
    text = clean_question(spelling).replace("（", "(").replace("）", ")")
    for canonical in (spelling.strip(), text):
        if canonical in document.by_path or canonical in document.cells_by_path:
            return ClausePath.parse(canonical)
        parent, _, last = canonical.rpartition("/")
        kind, number = label_kind(last) if last else ("name", (0,))
        if kind == "paragraph" and parent in document.by_path and number[0] <= len(document.by_path[parent].paragraphs):
            return ClausePath.parse(canonical)
    if match := _NATURAL_PARAGRAPH.fullmatch(text):
        # 通知第二段: what a citation of one paragraph shows, where the holder is no number.
        holder, n = document.by_path.get(match["holder"]), read_numeral(match["n"])
        if holder and 1 <= n <= len(holder.paragraphs):
            return holder.path.child(f"第{n}款")
    if any(str(c).startswith(text + "/") for c in document.cells_by_path) and text:
        return ClausePath.parse(text)
    labels, end = read_spoken_path(text.replace("/", ""), 0)
    paths = resolve_clause(document, labels) if labels and end >= len(text.replace("/", "").rstrip("。.")) - 1 else []
    if len(paths) == 1:
        return paths[0]
    if paths:
        names = [p.display() for p in paths]
        raise AmbiguousClause(
            f"“{spelling}”在《{short_title(document)}》中可以指:{'、'.join(names[:8])},请写明上级编号。", names
        )
    raise UnknownClause(f"{document.document_id} 没有“{spelling}”。{outline_hint(document)}")


def outline_hint(document: Document) -> str:
    """What numbers the document has: 本文件共21条 …"""
    articles = [c for c in document.clauses if label_kind(c.path.last)[0] == "article"]
    if articles:
        last = label_kind(articles[-1].path.last)[1][0]
        return f"该文件共{last}条(第一条至第{chinese_numeral(last)}条)。"
    tops = [c.path.display() for c in document.clauses if len(c.path.labels) == 1]
    return f"该文件的一级编号为:{'、'.join(tops)}。" if tops else ""
