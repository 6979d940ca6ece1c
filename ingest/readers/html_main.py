"""Which blocks of an official page are the document, which are facts about it, and which belong to the site.

The content is found by weight (sentences outside links), with the names that editors and content systems give it as
a second opinion: names alone fail on pages that reuse them for empty boxes, weight alone on documents of three lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, islice

from ingest import patterns
from ingest.dates import is_date_line
from ingest.patterns import squash
from ingest.readers.html_blocks import Block, Box, FlatPage
from ingest.readers.html_furniture import (
    FOOTER,
    RELATED_HEAD,
    RELATED_NAME,
    SENTENCE,
    SITE_LINE,
    SITE_NAME,
    is_site_line,
)
from ingest.readers.html_text import LABEL
from ingest.titles import document_type

#: Names that content systems give to the element that an editor filled, and to nothing else.
_CONTENT_NAME = re.compile(
    r"(?:[a-z0-9]{1,8}[-_])?(?:ucap-?content|ivs_content|fontcontent|trs_(?:editor|ueditor|editor_view)|trs_editor_view|custom_unionstyle|j?zoom\w{0,4}|font-?zoom|my-?zoom|"
    r"div_?zhengwen|zhengwen|articles?[-_]?(?:content|con|body|text|txt|detail|main)\w{0,4}|pages_content|news[-_]?(?:content|con|body|text|txt)|"
    r"(?:text|txt)[-_]?(?:content|con)|content[-_]?(?:body|text|txt)|main[-_]?(?:text|txt)|(?:con|conn|content)txt|detail[-_]?(?:content|con|text|txt)|"
    r"xxgk[-_]?(?:content|con|zw)|xl[-_]?(?:content|con\d?)|wz[-_]?(?:content|con|nr|zw)|view-?content|vsb_content\w*|v_news_content|"
    r"contentregion|content_detail|bt_content|article|founder-content|ucapcontent|easysite-news-text|wp_articlecontent|"
    r"(?:gk|zc)[-_]?(?:content|con))(?:[-_]?(?:div|box|wrap\w{0,4}|main|inner|detail))?$"
)
#: 新政发〔2023〕9号, 中华人民共和国环境保护部令 第5号, standing alone.
_NUMBER_LINE = re.compile(
    r"\S{1,24}[〔\[【（(﹝]\s*(?:19|20)\d\d\s*[〕\]】）)﹞]\s*第?\s*\d+\s*号$|\S{2,30}(?:令|公告|通告)\s*[（(]?第?\s*\d+\s*号[)）]?$"
)
_ATTACHMENT = re.compile(r"附\s*件|相关附件|下载附件")


#: Elements that are a part of a text, never the whole of it.
_PARTS = frozenset(("ol", "ul", "dl", "menu", "dir", "blockquote", "fieldset", "figure"))


@dataclass(frozen=True)
class Content:
    """Ranges of blocks, half open: ``[start, end)`` is the content; ``head`` and ``tail`` index what is kept around it."""

    start: int
    end: int
    head: tuple[int, ...]
    tail: tuple[int, ...]
    #: Blocks of the head and the content that the site wrote.
    furniture: frozenset[int]


def find_content(page: FlatPage, titles: tuple[str, ...], is_fact: set[int]) -> Content:
    """Where the document stands on ``page``.

    Args:
        page: its blocks.
        titles: what the page declares as its title, squashed.
        is_fact: blocks that hold facts under official labels (索引号, 文号, …).
    """
    weights = [_weight(b) for b in page.blocks]
    site = _site_blocks(page, weights) | _copies(page)
    weights = [0.0 if i in site or i in is_fact else w for i, w in enumerate(weights)]
    start, end = _region(page, weights, is_fact)
    furniture = {i for i in range(start, end) if i not in is_fact and i in site}
    for i in range(start, end):
        at_edge = i < start + 12 or i >= end - 12
        if is_site_line(page.blocks[i], at_edge and not page.blocks[i].cells):
            furniture.add(i)
    furniture |= _related(page, range(start, end))
    furniture -= {i for i in furniture if page.blocks[i].has_file and _ATTACHMENT.search(page.blocks[i].text)}
    head, head_furniture = _head(page, start, end, titles, site, is_fact)
    tail = _tail(page, end, site)
    return Content(start, end, head, tail, frozenset(furniture | head_furniture))


def _weight(block: Block) -> float:
    n = block.n
    if block.hidden or block.n_linked > 0.5 * n or is_site_line(block) or (n < 160 and FOOTER.search(block.text)):
        return 0.0
    own = n - block.n_linked
    if block.cells:
        return 0.6 * own
    if LABEL.match(block.text) or SENTENCE.search(block.text):
        return float(own)
    return 0.8 * own if own >= 20 else 0.3 * own


def _site_blocks(page: FlatPage, weights: list[float]) -> set[int]:
    """Blocks in boxes whose tag or name says navigation, footer, sharing; unless much of the page lies in such a box."""
    sums = [0.0, *accumulate(weights)]
    opened = [0] * (len(page.blocks) + 1)
    in_article = [False] * len(page.boxes)
    for i, box in enumerate(page.boxes):
        is_content = _names_content(box)
        in_article[i] = (box.parent >= 0 and in_article[box.parent]) or box.tag in ("article", "main") or is_content
        is_site = box.tag in ("nav", "footer", "aside") or (box.tag == "header" and not in_article[i])
        is_site = is_site or (box.tag != "body" and not is_content and any(map(_is_site_name, box.names)))
        if is_site and sums[box.last] - sums[box.first] <= 0.4 * sums[-1]:
            opened[box.first] += 1
            opened[box.last] -= 1
    return {i for i, depth in enumerate(accumulate(opened[:-1])) if depth > 0}


def _copies(page: FlatPage) -> set[int]:
    """Blocks of a content box that says again what one before it says: a page may hold a copy for telephones."""
    seen: set[str] = set()
    copies: set[int] = set()
    for a, z in _disjoint([(b.first, b.last) for b in page.boxes if b.last > b.first and _names_content(b)]):
        text = "".join(squash(b.text) for b in page.blocks[a:z])
        if len(text) >= 40 and text in seen:
            copies.update(range(a, z))
        seen.add(text)
    return copies


@lru_cache(maxsize=4096)
def _is_content_name(name: str) -> bool:
    return bool(_CONTENT_NAME.match(name))


@lru_cache(maxsize=4096)
def _is_site_name(name: str) -> bool:
    return bool(SITE_NAME.search(name))


def _names_content(box: Box) -> bool:
    return box.tag in ("article", "ucapcontent", "founder-content") or any(map(_is_content_name, box.names))


def _region(page: FlatPage, weights: list[float], is_fact: set[int]) -> tuple[int, int]:
    """The blocks of the document itself; facts that stand at their beginning are left to the head."""
    region = _Weighing(page, weights)
    start, end = region.named() or region.descend()
    while start < end - 1 and start in is_fact:
        start += 1
    return start, end


class _Weighing:
    """Finds the range of blocks that holds nearly all the weight of a page, and nothing that it can do without."""

    def __init__(self, page: FlatPage, weights: list[float]):
        self.page, self.weights = page, weights
        self.sums = [0.0, *accumulate(weights)]
        self.total = self.sums[-1]

    def held(self, first: int, last: int) -> float:
        return self.sums[last] - self.sums[first]

    def has_clause_outside(self, outer: tuple[int, int], inner: tuple[int, int], limit: int = 1) -> bool:
        outside = (*range(outer[0], inner[0]), *range(inner[1], outer[1]))
        found = (i for i in outside if self.weights[i] > 0 and _is_clause(self.page.blocks[i]))
        return sum(1 for _ in islice(found, limit)) == limit

    def named(self) -> tuple[int, int] | None:
        """What the boxes with an editor's names span; ``None`` where much of the document lies outside of them."""
        named = [(b.first, b.last) for b in self.page.boxes if _names_content(b)] + self.page.marked
        named = [r for r in named if self.held(*r) >= 0.02 * self.total]
        if not named or not self.total:
            return None
        span = min(a for a, _ in named), max(z for _, z in named)
        # Boxes far apart, a page's worth of other text between them, are not one document.
        if self.held(*span) > 1.3 * sum(self.held(*r) for r in _disjoint(named)):
            span = max(named, key=lambda r: self.held(*r))
        if self.held(*span) < 0.3 * self.total or self.has_clause_outside((0, len(self.weights)), span, limit=3):
            return None
        for inner in sorted(named, key=lambda r: r[1] - r[0]):
            if span[0] <= inner[0] and inner[1] <= span[1] and self.is_enough(span, inner):
                return inner
        return span

    def is_enough(self, outer: tuple[int, int], inner: tuple[int, int]) -> bool:
        """True when ``inner`` holds all of ``outer`` but a few words, and no clause of it is left out."""
        left_out = self.held(*outer) - self.held(*inner)
        return left_out <= max(
            0.08 * self.held(*outer), min(60.0, 0.3 * self.held(*outer))
        ) and not self.has_clause_outside(outer, inner)

    def speaks(self, box: int, inner: tuple[int, int]) -> bool:
        """True when ``box`` itself, outside of ``inner``, has paragraphs: a list between its lead-in and a signature."""
        outer = self.page.boxes[box]
        outside = (*range(outer.first, inner[0]), *range(inner[1], outer.last))
        blocks = (self.page.blocks[i] for i in outside if self.weights[i] > 0)
        return any(b.box == box and (SENTENCE.search(b.text) or is_date_line(b.text)) for b in blocks)

    def descend(self) -> tuple[int, int]:
        """From the whole page down, as long as one box holds all that reads like a document."""
        children: dict[int, list[int]] = {}
        for i, box in enumerate(self.page.boxes):
            children.setdefault(box.parent, []).append(i)
        outer = (0, len(self.weights))
        current = 0
        while self.total:
            ranges = {
                i: (self.page.boxes[i].first, self.page.boxes[i].last)
                for i in children.get(current, ())
                if self.page.boxes[i].tag not in _PARTS
            }
            heaviest = max(ranges, key=lambda i: self.held(*ranges[i]), default=None)
            if heaviest is None or self.held(*ranges[heaviest]) < 0.5 * self.held(*outer):
                break
            if not self.is_enough(outer, ranges[heaviest]) or self.speaks(current, ranges[heaviest]):
                break
            current, outer = heaviest, ranges[heaviest]
        return outer


def _disjoint(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    kept: list[tuple[int, int]] = []
    for a, z in sorted(ranges, key=lambda r: (r[0], -r[1])):
        if not kept or a >= kept[-1][1]:
            kept.append((a, z))
    return kept


def _is_clause(block: Block) -> bool:
    """True for a paragraph that can only be a document's: a label and a sentence, or a numbered article."""
    return bool(patterns.ARTICLE.match(block.text)) or bool(LABEL.match(block.text) and SENTENCE.search(block.text))


def _related(page: FlatPage, blocks: range) -> set[int]:
    """相关解读 and the links under it, in a row or in a box of that name."""
    found: set[int] = set()
    open_list = False
    for i in blocks:
        block = page.blocks[i]
        n = block.n
        linked = block.n_linked >= 0.5 * n
        if block.n <= 16 and RELATED_HEAD.match(squash(block.text)):
            following = page.blocks[i + 1] if i + 1 < blocks.stop else None
            if following is None or following.n_linked >= 0.5 * following.n or linked:
                found.add(i)
                open_list = True
                continue
        if open_list and linked and not block.has_file:
            found.add(i)
        else:
            open_list = False
        if linked and not block.has_file and any(RELATED_NAME.search(n) for n in page.boxes[block.box].names):
            found.add(i)
    return found


def _head(
    page: FlatPage, start: int, end: int, titles: tuple[str, ...], site: set[int], is_fact: set[int]
) -> tuple[tuple[int, ...], set[int]]:
    """What stands before the content and belongs to the document: its title, number, table of facts."""
    blocks = page.blocks
    usable = [i for i in range(start) if i not in site and not blocks[i].hidden]
    has_title = any(title_span(blocks, i, titles) for i in range(start, min(end, start + 12)))
    matching = [i for i in usable if i not in is_fact and _is_title(blocks[i], titles)]
    title = matching[-1] if matching else None
    if title is None and not has_title:
        title = max((i for i in usable if _looks_like_title(page, blocks[i])), default=None)
    kept = {i for i in usable if i in is_fact}
    furniture: set[int] = set()
    if title is not None:
        kept.add(title)
        if has_title:
            furniture.add(title)
        for i in usable:
            if i > title and i not in kept and (blocks[i].n_linked <= 0.5 * blocks[i].n):
                kept.add(i)
                # 色调调节：, 公报期号： — a label whose value a script or nobody filled in
                is_empty_label = len(blocks[i].text) <= 8 and blocks[i].text.rstrip().endswith(("：", ":"))
                if is_site_line(blocks[i]) or is_empty_label:
                    furniture.add(i)
            # A title in two lines: the organ stands above 关于…
            elif (
                i == title - 1
                and blocks[i].box == blocks[title].box
                and blocks[i].centred
                and not is_site_line(blocks[i])
            ):
                kept.add(i)
    furniture |= {i for i in kept if i in is_fact and not blocks[i].cells and _is_published_line(blocks[i])}
    kept |= {
        i
        for i in usable
        if blocks[i].n <= 60 and blocks[i].n_linked == 0 and _NUMBER_LINE.fullmatch(squash(blocks[i].text))
    }
    return tuple(sorted(kept)), furniture


def title_span(blocks: list[Block], i: int, titles: tuple[str, ...]) -> int:
    """How many blocks from ``i`` on make up a declared title (0: none do); a title may be broken over up to four."""
    text = ""
    for n, block in enumerate(blocks[i : i + 4], start=1):
        if block.cells or block.hidden or len(block.text) > 60:
            break
        text += _bare(block.text)
        if text in titles:
            return n
    return int(_is_title(blocks[i], titles))


def _bare(text: str) -> str:
    return re.sub(r"[\s.…·]+", "", text)


def _is_title(block: Block, titles: tuple[str, ...]) -> bool:
    text = _bare(block.text)
    if block.cells or not 5 <= len(text) <= 200 or SITE_LINE.match(block.text.strip()) or ">" in text or "＞" in text:
        return False
    return any(_says_title(text, title) for title in titles)


def _says_title(text: str, title: str) -> bool:
    """True for the declared title, cut short or with a few words more; not for the document that it forwards."""
    if f"《{text}》" in title or re.search(f"(?:印发|发布|公布|转发){re.escape(text)}的", title):
        return False
    short, long = sorted((text, title), key=len)
    return short in long and len(short) >= 0.6 * len(long)


def _is_published_line(block: Block) -> bool:
    """True for a line of facts that is the site's, not the official table's: 发布机构：… 发布日期：… 字号：【大中小】"""
    return is_site_line(block) and not re.search(r"索\s*引\s*号|文\s*号|发文字号|主题分类", block.text)


def _looks_like_title(page: FlatPage, block: Block) -> bool:
    n = block.n
    if (
        block.cells
        or not 6 <= n <= 120
        or block.n_linked > 0.5 * n
        or is_site_line(block)
        or SENTENCE.search(block.text)
    ):
        return False
    names = page.boxes[block.box].names
    named = any(re.search(r"(?:^|[-_])(?:title|tit|bt|biaoti|headline|h1)(?:[-_\d]|$)|title$", n) for n in names)
    return (block.heading or 9) <= 2 or (
        document_type(block.text) is not None and (named or block.centred or block.bold)
    )


def _tail(page: FlatPage, end: int, site: set[int]) -> tuple[int, ...]:
    """Attachments, and clauses that a broken tag left outside; the site's footer ends the search."""
    kept: list[int] = []
    for i in range(end, len(page.blocks)):
        block = page.blocks[i]
        if i in site or block.hidden:
            continue
        text = block.text.strip()
        if FOOTER.search(text) and not SENTENCE.search(text):
            break
        linked = block.n_linked > 0.5 * block.n
        is_note = re.match(r"附\s*件|[(（]\s*此件", text)
        if (block.has_file and linked) or is_note or (_is_clause(block) and not linked):
            kept.append(i)
    return tuple(kept)
