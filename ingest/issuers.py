"""Who issued a document: the organs that its title, head, page and signature name, weighed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.dates import HistoryEvent, find_dates, read_history
from ingest.organs import is_organ, organ_name, organs_of_title, split_organs
from ingest.own_number import OrderNumber
from ingest.page_facts import fact_values
from ingest.patterns import squash

#: 东莞市人民政府文件, 重庆市人民政府令, 财政部 税务总局公告
_LETTERHEAD = re.compile(
    r"[\s|*#\t]*(?P<who>[一-鿿][一-鿿\s　、]{1,80}?)[\s　]*(?:文\s*件|令|公\s*告|通\s*告|通\s*报)[\s|\t]*(?:[(（]?\s*第.{1,12}号[)）]?)?\s*\Z"
)
#: Laws and regulations: who puts them on a page is not who made them.
_LEGISLATION = re.compile(r"(?:条例|法|法典|修正案)(?:[(（].{0,20}[)）])?\Z")
_SHORT_NAME = re.compile(
    r"(?P<level>省|市|州|县|区|自治区)(?=人民政府|政府|人大|人民代表大会|[一-鿿]{0,12}(?:局|厅|委|办))"
)


def read_issuers(
    title: str,
    signature_organs: Sequence[str] = (),
    head_lines: Sequence[str] = (),
    facts: Sequence[tuple[str, str]] = (),
    order: OrderNumber | None = None,
    *,
    title_lines: Sequence[str] = (),
) -> tuple[str, ...]:
    """The issuing organs in printed order, joint ones too; ``()`` where nothing names one.

    Evidence, strongest first: the organs before 关于 in the title (等九部门 takes in those who sign), the letterhead
    (…文件, …令), the order's number, the page's 发文机关, the closing signature, the body that adopted or published it
    (its sitting left out), the page's 发布机构. A place in a title (上海市居住证管理办法) is no organ, a 来源 never one.
    """
    spaced = " ".join(title_lines) if title_lines else title
    named, and_others = organs_of_title(spaced)
    if not named:
        named, and_others = organs_of_title(title)
    if named:
        others = [o for o in signature_organs if not any(_is_same(o, n) for n in named)] if and_others else []
        if any(map(_SHORT_NAME.match, named)) and not others:
            return _in_full(named, "", signature_organs)
        return (*map(organ_name, named), *map(organ_name, others))
    for line in head_lines:
        match = _LETTERHEAD.match(line)
        if match and len(squash(line)) <= 70 and (organs := split_organs(match["who"])):
            return _in_full(organs, title, signature_organs)
    if order and (organs := split_organs(order.organ)):
        return _in_full(organs, title, signature_organs)
    recorded = _fact_organs(facts, "issuer")
    if recorded and not (signature_organs and all(_SHORT_NAME.match(o) for o in recorded)):
        return (*recorded, *(o for o in _fact_organs(facts, "joint") if o not in recorded))
    if signature_organs:
        return tuple(map(organ_name, signature_organs))
    if organs := _enacting_organs(read_history(head_lines), title):
        return _in_full(organs, title)
    if not _LEGISLATION.search(squash(title)):
        return _fact_organs(facts, "publisher")[:1]
    return ()


def _is_same(one: str, other: str) -> bool:
    """住房城乡建设部 and 中华人民共和国住房和城乡建设部 are one organ."""
    a, b = (re.sub(r"中华人民共和国|国家|[和与、\s]", "", x) for x in (one, other))
    return a == b


def _fact_organs(facts: Sequence[tuple[str, str]], key: str) -> tuple[str, ...]:
    for value in fact_values(facts, key):
        if organs := split_organs(re.sub(r"\s*[(（].*[)）]\s*\Z", "", value)):
            return tuple(map(organ_name, organs))
    return ()


def _enacting_organs(history: Sequence[HistoryEvent], title: str) -> tuple[str, ...]:
    """Who adopted or published it: an organ of the title's own place before another, a full name before a short one."""
    found: list[str] = []
    for kind in ("adopted", "promulgated"):
        for event in history:
            if event.kind == kind and (organ := _leading_organ(event.raw)):
                found.append(organ)
    place = re.match(r"[一-鿿]{1,9}?(?:省|市|自治区|自治州|州|县|区)", squash(title))
    here = [o for o in found if place and o.startswith(place[0])]
    return tuple(sorted(here or found, key=lambda o: bool(_SHORT_NAME.match(o)))[:1])


def _leading_organ(raw: str) -> str | None:
    raw = next((raw[d.end :] for d in find_dates(raw)[:1]), raw)
    text = re.sub(r"^[\s,，]*(?:已?经|由|业经|已由|已|根据)+", "", re.sub(r"^.*?》(?:已?经|已?由|业经)", "", raw))
    text = re.sub(r"^第?[一二三四五六七八九十百0-9]+届(?=全国)", "", squash(text))
    for end in range(min(36, len(text)), 2, -1):
        if is_organ(text[:end]):
            organ = organ_name(text[:end])
            return re.sub(
                r"(最高人民法院)审判委员会|(最高人民检察院)(?:第.{1,5}届)?检察委员会", lambda m: m[1] or m[2], organ
            )
    return None


def _in_full(organs: Sequence[str], title: str, signed: Sequence[str] = ()) -> tuple[str, ...]:
    """省人大常委会 as those who signed spell it; 市人民政府 in the head of 厦门市户籍管理规定 is 厦门市人民政府."""
    if len(organs) == len(signed) and any(map(_SHORT_NAME.match, organs)) and not any(map(_SHORT_NAME.match, signed)):
        return tuple(map(organ_name, signed))
    full = []
    for organ in organs:
        name, short = organ_name(organ), _SHORT_NAME.match(organ)
        place = re.match(rf"[一-鿿]{{1,9}}?{short['level']}", squash(title)) if short else None
        rest = name[len(short["level"]) :] if short else name
        full.append(place[0] + re.sub(r"^政府", "人民政府", rest) if place and short else name)
    return tuple(full)
