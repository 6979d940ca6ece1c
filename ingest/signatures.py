"""The closing signature (落款) and the imprint (版记): who signed when, and the lines that are no text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.dates import find_dates, is_date_line, read_date
from ingest.organs import join_broken, split_organs
from ingest.patterns import squash

#: 主题词：…, 抄送：…, 送：…, 重庆市人民政府办公厅 2016年5月3日印发, 东莞市人民政府办公室秘书五科, (共印150份).
_IMPRINT = re.compile(
    r"(?:主题词|抄\s*送|抄\s*报|分\s*送|主\s*送|报\s*送|送|发)\s*[:：]|.{0,60}[0-9]{1,2}\s*日\s*(?:印|刊|打)\s*发\s*\Z|(?:印发|校对|打字|录入)\s*[:：]"
    r"|[(（]?共印\s*[0-9]+\s*份[)）]?\Z|公开(?:方式|属性|类别|形式)\s*[:：]|[(（]联系(?:人|电话|单位)[:：]"
)
_IMPRINT_OFFICE = re.compile(r"[一-鿿\s]{4,40}(?:秘书[一二三四五六七八九十]*[科处]|文书科|文秘科)(?:\s.*)?\Z")
#: 市 长 黄奇帆, 局长 张茅, 中华人民共和国主席 胡锦涛: who signs an order.
_SIGNATORY = re.compile(
    r"(?:[一-鿿]{0,24}?)(?:主\s*席|总\s*理|省\s*长|市\s*长|州\s*长|县\s*长|区\s*长|部\s*长|主\s*任|局\s*长|署\s*长|厅\s*长|院\s*长|行\s*长|检察长|盟\s*长)"
    r"\s*[:：]?\s*[一-鿿·•\s]{0,12}\Z"
)
_PAGE_OR_RULE = re.compile(r"[\s\-—–_─━=*·•|—]*(?:[0-9]{1,4}[\s\-—–_─━=*·•|—]*)?\Z")
_CLOSING_WORDS = re.compile(r"[(（]\s*(?:盖章|印章?|此页无正文|以下无正文|此件[一-鿿]{2,12}|章)\s*[)）]")


@dataclass(frozen=True)
class Signature:
    """The closing signature among given lines: ``lines[first:end]``. ``signed_on`` is ISO 8601."""

    organs: tuple[str, ...]
    signed_on: str | None
    first: int
    end: int
    #: A person signed, as orders are (市 长 …).
    by_person: bool = False


def is_imprint_line(text: str) -> bool:
    """True for a line of the imprint (版记) below the signature. Miss: 发：following a sentence, 送达：…"""
    compact = text.strip(" 　|\t")
    return (bool(_IMPRINT.match(compact) or _IMPRINT_OFFICE.match(compact)) and not compact.endswith("。")) or bool(
        re.match(r"(?:抄\s*送|主题词)\s*[:：]", compact)
    )


def is_signatory_line(text: str) -> bool:
    """True for the line of the person who signs an order: 市 长 黄奇帆."""
    # Converters leave private-use characters for fonts they do not know (市长 刘赐贵 of 厦门市户籍管理规定).
    text = re.sub(r"[\ue000-\uf8ff]", "", text).strip()
    return len(squash(text)) <= 24 and bool(_SIGNATORY.match(text))


def _signed_organs(text: str) -> tuple[str, ...]:
    return split_organs(_CLOSING_WORDS.sub("", text).strip(" 　|\t()（）")) if len(text) <= 160 else ()


def _organs_and_date(text: str) -> tuple[tuple[str, ...], str | None]:
    """Organs and date of one line that holds both: 重庆市教育委员会 2016年4月8日."""
    dates = find_dates(text)
    if len(dates) != 1 or "年" not in text or len(text) > 120 or squash(text[dates[0].end :]).strip("()（）|"):
        return (), None
    organs = _signed_organs(text[: dates[0].start])
    return organs, dates[0].iso if organs else None


def read_signature(lines: Sequence[str], *, last: int = 40) -> Signature | None:
    """The closing signature nearest to the end of ``lines``; ``None`` where they close without one.

    Reads organs over several lines or several on one, a date under, beside or above nothing, a signatory's name
    (市长 …), and looks past the imprint, rules and page numbers; never past a sentence.

    Args:
        last: how many of the last lines are looked at.
    """
    end = len(lines)
    stop = max(0, len(lines) - last)
    while end > stop and (
        is_imprint_line(lines[end - 1]) or _PAGE_OR_RULE.match(lines[end - 1]) or _wraps(lines, end - 1)
    ):
        end -= 1
    return _signature_ending_at(lines, end, stop) or _run_on(lines[:end])


def _wraps(lines: Sequence[str], index: int) -> bool:
    """The imprint's lines that the page broke: 抄送：…，市 | 检察院，重庆警备区。"""
    before = next((i for i in range(index - 1, max(-1, index - 5), -1) if is_imprint_line(lines[i])), None)
    return (
        before is not None
        and not any(lines[i].rstrip().endswith("。") for i in range(before, index))
        and bool(re.match(r"(?:抄|送|报|分)", squash(lines[before]).strip("|")))
    )


def _signature_ending_at(lines: Sequence[str], end: int, stop: int) -> Signature | None:
    index, signed_on, people = end - 1, None, 0
    organs: list[str] = []
    while index >= stop:
        text = lines[index]
        if not text.strip() or _CLOSING_WORDS.fullmatch(text.strip()):
            index -= 1
        elif signed_on is None and not organs and _is_signed_date(text):
            signed_on, index = read_date(text), index - 1
        elif signed_on is None and not organs and (both := _organs_and_date(text))[0]:
            organs, signed_on, index = list(both[0]), both[1], index - 1
        elif signed_on and is_signatory_line(text) and people < 3:
            people, index = people + 1, index - 1
        elif names := _signed_organs(text):
            organs[:0], index = names, index - 1
        else:
            break
    first = index + 1
    if (not organs and not signed_on) or (signed_on is None and end - first > 8):
        return None
    return Signature(tuple(join_broken(organs)), signed_on, first, end, people > 0)


def _is_signed_date(text: str) -> bool:
    """2016年3月31日; a site writes 2016-03-31, for the day it put the page up."""
    return len(text.strip()) <= 40 and "年" in text and is_date_line(_CLOSING_WORDS.sub("", text))


def _run_on(lines: Sequence[str]) -> Signature | None:
    """A signature that a converter left at the end of the last paragraph: …同时废止。某市财政局 2016年3月31日."""
    text = lines[-1] if lines else ""
    sentence, mark, tail = text.rstrip().rpartition("。")
    organs, signed_on = _organs_and_date(tail) if mark and len(tail) <= 160 else ((), None)
    return Signature(organs, signed_on, len(lines), len(lines)) if organs and sentence else None


def find_signatures(lines: Sequence[str]) -> list[Signature]:
    """Every signature with a date among ``lines``: a covering notice is signed before what it forwards.

    A date alone counts behind a closed sentence (…，请认真贯彻执行。 | 二○一二年一月十六日).
    """
    found: list[Signature] = []
    for index, text in enumerate(lines):
        if len(text) > 120 or not find_dates(text):
            continue
        floor = found[-1].end if found else 0
        if _is_signed_date(text) or _organs_and_date(text)[0]:
            signature = _signature_ending_at(lines, index + 1, max(floor, index - 12))
            closed = index > 0 and re.search(r"。[\s　]*\Z|[(（]此件.{2,12}[)）]", lines[index - 1])
            if signature and (signature.organs or signature.by_person or closed):
                found.append(signature)
    return found
