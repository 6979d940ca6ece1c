"""Natural paragraphs become a clause tree: which number is whose child, and to whom an unnumbered paragraph belongs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest import patterns
from ingest.documents import Clause, Finding, Paragraph
from ingest.joining import Block
from ingest.labels import RANK, Label, read_label
from ingest.layout import is_heading
from ingest.outline import Outline, read_outline
from ingest.refs import ClausePath

_INLINE_HEADING = 32
_COLON_HEADING = 8
#: How many numbers are looked at to see whose list goes on; lists that nest against the standard order are short.
_LOOK_AHEAD = 200


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
    decimals: tuple[int, ...] = ()
    #: How many 款 the node had when its first item came.
    lead_in: int = 0


class ClauseTree:
    """Builds the clauses of one text, block by block, in print order.

    A number goes where its list goes on; a list that begins hangs on the open clause that the standard order of
    numbers (一、(一) 1. (1) ①) puts above it, unless the numbers that follow show that this document orders otherwise.

    Args:
        unlabelled: label for text before the first number (前言 or 通知).
        prefix: path of the clause that holds the text (an annex).
    """

    def __init__(self, unlabelled: str, prefix: ClausePath | None = None):
        self.prefix, self.unlabelled = prefix, unlabelled
        self.nodes: dict[str, _Node] = {}
        self.findings: list[Finding] = []
        self.part_headings: list[Paragraph] = []
        self.stack: list[_Node] = []
        self.chapters: dict[str, str] = {}
        self.has_articles = False
        self._outline = Outline()
        self._labels: list[Label | None] = []
        self._next_labelled: list[int] = []
        #: Where the last unnumbered paragraph went: its node and its place there, from 1.
        self._last_loose: tuple[_Node, int] | None = None
        #: The last number of each kind, in the whole text and under each parent.
        self._last: dict[str, int] = {}
        self._last_under: dict[tuple[ClausePath | None, str], int] = {}
        self._parents: set[ClausePath] = set()
        #: Kinds of lists that this text has shown to nest against the standard order: (outer, inner).
        self._nested: set[tuple[str, str]] = set()

    # -- growing ---------------------------------------------------------------------------------------------

    def add_all(self, blocks: Sequence[Block]) -> None:
        """Adds the blocks of the whole text; called once."""
        self._outline = read_outline(blocks)
        self._labels = [self._outline.questions.get(i, b.label) for i, b in enumerate(blocks)]
        for i, label in enumerate(self._labels):
            if label and label.kind == "point" and not self._is_point(label, i):
                self._labels[i] = None
        following = len(blocks)
        self._next_labelled = [0] * len(blocks)
        for i in range(len(blocks) - 1, -1, -1):
            self._next_labelled[i] = following
            if self._labels[i] is not None or i in self._outline.parts:
                following = i
        for i, block in enumerate(blocks):
            self._add(i, block)

    def _is_point(self, label: Label, index: int) -> bool:
        """一是 opens a clause only where 二是 opens the next; 二是 only after 一是."""
        if label.number > 1:
            before = next((x for x in reversed(self._labels[:index]) if x is not None), None)
            return before is not None and before.kind == "point" and before.number == label.number - 1
        after = next((x for x in self._labels[index + 1 : index + 40] if x is not None), None)
        return after is not None and after.kind == "point" and after.number == 2

    def _add(self, index: int, block: Block) -> None:
        label = self._labels[index]
        if (part := self._outline.parts.get(index)) is not None:
            self._enter_part(part.level, part.path_label, block)
        elif (name := self._outline.names.get(index)) is not None:
            self._enter_name(name, block)
        elif label is None:
            self._add_loose(index, block)
            return
        else:
            self._add_labelled(index, block, label)
        self._last_loose = None

    def _enter_part(self, level: str, path_label: str, block: Block) -> None:
        order = patterns.PART_LEVELS
        rank = order.index(level)
        if self._outline.parts_in_paths:
            above = [n for n in self.stack if n.kind in order and order.index(n.kind) < rank]
            path = self._free_path(above[-1].path if above else self.prefix, path_label)
            node = _Node(path, level, 0, path_label, None, [block.paragraph])
            node.heading, node.is_heading_only = _part_title(block.text), True
            self._open(node, above)
            return
        self.chapters = {k: v for k, v in self.chapters.items() if order.index(k) < rank}
        match = patterns.PART_HEADING.match(block.text)
        mark = match.end("level") if match else len(block.text)
        self.chapters[level] = f"{block.text[:mark]} {block.text[mark:].strip()}".strip()
        self.stack = []
        self.part_headings.append(block.paragraph)

    def _enter_name(self, name: str, block: Block) -> None:
        """A heading without a number: its own words are its label."""
        above = [n for n in self.stack if n.kind in patterns.PART_LEVELS]
        path = self._free_path(above[-1].path if above else self.prefix, name)
        node = _Node(path, "name", 0, "", self._chapter, [block.paragraph], name, True)
        self._open(node, above)

    def _open(self, node: _Node, above: list[_Node]) -> None:
        self.nodes[str(node.path)] = node
        if above:
            self._parents.add(above[-1].path)
        self.stack = [*above, node]

    def _free_path(self, base: ClausePath | None, label: str) -> ClausePath:
        path = base.child(label) if base else ClausePath((label,))
        n = 1
        while str(path) in self.nodes:
            n += 1
            path = base.child(f"{label}({n})") if base else ClausePath((f"{label}({n})",))
        return path

    @property
    def _chapter(self) -> str | None:
        return " ".join(self.chapters[k] for k in patterns.PART_LEVELS if k in self.chapters) or None

    # -- numbers ---------------------------------------------------------------------------------------------

    def _add_labelled(self, index: int, block: Block, label: Label) -> None:
        before = list(self.stack)
        base = self._unwind(index, label)
        parent = self.stack[-1] if self.stack else None
        path = base.child(label.path_label) if base else ClausePath((label.path_label,))
        if str(path) in self.nodes and label.number == 1 and self._last_loose is not None:
            # A second list under one clause hangs on the 款 that leads it in: 第十条/第2款/(一).
            holder, place = self._last_loose
            base = holder.path.child(f"第{place}款")
            path = base.child(label.path_label)
        if str(path) in self.nodes:
            # A repeated number stays where it is printed, as text of the clause that is open there.
            self._find("repeated_number", "warning", f"编号重复:{path.display()}", path, block, "请核对原件的编号。")
            self.stack = before
            self._append_to_open(block)
            return
        self._check_sequence(label, path, base, block)
        if parent and parent.path not in self._parents:
            parent.lead_in = len(parent.paragraphs)
        node = _Node(path, label.kind, label.number, label.printed, self._chapter, [block.paragraph])
        node.decimals = label.decimals
        node.heading, node.is_heading_only = _heading(block, label)
        self.has_articles = self.has_articles or label.kind == "article"
        self.nodes[str(path)] = node
        self._last[label.kind] = self._last_under[base, label.kind] = label.number
        if parent:
            self._parents.add(parent.path)
        self.stack.append(node)

    def _unwind(self, index: int, label: Label) -> ClausePath | None:
        """Closes what the number ends; the path that its clause hangs on."""
        if label.kind in ("article", "question"):
            self.stack = [n for n in self.stack if n.kind in patterns.PART_LEVELS]
            return self._top_path
        if label.kind == "decimal":
            return self._unwind_decimal(label)
        for depth in range(len(self.stack) - 1, -1, -1):
            node = self.stack[depth]
            if node.kind == label.kind and not (label.number == 1 and node.number != 1 and self._is_led_in(label)):
                self.stack = self.stack[:depth]
                return node.path.parent
        while self.stack and self.stack[-1].kind in RANK and RANK[self.stack[-1].kind] > RANK[label.kind]:
            if self._nests_against_order(index, label, self.stack[-1]):
                break
            self.stack.pop()
        return self._top_path

    @property
    def _top_path(self) -> ClausePath | None:
        return self.stack[-1].path if self.stack else self.prefix

    def _is_led_in(self, label: Label) -> bool:
        """True where a deeper clause leads a list in with its colon: 1.甲 2.乙 (1)丙: 1.丁."""
        top = self.stack[-1]
        return top.kind != label.kind and top.paragraphs[-1].text.endswith((":", "："))

    def _unwind_decimal(self, label: Label) -> ClausePath | None:
        """1.2 hangs on 1. or on 一、; 1.2.3 on 1.2."""
        wanted = label.decimals[:-1]
        for depth in range(len(self.stack) - 1, -1, -1):
            node = self.stack[depth]
            leads = node.decimals == wanted or (node.kind in ("arabic", "chinese") and (node.number,) == wanted)
            if leads:
                self.stack = self.stack[: depth + 1]
                return node.path
        self.stack = [n for n in self.stack if n.kind not in ("decimal", "arabic", "bracketed_arabic", "circled")]
        return self._top_path

    def _nests_against_order(self, index: int, label: Label, top: _Node) -> bool:
        """True when a list whose numbers are of an outer kind begins inside ``top``: 1. (一) (二) 2. (一) (二).

        The numbers that follow show it: the list that ``top`` belongs to goes on before one above it does.
        """
        if label.number != 1:
            return False
        if (top.kind, label.kind) in self._nested:
            return True
        above = {n.kind: n.number for n in self.stack[:-1]}
        for other in self._labels[index + 1 : index + 1 + _LOOK_AHEAD]:
            if other is None:
                continue
            if other.kind == top.kind:
                if other.number == top.number + 1:
                    self._nested.add((top.kind, label.kind))
                    return True
                break
            if other.kind == "article" or above.get(other.kind, -1) + 1 == other.number:
                break
        return top.paragraphs[-1].text.endswith((":", "："))

    def _check_sequence(self, label: Label, path: ClausePath, base: ClausePath | None, block: Block) -> None:
        if label.kind == "decimal":
            return
        due = {1, self._last_under.get((base, label.kind), 0) + 1, self._last.get(label.kind, 0) + 1}
        if label.number not in due and not label.suffix:
            message = f"编号不连续:应为第 {max(due)},实为 {label.printed}"
            self._find("numbering_gap", "warning", message, path, block, "请核对原件是否缺页、漏条或编号有误。")

    def _find(self, code: str, severity: str, message: str, path: ClausePath | None, block: Block, advice: str) -> None:
        where = str(path) if path else None
        self.findings.append(Finding(code, severity, message, where, block.paragraph.start, advice))

    # -- paragraphs without a number ---------------------------------------------------------------------------

    def _add_loose(self, index: int, block: Block) -> None:
        if not self.stack:
            node = self._fixed(self.unlabelled)
            node.paragraphs.append(block.paragraph)
            self._last_loose = (node, len(node.paragraphs))
            return
        if not block.is_row and self._base_kind == "article":
            self._leave_items(index)
        self._append_to_open(block)
        if self.has_articles and block.label is None and (cited := read_label(block.text)):
            self._report_stray_article(cited, block)

    @property
    def _base_kind(self) -> str:
        return next((n.kind for n in self.stack if n.kind not in patterns.PART_LEVELS), "")

    def _leave_items(self, index: int) -> None:
        """第九条 (一)…;(二)…。前款第(二)项信息…: a paragraph behind an article's items is the article's next 款.

        It is the item's own where the item's list goes on behind it, or where the item is a heading only.
        """
        following = self._next_labelled[index]
        after = self._labels[following] if following < len(self._labels) else None
        while len(self.stack) > 1 and self.stack[-1].kind not in ("article", *patterns.PART_LEVELS):
            top = self.stack[-1]
            if top.is_heading_only or (after and after.kind == top.kind and after.number == top.number + 1):
                return
            self.stack.pop()

    def _append_to_open(self, block: Block) -> None:
        if not self.stack:
            self._fixed(self.unlabelled).paragraphs.append(block.paragraph)
            return
        top = self.stack[-1]
        top.paragraphs.append(block.paragraph)
        self._last_loose = (top, len(top.paragraphs))

    def _report_stray_article(self, label: Label, block: Block) -> None:
        if label.kind != "article" or label.cited:
            return
        advice = "请核对原件的编号;文字按原样保留在前一条内。"
        if label.path_label in self.nodes:
            self._find("repeated_number", "warning", f"编号重复:{label.path_label}", self.stack[-1].path, block, advice)
        else:
            message = f"行首的“{label.printed}”与前后编号不相接,未作为一条"
            self._find("number_out_of_turn", "notice", message, self.stack[-1].path, block, advice)

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
            lead_in = parent.lead_in if several and parent else 0
            result.append(Clause(node.path, node.label, heading, node.chapter, tuple(node.paragraphs), lead_in))
        return result


def _part_title(text: str) -> str | None:
    match = patterns.PART_HEADING.match(text)
    return (match["title"].strip() or None) if match else None


def _heading(block: Block, label: Label) -> tuple[str | None, bool]:
    rest = block.rest
    if label.kind == "question":
        return block.text[label.end :].strip() or None, False
    if label.kind == "article":
        titled = re.match(r"[【\[(（]([一-鿿、]{2,20})[】\])）]", rest)
        return (titled[1], False) if titled else (None, False)
    if rest and is_heading(block.text):
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
