"""Paragraphs become a clause tree: which label is whose child, and to whom an unlabelled paragraph belongs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest import patterns
from ingest.documents import Clause, Finding, Paragraph
from ingest.layout import Line, is_heading
from ingest.numerals import LARGEST_NUMBER, chinese_numeral, read_numeral
from ingest.patterns import squash
from ingest.refs import ClausePath

#: Outer to inner, as the standard for official documents and for regulations orders them.
_RANK = {
    "article": 0,
    "chinese": 1,
    "bracketed_chinese": 2,
    "arabic": 3,
    "bracketed_arabic": 4,
    "circled": 5,
    "point": 6,
}
_INLINE_HEADING = 32
_COLON_HEADING = 8


@dataclass(frozen=True)
class Label:
    """A number that opens a paragraph: its kind and value, as printed, and where the text behind it begins."""

    kind: str
    number: int
    suffix: int
    printed: str
    end: int

    @property
    def path_label(self) -> str:
        if self.kind == "article":
            return f"第{chinese_numeral(self.number)}条" + (f"之{chinese_numeral(self.suffix)}" if self.suffix else "")
        if self.kind == "chinese":
            return chinese_numeral(self.number)
        if self.kind == "bracketed_chinese":
            return f"({chinese_numeral(self.number)})"
        if self.kind == "arabic":
            return str(self.number)
        if self.kind == "bracketed_arabic":
            return f"({self.number})"
        if self.kind == "point":
            return f"{chinese_numeral(self.number)}是"
        return self.printed


def read_label(text: str) -> Label | None:
    """The label that opens ``text``; ``None`` for a paragraph without one or that only cites one."""
    for kind, pattern in (
        ("article", patterns.ARTICLE),
        ("bracketed_chinese", patterns.BRACKETED_CHINESE),
        ("bracketed_arabic", patterns.BRACKETED_ARABIC),
        ("arabic", patterns.ARABIC),
        ("circled", patterns.CIRCLED),
        ("point", patterns.POINT),
        ("chinese", patterns.CHINESE),
    ):
        match = pattern.match(text)
        if not match:
            continue
        if kind == "circled":
            return Label(kind, ord(match["n"]) - ord("①") + 1, 0, match["n"], match.end())
        try:
            number = read_numeral(squash(match["n"]))
            suffix = read_numeral(match["suffix"]) if kind == "article" and match["suffix"] else 0
        except ValueError:
            continue
        if max(number, suffix) > LARGEST_NUMBER:
            continue
        if kind == "article":
            if not match["gap"] and patterns.CITED.match(text[match.end() :]):
                return None
            return Label(
                kind,
                number,
                suffix,
                squash(text[: match.end("suffix") if match["suffix"] else text.index("条") + 1]),
                match.end(),
            )
        return Label(kind, number, 0, match[0].strip(), match.end())
    return None


def split_run_on_articles(lines: Sequence[Line]) -> list[Line]:
    """Two articles that the printer set on one line come apart where the number is the next one due."""
    result: list[Line] = []
    last = 0
    run_on = re.compile(rf"(?<=[。；;])\s*(?=第([{patterns.CN}]+)条\s)")
    for line in lines:
        label = read_label(line.text)
        if label and label.kind == "article":
            last = label.number
        cut = 0
        for match in run_on.finditer(line.text):
            following = read_label(line.text[match.end() :])
            if following is None or following.kind != "article" or following.number != last + 1:
                continue
            last += 1
            head = line.text[cut : match.start()]
            result.append(_slice(line, cut, cut + len(head), gap=line.gap if cut == 0 else True))
            cut = match.end()
        result.append(line if cut == 0 else _slice(line, cut, len(line.text), gap=True))
    return result


def _slice(line: Line, first: int, end: int, *, gap: bool) -> Line:
    return Line(
        line.text[first:end], line.start + first, line.start + end, gap, line.bullet and first == 0, line.indent
    )


@dataclass
class _Node:
    path: ClausePath
    kind: str
    number: int
    label: str
    chapter: str | None
    paragraphs: list[Paragraph] = field(default_factory=list)
    heading: str | None = None
    is_heading_only: bool = False
    #: How many 款 the node had when its first item came.
    lead_in: int = 0


class ClauseTree:
    """Builds the clauses of one text, paragraph by paragraph, in print order.

    Args:
        prefix: path of the clause that holds the text (an annex); its unlabelled text goes there.
        unlabelled: label for text before the first number (前言 or 通知).
    """

    def __init__(self, unlabelled: str, prefix: ClausePath | None = None):
        self.prefix, self.unlabelled = prefix, unlabelled
        self.nodes: dict[str, _Node] = {}
        self.findings: list[Finding] = []
        self.stack: list[_Node] = []
        self.chapters: dict[str, str] = {}
        self.has_articles = False
        #: The last number of each kind, in the whole text and under each parent.
        self._last: dict[str, int] = {}
        self._last_under: dict[tuple[ClausePath | None, str], int] = {}
        self._parents: set[ClausePath] = set()

    # -- growing ---------------------------------------------------------------------------------------------

    def add_all(self, paragraphs: Sequence[Paragraph]) -> None:
        labels = [read_label(p.text) for p in paragraphs]
        for index, (paragraph, label) in enumerate(zip(paragraphs, labels, strict=True)):
            if label and label.kind == "point" and not self._is_point(label, labels[index + 1 :]):
                label = None
            self._add(paragraph, label)

    def _is_point(self, label: Label, following: Sequence[Label | None]) -> bool:
        """一是 opens a clause only where 二是 opens another; 二是 only after 一是."""
        if label.number > 1:
            return any(n.kind == "point" and n.number == label.number - 1 for n in self.stack)
        for other in following:
            if other is None:
                continue
            return other.kind == "point" and other.number == 2
        return False

    def _add(self, paragraph: Paragraph, label: Label | None) -> None:
        part = patterns.PART_HEADING.match(paragraph.text)
        if part:
            self._enter_part(part[2], paragraph)
        elif label is None:
            self._add_unlabelled(paragraph)
        else:
            self._add_labelled(paragraph, label)

    def _enter_part(self, level: str, paragraph: Paragraph) -> None:
        order = "编章节"
        self.chapters = {k: v for k, v in self.chapters.items() if order.index(k) < order.index(level)}
        text = paragraph.text
        mark = text.index(level) + 1
        self.chapters[level] = f"{text[:mark]} {text[mark:].strip()}".strip()
        self.stack = []
        self.part_headings.append(paragraph)

    @property
    def part_headings(self) -> list[Paragraph]:
        """编章节 headings: stored on clauses, never part of a path."""
        return self.__dict__.setdefault("_part_headings", [])

    @property
    def _chapter(self) -> str | None:
        return " ".join(self.chapters[k] for k in "编章节" if k in self.chapters) or None

    def _add_labelled(self, paragraph: Paragraph, label: Label) -> None:
        self._unwind(label)
        parent = self.stack[-1] if self.stack else None
        base = parent.path if parent else self.prefix
        path = base.child(label.path_label) if base else ClausePath((label.path_label,))
        if parent and parent.path not in self._parents:
            parent.lead_in = len(parent.paragraphs)
        self._check_sequence(label, path, base, paragraph)
        text = paragraph.text
        if label.kind == "article":
            self.has_articles = True
            # 第一条为… gets the space that the printer left out; 第一条:… keeps its colon.
            last = text[: label.end].rstrip()[-1]
            text = f"{label.printed}{last if last in ':：' else ' '}{text[label.end :].lstrip()}".rstrip()
        printed = Paragraph(text, paragraph.start, paragraph.end)
        if str(path) in self.nodes:
            # A repeated number stays where it is printed, as further text of the clause that has it.
            node = self.nodes[str(path)]
            node.paragraphs.append(printed)
            self.stack.append(node)
            return
        node = _Node(path, label.kind, label.number, label.printed, self._chapter)
        node.paragraphs.append(printed)
        node.heading, node.is_heading_only = _heading(paragraph.text, label)
        self.nodes[str(path)] = node
        self._last[label.kind] = self._last_under[base, label.kind] = label.number
        if base:
            self._parents.add(base)
        self.stack.append(node)

    def _unwind(self, label: Label) -> None:
        if label.kind == "article":
            self.stack = []
            return
        for depth in range(len(self.stack) - 1, -1, -1):
            if self.stack[depth].kind == label.kind:
                self.stack = self.stack[:depth]
                return
        while self.stack and _RANK[self.stack[-1].kind] > _RANK[label.kind]:
            if self.stack[-1].paragraphs[-1].text.endswith((":", "：")) and label.number == 1:
                return
            self.stack.pop()

    def _check_sequence(self, label: Label, path: ClausePath, base: ClausePath | None, paragraph: Paragraph) -> None:
        if str(path) in self.nodes:
            self._find("repeated_number", "warning", f"编号重复:{path.display()}", path, paragraph)
            return
        due = {1, self._last_under.get((base, label.kind), 0) + 1, self._last.get(label.kind, 0) + 1}
        if label.number not in due and not label.suffix:
            expected = max(due)
            self._find(
                "numbering_gap", "warning", f"编号不连续:应为第 {expected},实为 {label.printed}", path, paragraph
            )

    def _find(self, code: str, severity: str, message: str, path: ClausePath | None, paragraph: Paragraph) -> None:
        self.findings.append(Finding(code, severity, message, str(path) if path else None, paragraph.start))

    def _add_unlabelled(self, paragraph: Paragraph) -> None:
        if not self.stack:
            self._fixed(self.unlabelled).paragraphs.append(paragraph)
            return
        top = self.stack[-1]
        in_article = self.stack[0].kind == "article"
        if in_article and len(self.stack) > 1 and not top.is_heading_only:
            # 第九条 (一)…;(二)…。前款第(二)项信息…: the paragraph is the article's next 款, not the last item's.
            self.stack.pop()
            while len(self.stack) > 1 and not self.stack[-1].is_heading_only:
                self.stack.pop()
            top = self.stack[-1]
        top.paragraphs.append(paragraph)

    def _fixed(self, label: str) -> _Node:
        path = self.prefix.child(label) if self.prefix else ClausePath((label,))
        if str(path) not in self.nodes:
            self.nodes[str(path)] = _Node(path, "fixed", 0, "", self._chapter)
        return self.nodes[str(path)]

    # -- finishing -------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Moves a last paragraph that speaks for the whole document out of the last item, into 结尾."""
        if not self.stack or self.prefix is not None or self.has_articles:
            return
        last = self.stack[-1]
        closing: list[Paragraph] = []
        while len(last.paragraphs) > 1 and patterns.CLOSING.search(last.paragraphs[-1].text):
            closing.insert(0, last.paragraphs.pop())
        if closing:
            self._fixed("结尾").paragraphs.extend(closing)

    def clauses(self) -> list[Clause]:
        """The clauses in print order, 结尾 last."""
        result = []
        for node in self.nodes.values():
            if not node.paragraphs:
                continue
            parent = self.nodes.get(str(node.path.parent)) if node.path.parent else None
            several = parent is not None and parent.kind == "article" and len(parent.paragraphs) > 1
            has_children = node.path in self._parents
            heading = node.heading
            if heading is None and has_children and node.kind not in ("article", "fixed"):
                heading = _whole_sentence_heading(node.paragraphs[0].text)
            result.append(
                Clause(
                    node.path,
                    node.label,
                    heading,
                    node.chapter,
                    tuple(node.paragraphs),
                    parent.lead_in if several and parent else 0,
                )
            )
        return result


def _heading(text: str, label: Label) -> tuple[str | None, bool]:
    rest = text[label.end :].strip()
    if label.kind == "article":
        titled = re.match(r"[【\[(（]([一-鿿、]{2,20})[】\])）]", rest)
        return (titled[1], False) if titled else (None, False)
    if is_heading(text) and rest:
        # An item of a list is short too; only a line without a full stop of any kind is a heading.
        return rest, True
    first = re.match(r"([^。！？!?；;]+)[。]", rest)
    if first and len(first[1]) <= _INLINE_HEADING and len(rest) > first.end() and not re.search(r"[:：]", first[1]):
        return first[1], False
    colon = re.match(r"([^。；;,，:：]+)[:：]", rest)
    if colon and len(colon[1]) <= _COLON_HEADING and len(rest) > colon.end():
        return colon[1], False
    return None, False


def _whole_sentence_heading(text: str) -> str | None:
    label = read_label(text)
    rest = text[label.end :].strip() if label else text
    return rest.rstrip("。:：") if len(rest) <= _INLINE_HEADING else None
