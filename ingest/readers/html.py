"""html and mhtml: the document that a page carries, without the site around it.

An own finder rather than a general one. Of 64 saved pages of offices the general extractor we measured kept every
article's words too, but its lines of articles differed on 8 of 45 pages; it dropped the title of 18, the index or
document number of 4 of 20 pages with a table of facts, and left words of the site on 23.
"""

from __future__ import annotations

import re

from ingest.documents import Finding, ReadText, UnreadableFile
from ingest.patterns import squash
from ingest.readers.assembling import TextBuilder
from ingest.readers.html_blocks import Block, FlatPage, flatten
from ingest.readers.html_facts import PageFacts, find_facts, head_facts, line_pairs, published_facts
from ingest.readers.html_main import Content, find_content
from ingest.readers.html_paragraphs import group_blocks
from ingest.readers.html_source import Page, load_page

#: A title bar that names the site, not the page: 深圳市人力资源和社会保障局, 首都之窗_政务
_SITE_ONLY = re.compile(
    r"^(?!.*关于)[^《》]{2,30}(?:局|厅|部|委|委员会|政府|办公室|网|网站|门户|专栏|政务|栏目|平台|首页)$"
)
#: What a page says while its text is not there yet.
_LOADING = re.compile(r"加载|javascript|浏览器|脚本|刷新|升级", re.IGNORECASE)
_SAVE_ADVICE = "请在浏览器中打开后“另存为”完整网页,或打印成 PDF 再导入。"


def read(data: bytes, name: str) -> ReadText:
    """The document of a page: one natural paragraph a line, tables as grids, the page's facts beside it.

    Lines count those of the page's source. What the site prints inside the document's own element (font size,
    share bar, links to readings) is kept as furniture; what stands outside of it is left out.

    Raises:
        UnreadableFile: no known encoding, or a page whose text only its scripts would write.
    """
    page = load_page(data, name)
    flat = _flatten_shown(page)
    builder = TextBuilder(is_paragraphed=True)
    builder.findings.extend(page.findings)
    facts = find_facts(flat)
    builder.facts.extend(head_facts(page.root, page.source, page.url))
    titles = _declared_titles(builder.facts)
    content = find_content(flat, titles, facts.blocks)
    _refuse_empty(page, flat, content, titles, name)
    _add_block_facts(builder, facts, content)
    _write(builder, flat, content, facts, titles)
    _add_published(builder)
    _note_embedded(builder, page, flat, content)
    return builder.finish()


def _flatten_shown(page: Page) -> FlatPage:
    """The page's blocks; hidden ones too where they are nearly all: such sites show their text by script only."""
    flat = flatten(page.root)
    hidden = sum(b.n - b.n_linked for b in flat.blocks if b.hidden)
    shown = sum(b.n - b.n_linked for b in flat.blocks if not b.hidden)
    return flatten(page.root, with_hidden=True) if hidden > 4 * shown else flat


def _declared_titles(facts: list[tuple[str, str]]) -> tuple[str, ...]:
    titles = [re.sub(r"[\s.…·]+", "", v) for label, v in facts if label in ("标题", "网页标题")]
    return tuple(dict.fromkeys(t for t in titles if len(t) >= 5 and not _SITE_ONLY.search(t)))


def _refuse_empty(page: Page, flat: FlatPage, content: Content, titles: tuple[str, ...], name: str) -> None:
    """Raises where nothing but a site's menus, or nothing at all, was written into the page."""
    kept = [flat.blocks[i] for i in (*content.head, *range(content.start, content.end), *content.tail)]
    words = sum(b.n - b.n_linked for b in kept if not b.hidden)
    speaks = any("。" in b.text and not b.hidden and not _LOADING.search(b.text) for b in kept)
    if words >= 30 or speaks or any(b.has_file for b in kept):
        return
    if next(page.root.iter("script"), None) is not None or next(page.root.iter("frame", "iframe"), None) is not None:
        raise UnreadableFile(name, "网页的正文要由脚本或框架载入,文件里没有正文", _SAVE_ADVICE)
    if not words:
        raise UnreadableFile(name, "网页里没有文字", _SAVE_ADVICE)


def _add_block_facts(builder: TextBuilder, facts: PageFacts, content: Content) -> None:
    """Facts printed on the page; a line deep inside the text is the text's, whatever it looks like."""
    for i, label, value in facts.pairs:
        inside = content.start + 12 <= i < content.end - 8
        if not inside and (label, value) not in builder.facts:
            builder.facts.append((label, value))


def _add_published(builder: TextBuilder) -> None:
    """来源 and 发布日期 from the line under the title, where no table of facts gives them."""
    text = builder.finish()
    for line in text.furniture[:8]:
        for label, value in line_pairs(line.text) + published_facts(line.text):
            if label not in {known for known, _ in builder.facts}:
                builder.facts.append((label, value))


def _write(builder: TextBuilder, flat: FlatPage, content: Content, facts: PageFacts, titles: tuple[str, ...]) -> None:
    blocks = flat.blocks
    order, values = _shown_order(flat, content, facts)
    for group in group_blocks(blocks, order, content.furniture, facts.blocks, titles):
        first = blocks[group.blocks[0]]
        if first.gap and builder.position:
            builder.blank()
        if group.furniture:
            builder.furniture(group.furniture, first.text, line=first.line)
        elif first.cells:
            builder.grid(first.cells, line=first.line)
        elif group.blocks[0] in values:
            label, value = first.text.strip(), blocks[values[group.blocks[0]]].text.strip()
            builder.paragraph(f"{label}{'' if label.endswith((':', '：')) else '：'}{value}", line=first.line)
        else:
            _write_paragraph(builder, [blocks[i] for i in group.blocks])


def _shown_order(flat: FlatPage, content: Content, facts: PageFacts) -> tuple[list[int], dict[int, int]]:
    """Blocks to write in reading order, and which of them are labels that take the block behind them as their value."""
    any_hidden = any(b.hidden for b in flat.blocks)
    shown: set[str] = set()
    order: list[int] = []
    values: dict[int, int] = {}
    taken: set[int] = set()
    for i in (*content.head, *range(content.start, content.end), *content.tail):
        block = flat.blocks[i]
        if i in taken or (block.hidden and not _is_folded_answer(flat.blocks, i, shown)):
            continue
        if any_hidden:
            shown.add(squash(block.text))
        order.append(i)
        if i in facts.split and not content.start + 12 <= i < content.end and i not in content.furniture:
            values[i] = facts.split[i]
            taken.add(facts.split[i])
    return order, values


def _write_paragraph(builder: TextBuilder, blocks: list[Block]) -> None:
    first = blocks[0]
    pieces = [(text, None, line) for block in blocks for text, line in block.pieces]
    if len(pieces) > 1 and first.heading is None:
        builder.printed_lines(pieces, centred=first.centred, bold=first.bold)
    else:
        text = "".join(b.text for b in blocks)
        builder.paragraph(text, line=first.line, centred=first.centred, bold=first.bold, heading=first.heading)


def _is_folded_answer(blocks: list[Block], i: int, shown: set[str]) -> bool:
    """True for an answer that a page of questions hides until its question is clicked."""
    block = blocks[i]
    if squash(block.text) in shown or len(block.text) < 8:
        return False
    before = next((blocks[j] for j in range(i - 1, max(-1, i - 20), -1) if not blocks[j].hidden), None)
    asked = before is not None and (before.text.rstrip().endswith(("？", "?")) or before.text.lstrip().startswith("问"))
    return asked or bool(re.match(r"\s*答\s*[:：]", block.text))


def _note_embedded(builder: TextBuilder, page: Page, flat: FlatPage, content: Content) -> None:
    """A finding where the page is only a cover for an attached file."""
    inside = [flat.blocks[i] for i in (*range(content.start, content.end), *content.tail)]
    words = sum(b.n for b in inside if not b.has_file)
    embeds = [
        e
        for e in page.root.iter("iframe", "embed", "object")
        if ".pdf" in (e.get("src") or e.get("data") or "").lower()
    ]
    if words < 150 and not any(b.cells for b in inside) and (embeds or any(b.has_file for b in inside)):
        builder.findings.append(
            Finding(
                "text_in_attachment",
                "notice",
                "网页只有很少文字,正文可能在附件里",
                None,
                0,
                "请下载附件(pdf、doc 等)后一并导入。",
            )
        )
