"""What a page says about its document: meta tags, the title bar, the table of 索引号 and 发文字号, the address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from ingest.patterns import squash
from ingest.readers.html_blocks import Block, FlatPage
from ingest.readers.html_tables import Cell
from ingest.titles import document_type

#: Labels that only an official page's table of facts prints.
_STRONG_LABELS = """
索引号 信息索取号 信息索引号 索取号 信息索引 公开索引号 主题分类 体裁分类 组配分类 题材分类 内容分类 信息分类 信息类别 信息分类名称 服务对象分类
服务对象 发文机关 发布机关 发布机构 制发机关 制定机关 制发单位 发文单位 发布单位 发文机构 公开主体 公开责任部门 公开机构 公开部门 信息公开主体
所属机构 发文字号 文号 文件编号 文件文号 发文文号 发文号 公文编号 规范性文件编号 规范性文件统一编号 规范性文件登记号 统一编号 统一登记号 登记号
成文日期 成文时间 发文日期 发文时间 生成日期 生成时间 产生日期 制发日期 印发日期 印发时间 签发日期 签发时间 发布日期 发布时间 公开日期 公开时间
公布日期 公布时间 施行日期 施行时间 实施日期 实施时间 执行日期 生效日期 生效时间 废止日期 废止时间 失效日期 失效时间 有效期 有效期限
有效性 时效性 效力状态 效力等级 效力级别 公文时效 公文时效性 文件状态 有效状态 时效状态 是否有效 公开方式 公开属性 公开类别 公开范围 公开形式
公开程序 公文种类 文种 公文体裁 载体类型 记录形式 主题词 信息名称 文件名称 公文名称 内容概述 内容概要 内容摘要 内容提要
"""
#: Labels that stand beside those, and elsewhere too.
_WEAK_LABELS = """
名称 标题 关键词 关键字 分类 主题 来源 信息来源 时效 状态 语种 责任部门 责任单位 发布人 更新日期 更新时间 备注 文件类型 所属主题 公开时限 截止日期
"""
_STRONG = frozenset(_STRONG_LABELS.split())
_WEAK = frozenset(_WEAK_LABELS.split())
_LABELS = _STRONG | _WEAK
_GAP = r"[\s\u3000\u00a0]*"
_LABEL = "|".join(_GAP.join(label) for label in sorted(_LABELS, key=len, reverse=True))
_PAIR = re.compile(rf"(?<![一-鿿])[\[【〔]?{_GAP}(?P<label>{_LABEL}){_GAP}[\]】〕]?{_GAP}[:：]")
#: The same without a guard: spans set side by side leave nothing between a value and the next label.
_INNER_PAIR = re.compile(
    rf"(?P<label>{'|'.join(_GAP.join(x) for x in sorted(_STRONG, key=len, reverse=True))}){_GAP}[:：]"
)
_BARE_PAIR = re.compile(rf"(?P<label>{_LABEL})(?:[\s\u3000\u00a0]+|(?=[A-Z\d]))(?P<value>\S.*)$")
_OTHER_LABEL = re.compile(r"[\s\u3000\u00a0]+[一-鿿]{2,8}\s*[:：]")

_META = {
    "articletitle": "标题", "title": "标题", "dc.title": "标题", "og:title": "标题", "twitter:title": "标题",
    "pubdate": "发布日期", "publishdate": "发布日期", "firstpublishedtime": "发布日期", "article:published_time": "发布日期",
    "dc.date": "发布日期", "contentsource": "来源", "source": "来源", "sitename": "网站名称", "og:site_name": "网站名称",
    "columnname": "栏目", "catalogs": "栏目", "keywords": "关键词", "author": "作者", "filenumber": "发文字号",
    "docnumber": "发文字号", "wenhao": "发文字号", "indexnumber": "索引号", "og:url": "来源网址",
}  # fmt: skip
_SITE_TAIL = re.compile(
    r"(?:网|网站|门户|政府|平台|专栏|首页|公开|委员会|办公厅|办公室|[局厅委部署院]|信息网|栏目|系统|文件|法规|规章|公告|公示|通知公告|政策|中国\S{1,6})$"
)
_TITLE_BREAK = re.compile(r"\s*(?:[_|｜]+|\s[-–—]+\s|-{1,2}|—{1,2}|－{1,2}|>+|»)\s*")
#: Where a value ends and the site's own words begin: 2016-04-26 [内容纠错], 1993-12-24字体：【小 中 大】
_AFTER_VALUE = re.compile(
    r"\s*[\[【（(]?\s*(?:字体|字号|浏览|打印|关闭|点击|阅读|内容纠错|我要纠错|纠错|分享|收藏|大\s*中\s*小|来源\s*[:：]|作者\s*[:：])"
)
#: The line that a site prints under its title. Match: 来源：市民政局 日期：2019-04-02 10:12
_PUBLISHED = re.compile(
    r"(?P<label>(?:信息|文章|稿件|新闻)?来源|(?:发布|发文|更新|录入|发稿)?(?:时间|日期))\s*[:：]\s*(?P<value>[^\s:：\[【|]+(?:\s+\d\d?:\d\d(?::\d\d)?)?)"
)
_SAVED_FROM = re.compile(r"saved from url=\(\d+\)\s*(https?://[^\s<>]+)", re.IGNORECASE)


@dataclass
class PageFacts:
    """(block, label, value) in page order, which blocks hold them, and label blocks whose value is the next block."""

    pairs: list[tuple[int, str, str]] = field(default_factory=list)
    blocks: set[int] = field(default_factory=set)
    split: dict[int, int] = field(default_factory=dict)


def head_facts(root: etree._Element, source: str, url: str | None) -> list[tuple[str, str]]:
    """Facts from the head of the page: meta tags as (label, value), the page's title, the address it came from."""
    facts: list[tuple[str, str]] = []
    for meta in root.iter("meta"):
        label = _META.get((meta.get("name") or meta.get("property") or "").strip().lower())
        value = " ".join((meta.get("content") or "").split())
        if label and value and (label, value) not in facts:
            facts.append((label, value))
    title = next((" ".join("".join(t.itertext()).split()) for t in root.iter("title")), "")
    if title:
        facts.append(("网页标题", clean_title(title)))
    for link in root.iter("link"):
        if (link.get("rel") or "").lower() == "canonical" and (link.get("href") or "").startswith("http"):
            url = url or link.get("href")
    if m := _SAVED_FROM.search(source[:4096]):
        url = url or m[1]
    if url and url.startswith("http"):
        facts.append(("来源网址", url))
    return facts


def clean_title(title: str) -> str:
    """``title`` without the site's and the column's name after it, where what follows is evidently one."""
    pieces = _TITLE_BREAK.split(title)
    breaks = [*_TITLE_BREAK.findall(title), ""]

    def joined(n: int) -> str:
        return "".join(piece + gap for piece, gap in zip(pieces[:n], [*breaks[: n - 1], ""], strict=True)).strip()

    if _is_site_name(pieces[0]) and len(pieces) > 1 and len(pieces[1]) > 10 and document_type(pieces[1]):
        # 政府信息公开_厦门市人民政府关于…的通知
        return pieces[1].strip()
    kept = len(pieces)
    while kept > 1 and len(joined(kept - 1)) >= 6 and _is_site_name(pieces[kept - 1]):
        kept -= 1
    if kept < len(pieces):
        # Behind the site stood its column (公告公示), which no ending tells; a title's own last word does.
        for n in range(1, kept):
            if document_type(joined(n)) and all(len(piece) <= 12 for piece in pieces[n:kept]):
                return joined(n)
    return joined(kept)


def _is_site_name(piece: str) -> bool:
    return len(piece) <= 40 and bool(_SITE_TAIL.search(re.sub(r"[（(][^（）()]*[)）]$", "", piece)))


def published_facts(text: str) -> list[tuple[str, str]]:
    """来源 and 发布日期 of the line that a site prints under a title."""
    found = [
        (m["label"], _value(re.split(r"(?:发布|更新)?(?:日期|时间)$", m["value"])[0]))
        for m in _PUBLISHED.finditer(text)
    ]
    return [(label, value) for label, value in found if value]


def _value(text: str) -> str:
    """A value without the site's words behind it; empty where nothing is left that says something."""
    text = _AFTER_VALUE.split(text)[0].strip(" \t\u3000\u00a0[]【】|;；")
    return text if re.search(r"\w", text) else ""


def find_facts(page: FlatPage) -> PageFacts:
    """Every pair of an official label and its value: 索引号：…, a table's 发文字号 | 新府发〔2023〕9号, a dt and its dd."""
    facts = PageFacts()
    blocks = page.blocks
    loose: list[tuple[int, str, str, bool, int | None]] = []
    for i, block in enumerate(blocks):
        if block.hidden:
            continue
        if block.cells:
            if pairs := _grid_pairs(block.cells):
                facts.blocks.add(i)
                facts.pairs += [(i, label, value) for label, value in pairs]
            continue
        loose += _line_candidates(page, i)
    for group in _clusters(loose):
        labels = {label for _, label, *_ in group}
        strong = [c for c in group if c[1] in _STRONG and c[3]]
        if not strong and not (len(labels) >= 3 and any(label in _STRONG for label in labels)):
            continue
        for i, label, value, _, value_block in group:
            facts.blocks.add(i)
            if value_block is not None:
                facts.split[i] = value_block
                facts.blocks.add(value_block)
            if value:
                facts.pairs.append((i, label, value))
    facts.pairs.sort(key=lambda p: p[0])
    return facts


def _line_candidates(page: FlatPage, i: int) -> Iterator[tuple[int, str, str, bool, int | None]]:
    """(block, label, value, with a colon, block of the value) of one line."""
    blocks = page.blocks
    text = blocks[i].text.strip()
    if len(text) > 400 or ("。" in text[:-1] and len(text) > 150):
        return
    alone = squash(text).rstrip(":：").strip("[]【】") if len(text) <= 30 else ""
    if alone in _LABELS:
        following = blocks[i + 1] if i + 1 < len(blocks) else None
        has_colon = text.rstrip().endswith((":", "："))
        if following is None or following.cells or len(following.text) > 200:
            return
        # the next label, or a first pair: this one has no value
        is_label = squash(following.text).rstrip(":：") in _LABELS or bool(_PAIR.match(following.text.strip()))
        is_label = is_label or not _side_by_side(page, blocks[i], following)
        yield i, alone, "" if is_label else following.text.strip(), has_colon, None if is_label else i + 1
        return
    if _PAIR.match(text):
        for label, value in line_pairs(text):
            yield i, label, value, True, None
    elif (m := _BARE_PAIR.match(text)) and len(text) <= 120:
        yield i, squash(m["label"]), _value(m["value"]), False, None


def _side_by_side(page: FlatPage, label: Block, value: Block) -> bool:
    """True when a label and the block behind it stand in one box or in sibling boxes, so that one speaks for the other."""
    if label.box == value.box:
        return True
    parent = page.boxes[label.box].parent
    return (
        parent >= 0
        and parent == page.boxes[value.box].parent
        and page.boxes[parent].tag not in ("body", "html", "table", "tbody")
    )


def line_pairs(text: str) -> list[tuple[str, str]]:
    """The pairs printed on one line, labels squashed, values trimmed; a label without a value is left out."""
    found = {m.start("label"): m for m in _INNER_PAIR.finditer(text)}
    for m in _PAIR.finditer(text):
        # 规范性文件编号 is one label, not 文件编号 behind a value
        for at in [a for a in found if m.start("label") < a < m.end()]:
            del found[at]
        found[m.start("label")] = m
    matches = [found[at] for at in sorted(found)]
    pairs = []
    ends = [m.start() for m in matches[1:]] + [len(text)]
    for m, end in zip(matches, ends[: len(matches)], strict=True):
        value = text[m.end() : end]
        value = _value(_OTHER_LABEL.split(value)[0])
        if value:
            pairs.append((squash(m["label"]), value))
    return pairs


def _clusters(
    candidates: list[tuple[int, str, str, bool, int | None]],
) -> Iterator[list[tuple[int, str, str, bool, int | None]]]:
    """Candidates that stand within two blocks of each other."""
    group: list[tuple[int, str, str, bool, int | None]] = []
    for candidate in candidates:
        if group and candidate[0] - group[-1][0] > 3:
            yield group
            group = []
        group.append(candidate)
    if group:
        yield group


def _grid_pairs(cells: tuple[Cell, ...]) -> list[tuple[str, str]]:
    """The pairs of a table of facts; nothing for a table that merely has such columns (序号 | 文件名称 | 文号)."""
    rows: dict[int, list[str]] = {}
    for row, _, _, _, text in sorted(cells):
        rows.setdefault(row, []).append(text)
    pairs: list[tuple[str, str]] = []
    n_fact_rows = 0
    for texts in rows.values():
        found: list[tuple[str, str]] = []
        position = 0
        while position < len(texts):
            label = squash(texts[position]).rstrip(":：")
            if label in _LABELS:
                value = texts[position + 1] if position + 1 < len(texts) else ""
                if squash(value).rstrip(":：") in _LABELS:
                    value, position = "", position - 1
                found.append((label, _value(value)))
                position += 2
                continue
            if _PAIR.match(texts[position].strip()):
                found += line_pairs(texts[position]) or [("", "")]
            position += 1
        pairs += found
        n_fact_rows += bool(found) and (
            squash(texts[0]).rstrip(":：") in _LABELS or bool(_PAIR.match(texts[0].strip()))
        )
    labels = [label for label, _ in pairs if label]
    filled = [row for row in rows.values() if any(row)]
    if (n_fact_rows < 2 and not (len(rows) == 1 and len(labels) >= 2)) or n_fact_rows < 0.5 * len(filled):
        return _columns(rows)
    if not set(labels) & _STRONG or len(set(labels)) < len(labels):
        return []
    return [(label, value) for label, value in pairs if label and value]


def _columns(rows: dict[int, list[str]]) -> list[tuple[str, str]]:
    """A table of facts that stands upright: one row of labels over one row of values."""
    if len(rows) != 2:
        return []
    (labels, values) = rows.values()
    names = [squash(t).rstrip(":：") for t in labels]
    if len(names) < 3 or len(names) != len(values) or any(n not in _LABELS for n in names):
        return []
    return [(n, _value(v)) for n, v in zip(names, values, strict=True) if _value(v)]
