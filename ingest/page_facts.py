"""What an official page tells of its document in labelled values: 索引号：…, 发布机构：…, 【发文字号】….

Pages print them as table rows, as several pairs on one line, run together, one pair a line, or label and value on
lines of their own. All come out as (label, value) pairs as printed; ``fact_key`` says what a label means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.dates import find_dates
from ingest.fact_labels import KEYS as _KEYS
from ingest.fact_labels import WEAK as _WEAK
from ingest.patterns import squash

_STRONG = [label for label in _KEYS if label not in _WEAK]


def _spaced(label: str) -> str:
    """A pattern for ``label`` as pages pad it: 索 引 号, 文　　号."""
    return r"[\s　\xa0]{0,8}".join(map(re.escape, label))


_LABEL = "|".join(_spaced(label) for label in sorted(_KEYS, key=len, reverse=True))
_STRONG_LABEL = "|".join(_spaced(label) for label in sorted(_STRONG, key=len, reverse=True))
#: A label with its mark: 索引号：, 【发文字号】, [索引号], 【文件名称】：.
_MARKED = re.compile(
    rf"(?<![一-鿿])(?:(?P<a>{_LABEL})[\s　\xa0]*[:：∶]|[【\[](?P<b>{_LABEL})[】\]][\s　]*[:：]?)"
    rf"|(?P<c>{_STRONG_LABEL})[\s　\xa0]*[:：]"
)
#: The same run on behind a value: …社会保障局发布时间：2008-1-18点击次数：69434大 中 小
_LEADING = re.compile(r"[\s　\xa0\t•·●▪*|\-\[［〖]*")
#: What a page's buttons leave behind a value, and lines of nothing else.
_BUTTONS = re.compile(
    r"[\s　\xa0]*(?:[\[【（(]\s*)?(?:内容纠错|我要纠错|纠错|打印本[页稿]|打印页面|打印|关闭窗口|关闭本页|关闭|分享到?|收藏|推荐|返回顶部|视力保护色|"
    r"字[体号][:：]?\s*[\[【]?\s*大?\s*中?\s*小?|(?:特?大\s*)?大\s*中\s*小|小\s*中\s*大|小\s*大|[ATＡ]\+?\|?[ATＡ]?-?|繁体|简体|朗读|下载文字版|下载图片版|"
    r"下载|我要(?:打印|收藏|分享)|保护视力色|复制链接|次)[\s　]*[\]】）):：|]*[\s　|]*"
)
_TRAILING_BUTTONS = re.compile(rf"(?:{_BUTTONS.pattern})+\Z")
_ONLY_BUTTONS = re.compile(rf"(?:{_BUTTONS.pattern}|[\s　|\[\]【】])+\Z")
#: 2016年07月08日 14:15:02 来源：…: a page's time without a label before one with.
_UNLABELLED_TIME = re.compile(
    r"[\s　]*[0-9]{4}[年\-/.][0-9]{1,2}[月\-/.][0-9]{1,2}日?(?:\s*[0-9]{1,2}[:：][0-9]{2}(?:[:：][0-9]{2})?)?[\s　]*"
)
_LONGEST_VALUE = 200
#: Labels that only a page pads (名　称：); 时 间： and 地 点： are padded in invitations too.
_PADDED = ("title", "number", "keywords", "subject", "status")
#: 教育 办法 通知: what follows 主题词.
_KEYWORDS = re.compile(r"[一-鿿]{1,12}(?:[\s　、,，;；]+[一-鿿]{1,12}){0,12}\Z")
#: Who a page names as its source: an organ, a site, a paper.
_SOURCE = re.compile(
    r"(?:网站?|报|社|电|台|局|厅|府|委|办|院|部|会|处|室|科|中心|央行|银行|办公室|新闻|发布|日报|镇|街道|乡)(?:\s.*)?\Z"
)
_STATUS = re.compile(
    r"(?:现行|全文|部分|继续|已被?|未|尚未|是|否|有|失|被|已经)?(?:有效|无效|失效|废止|修改|修订|生效|条款失效|效|是|否)\Z"
)


@dataclass(frozen=True)
class _Pair:
    label: str
    value: str
    is_strong: bool


def fact_key(label: str) -> str | None:
    """What a printed label means: index, issuer, publisher, source, number, signed …; ``None`` for an unknown one."""
    return _KEYS.get(squash(label).strip("【】[]:："))


def _clean(value: str) -> str:
    value = re.sub(r"[\s　\xa0]+", " ", value).strip(" |；;，,、")
    value = _TRAILING_BUTTONS.sub("", value).strip(" |　[【（(")
    return "" if value in ("--", "-", "—", "——", "无", "/", "null", "暂无") else value


def _pairs(text: str) -> list[_Pair]:
    """The labelled values of one line; ``[]`` for a line that is no row of facts."""
    if len(text) > 1200 or ("：" not in text and ":" not in text and "】" not in text and "∶" not in text):
        return _bare_pairs(text)
    lead = _LEADING.match(text)
    start = lead.end() if lead else 0
    timed = _UNLABELLED_TIME.match(text, start)
    marks = list(_MARKED.finditer(text))
    if not marks or marks[0].start() not in (start, timed.end() if timed else start):
        return _bare_pairs(text)
    pairs = [_Pair("", text[start : timed.end()].strip(), False)] if timed and marks[0].start() == timed.end() else []
    for i, mark in enumerate(marks):
        label = squash(mark["a"] or mark["b"] or mark["c"])
        end = marks[i + 1].start() if i + 1 < len(marks) else len(text)
        value = text[mark.end() : end]
        is_padded = _KEYS[label] in _PADDED and mark[0].rstrip(" 　\xa0:：") != label
        pairs.append(_Pair(label, _clean(value), label not in _WEAK or mark["b"] is not None or is_padded))
    if any(len(p.value) > _LONGEST_VALUE for p in pairs if _KEYS.get(p.label) not in ("abstract", "title")):
        return []
    return pairs


def _bare_pairs(text: str) -> list[_Pair]:
    """Label and value in neighbouring cells, or parted by spaces only: 公布机关 兰州市人民政府 效力状况 有效."""
    cells = [c.strip(" 　\xa0|") for c in text.split("\t")] if "\t" in text else text.split()
    cells = [c for c in cells if c] if "\t" in text else cells
    labels = [i for i, c in enumerate(cells) if squash(c).strip(":：") in _KEYS]
    if len(labels) == 1 and labels[0] == 0 and len(cells) == 2 and _STATUS.match(cells[1]):
        label = squash(cells[0]).strip(":：")
        return [_Pair(label, cells[1], True)] if _KEYS[label] == "status" else []
    if not labels or labels[0] != 0 or len(labels) < 2 or len(cells) > 24:
        return []
    if sum(squash(cells[i]).strip(":：") not in _WEAK for i in labels) < 1 or len(cells) > 3 * len(labels):
        return []
    pairs = []
    for k, i in enumerate(labels):
        end = labels[k + 1] if k + 1 < len(labels) else len(cells)
        label = squash(cells[i]).strip(":：")
        pairs.append(_Pair(label, _clean(" ".join(cells[i + 1 : end])), label not in _WEAK))
    return pairs if any(p.value for p in pairs) else []


def _is_fact_row(pairs: Sequence[_Pair], text: str) -> bool:
    """Whether pairs are a page's facts: a strong label, or weak ones whose value only a page prints."""
    if not pairs or ("。" in text.rstrip("。") and not any(_KEYS.get(p.label) == "abstract" for p in pairs)):
        return False
    if any(p.is_strong for p in pairs):
        return True
    labelled = [p for p in pairs if p.label]
    if len(labelled) < len(pairs) or len(labelled) >= 2:
        return len(text) <= 160
    value = labelled[0].value
    if _KEYS[labelled[0].label] == "published":
        return bool(re.match(r"[0-9]{4}[-/.][0-9]", value)) or bool(
            find_dates(value) and re.search(r"[0-9]:[0-9][0-9]", value)
        )
    if _KEYS[labelled[0].label] == "source":
        return len(value) <= 40 and (not value or bool(_SOURCE.search(value) or find_dates(value)))
    if _KEYS[labelled[0].label] == "keywords" and value:
        return labelled[0].label == "主题词" and bool(_KEYWORDS.match(value))
    if _KEYS[labelled[0].label] == "status" and value:
        return bool(_STATUS.match(value))
    return not value and _KEYS[labelled[0].label] in ("furniture", "keywords")


def is_fact_line(text: str) -> bool:
    """True for a line of labelled page facts or page buttons, which is neither title nor clause.

    来源：… 发布时间：2016-05-03 10:32, 【字体：大 中 小】. Miss: 申请时间：每年3月1日至31日; 主题词 in a sentence.
    """
    if not text.strip():
        return False
    return _is_fact_row(_pairs(text), text) or (len(text) <= 60 and bool(_ONLY_BUTTONS.match(text)))


def facts_of_lines(lines: Sequence[str]) -> list[tuple[str, str]]:
    """The (label, value) pairs that lines print, in printed order, labels without layout spaces.

    Empty values are left out, page buttons too. A label alone on its line takes the next line as its value where the
    lines around it do the same (索引号: | 6107280000/2024-001005 | 发文字号: | …).
    """
    facts: list[tuple[str, str]] = []
    lone: tuple[str, int] | None = None
    for index, text in enumerate(lines):
        pairs = _pairs(text)
        if not _is_fact_row(pairs, text):
            label = _lone_label(text)
            if label:
                lone = (label, index)
            elif lone and lone[1] == index - 1 and _is_lone_value(lone[0], text, lines, index):
                facts.append((lone[0], _clean(text)))
            continue
        facts += [(p.label, p.value) for p in pairs if p.value and _KEYS.get(p.label) != "furniture"]
        alone = len(pairs) == 1 and not pairs[0].value
        lone = (pairs[0].label, index) if alone else None
    return [(label, value) for label, value in facts if value]


def _lone_label(text: str) -> str | None:
    label = squash(text).strip(":：•·●【】")
    return label if label in _KEYS and re.search(r"[:：】]\s*\Z", text) else None


def _is_lone_value(label: str, text: str, lines: Sequence[str], index: int) -> bool:
    """Whether a line is the value of the label above it: lines of labels go on below, or the value is of its kind."""
    value, key = _clean(text), _KEYS[label]
    if not value or len(value) > 120 or "。" in value:
        return False
    if key in ("signed", "promulgated", "published", "effective", "lapses"):
        return bool(find_dates(value)) and len(value) <= 30
    if key in ("abstract", "furniture", "keywords"):
        return False
    return any(_lone_label(line) or _is_fact_row(_pairs(line), line) for line in lines[index + 1 : index + 2])


def facts_of_rows(rows: Iterable[Sequence[str]]) -> list[tuple[str, str]]:
    """The (label, value) pairs of a page's table, given row by row; ``[]`` for a table of another kind.

    Cells are labels and values in turn (索引号 | … | 主题分类 | …), hold whole pairs (发布机构：…), or both.
    """
    facts: list[tuple[str, str]] = []
    n_cells = n_known = 0
    for row in rows:
        cells = [c.strip() for c in row]
        label: str | None = None
        for cell in cells:
            if not cell:
                continue
            n_cells += 1
            plain = squash(cell).strip(":：【】")
            if plain in _KEYS:
                n_known, label = n_known + 1, plain
                continue
            pairs = _pairs(cell)
            if label is None and pairs:
                n_known += 1
                facts += [(p.label, p.value) for p in pairs if p.label]
            elif label is not None:
                facts.append((label, _clean(cell)))
                label = None
    if n_known < 2 or n_known * 4 < n_cells:
        return []
    return [(label, value) for label, value in facts if value and _KEYS.get(label) != "furniture"]


def fact_values(facts: Iterable[tuple[str, str]], *keys: str) -> list[str]:
    """The values of the facts that mean one of ``keys``, in the order of ``keys``, then as printed."""
    known = [(fact_key(label) if label else "published", value) for label, value in facts]
    return [value for key in keys for k, value in known if k == key and value]
