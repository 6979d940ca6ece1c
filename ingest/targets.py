"""Where in a document's own clause tree a reference leads: 前款, 第五条第二款第(三)项, 第三章, 附件1 as paths."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ingest.documents import Clause
from ingest.numerals import LARGEST_NUMBER, NUMERAL_CHARACTERS, chinese_numeral, read_numeral
from ingest.refs import ClausePath, label_kind


@dataclass(frozen=True)
class Step:
    """One level of a reference: 第五条, 第十二条之一, 第(三)项. ``level`` is the word printed (条 款 项 目 章 节 部分)."""

    level: str
    number: int
    suffix: int = 0

    @property
    def label(self) -> str:
        """The label of a path that says this step, whatever the document (第十六条, 第2款, (三))."""
        if self.level == "条":
            tail = f"之{chinese_numeral(self.suffix)}" if self.suffix else ""
            return f"第{chinese_numeral(self.number)}条{tail}"
        if self.level == "款":
            return f"第{self.number}款"
        if self.level == "项":
            return f"({chinese_numeral(self.number)})"
        if self.level == "目":
            return str(self.number)
        return f"第{chinese_numeral(self.number)}{self.level}"


def said_path(steps: Sequence[Step]) -> str | None:
    """The path that steps say of a document we need not hold; an item hangs on its article, whichever 款 leads it in."""
    if not steps or steps[0].level != "条" or any(max(s.number, s.suffix) > LARGEST_NUMBER for s in steps):
        return None
    has_item = any(s.level == "项" for s in steps)
    return "/".join(s.label for s in steps if not (has_item and s.level == "款"))


@dataclass(frozen=True)
class Target:
    """Where a reference leads: ``path`` (``until`` the last one of a range), or nowhere: surely or not."""

    path: str | None = None
    until: str | None = None
    is_dangling: bool = False


UNCLEAR = Target()
DANGLING = Target(is_dangling=True)


class OwnClauses:
    """The clauses of one document, asked by number."""

    def __init__(self, clauses: Sequence[Clause]):
        self.clauses = clauses
        self.by_labels = {c.path.labels: c for c in clauses}

    @cached_property
    def children(self) -> dict[tuple[str, ...], list[Clause]]:
        held: dict[tuple[str, ...], list[Clause]] = {}
        for clause in self.clauses:
            held.setdefault(clause.path.labels[:-1], []).append(clause)
        return held

    @cached_property
    def articles(self) -> dict[tuple[str, ...], list[tuple[str, ...]]]:
        """The articles in document order, under the labels that hold them (none, or an annex)."""
        held: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
        for clause in self.clauses:
            if label_kind(clause.path.last)[0] == "article":
                held.setdefault(clause.path.labels[:-1], []).append(clause.path.labels)
        return held

    def holders(self, at: ClausePath) -> Iterator[tuple[str, ...]]:
        """The labels of the clause itself and of all that hold it, inside out, down to none."""
        for depth in range(len(at.labels), -1, -1):
            yield at.labels[:depth]

    def article_of(self, at: ClausePath) -> tuple[str, ...] | None:
        """The article that a clause is or lies in."""
        for labels in self.holders(at):
            if labels and label_kind(labels[-1])[0] == "article":
                return labels
        return None

    def has_articles_near(self, at: ClausePath) -> bool:
        """True where 第X条 with no name before it can mean this document: articles stand beside or above."""
        return any(holder in self.articles for holder in self.holders(at))

    # -- by number -------------------------------------------------------------------------------------------

    def find(self, steps: Sequence[Step], at: ClausePath, *, is_named: bool) -> Target:
        """The clause that ``steps`` mean, said in ``at``. ``is_named``: the text says 本办法, 本条 or the like."""
        first = steps[0]
        if first.level in "编章节":
            return self._part(steps, at)
        if first.level == "条":
            base = self._article(first, at)
            if base is None:
                return self._unnumbered(steps, at, is_named)
            return self._below(base, steps[1:])
        if first.level == "款":
            base = self.article_of(at)
            return self._below(base, steps) if base else UNCLEAR
        if first.level == "项":
            for holder in self.holders(at):
                if holder and (found := self._item(holder, first)):
                    return Target("/".join(found))
            return UNCLEAR
        if first.level == "部分":
            return self._unnumbered(steps, at, is_named)
        return UNCLEAR

    def _article(self, step: Step, at: ClausePath) -> tuple[str, ...] | None:
        if max(step.number, step.suffix) > LARGEST_NUMBER:
            return None
        for holder in self.holders(at):
            if (labels := (*holder, step.label)) in self.by_labels:
                return labels
        return None

    def _unnumbered(self, steps: Sequence[Step], at: ClausePath, is_named: bool) -> Target:
        """第二条, 第二部分 of a document that numbers 一、(一): its 二; where it has articles, the article is missing."""
        if self.has_articles_near(at):
            return DANGLING if self._is_beyond_last(steps[0], at) else UNCLEAR
        if not is_named or steps[0].number > LARGEST_NUMBER:
            return UNCLEAR
        for holder in self.holders(at):
            for label in (chinese_numeral(steps[0].number), str(steps[0].number)):
                if (*holder, label) in self.by_labels:
                    below = [Step("项", s.number) for s in steps[1:] if s.level in "款项点"]
                    return self._below((*holder, label), below)
        return UNCLEAR

    def _is_beyond_last(self, step: Step, at: ClausePath) -> bool:
        """True for 第二十五条 of 21 articles. A gap among them is reported as such; a file that begins with 第四百六十三条
        (民法典 by its 编) leaves the others to other files."""
        articles = next(self.articles[h] for h in self.holders(at) if h in self.articles)
        numbers = [label_kind(a[-1])[1][0] for a in articles]
        return numbers[0] == 1 and (step.number > max(numbers) or step.suffix > 0)

    def _below(self, base: tuple[str, ...], steps: Sequence[Step]) -> Target:
        """第二款第(三)项 of the clause at ``base``."""
        clause = self.by_labels[base]
        item = next((s for s in steps if s.level == "项"), None)
        if item:
            found = self._item(base, item)
            if found:
                subitem = next((s for s in steps if s.level == "目"), None)
                below = (*found, str(subitem.number)) if subitem else None
                return Target("/".join(below if below in self.by_labels else found))
            # Items that the printer ran into one line have no path of their own.
            numeral = chinese_numeral(item.number) if item.number <= LARGEST_NUMBER else ""
            if re.search(rf"(?<!第)[(（]\s*{numeral}\s*[)）](?!项)", clause.text):
                return Target("/".join(base))
            # Items whose numbers a converter dropped stand as paragraphs: nobody can say which is meant.
            is_numbered = base in self.children or "(一)" in clause.text or "（一）" in clause.text
            return DANGLING if is_numbered or len(clause.paragraphs) == 1 else UNCLEAR
        paragraph = next((s for s in steps if s.level == "款"), None)
        if paragraph is None:
            return Target("/".join(base))
        return self.paragraph(base, paragraph.number)

    def _item(self, base: tuple[str, ...], step: Step) -> tuple[str, ...] | None:
        if step.number > LARGEST_NUMBER:
            return None
        for label in (f"({chinese_numeral(step.number)})", str(step.number), f"({step.number})"):
            if (*base, label) in self.by_labels:
                return (*base, label)
        return None

    def paragraph(self, base: tuple[str, ...], number: int) -> Target:
        """The ``number``-th 款 of a clause."""
        n = len(self.by_labels[base].paragraphs)
        if not 1 <= number <= n:
            return DANGLING
        return Target("/".join(base) if n == 1 else "/".join((*base, f"第{number}款")))

    def _part(self, steps: Sequence[Step], at: ClausePath) -> Target:
        """From the first to the last article of 第三章: parts are headings and have no path."""
        wanted = [re.compile(rf"(?:^| ){re.escape(s.label)}(?: |$)") for s in steps if s.level in "编章节"]
        inside = [c for c in self._with_chapter if all(w.search(c.chapter or "") for w in wanted)]
        if not inside:
            known = self._part_numbers(steps[0].level)
            return DANGLING if known and 1 in known and steps[0].number > max(known) else UNCLEAR
        first, last = str(inside[0].path), str(inside[-1].path)
        return Target(first, last if last != first else None)

    def _part_numbers(self, level: str) -> set[int]:
        """The numbers of the 章 (编, 节) that articles stand in."""
        numbers = set()
        for chapter in {c.chapter for c in self._with_chapter if c.chapter}:
            for printed in re.findall(rf"第([{NUMERAL_CHARACTERS}]+){level}", chapter):
                try:
                    numbers.add(read_numeral(printed))
                except ValueError:
                    continue
        return numbers

    @cached_property
    def _with_chapter(self) -> list[Clause]:
        return [c for c in self.clauses if c.chapter and label_kind(c.path.last)[0] == "article"]

    def annex(self, number: int) -> Target:
        """附件1; 附件 with no number is the only one."""
        names = [f"附件{number}", *(["附件"] if number == 1 else [])] if number else ["附件", "附件1"]
        found = next((n for n in names if (n,) in self.by_labels), None)
        return Target(found) if found else UNCLEAR

    # -- by place --------------------------------------------------------------------------------------------

    def before(self, level: str, count: int, steps: Sequence[Step], at: ClausePath, index: int) -> Target:
        """前条, 前两款, 前项, and 前款第(二)项: said in the ``index``-th paragraph (from 0) of ``at``."""
        if level == "条":
            return self._articles_before(count, steps, at)
        if level == "款":
            return self._paragraphs_before(count, steps, at, index)
        siblings = [c.path.labels for c in self.children.get(at.labels[:-1], ())]
        kind = label_kind(at.last)[0]
        siblings = [s for s in siblings if label_kind(s[-1])[0] == kind]
        place = siblings.index(at.labels) if at.labels in siblings else 0
        if kind in ("article", "name", "preface", "notice") or place < count:
            return UNCLEAR
        return _span(siblings[place - count], siblings[place - 1])

    def _articles_before(self, count: int, steps: Sequence[Step], at: ClausePath) -> Target:
        own = self.article_of(at)
        if own is None:
            return UNCLEAR
        siblings = self.articles[own[:-1]]
        place = siblings.index(own)
        if place < count:
            return DANGLING
        if steps and count == 1:
            return self._below(siblings[place - 1], steps)
        return _span(siblings[place - count], siblings[place - 1])

    def _paragraphs_before(self, count: int, steps: Sequence[Step], at: ClausePath, index: int) -> Target:
        base, number = at.labels, index + 1
        article = self.article_of(at)
        if article and article != at.labels:
            # In an item: the 款 before the one that leads the item in.
            # 第十条/第2款/(一) names that 款 itself.
            led_by = label_kind(at.labels[len(article)])
            item = self.by_labels.get(at.labels[: len(article) + 1])
            base, number = article, led_by[1][0] if led_by[0] == "paragraph" else item.lead_in_paragraph if item else 0
            if number <= count:
                return UNCLEAR
        if base not in self.by_labels or number <= count:
            return DANGLING if article and len(self.by_labels[article].paragraphs) > 1 else UNCLEAR
        if steps:
            return self._below(base, [Step("款", number - 1), *steps])
        first, last = self.paragraph(base, number - count), self.paragraph(base, number - 1)
        return Target(first.path, last.path if count > 1 else None)


def _span(first: tuple[str, ...], last: tuple[str, ...]) -> Target:
    return Target("/".join(first), "/".join(last) if first != last else None)
