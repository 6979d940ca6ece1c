"""Dates as official documents print them, and what a document's head tells of its history (通过, 公布, 修正, 施行)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ingest.numerals import read_numeral

#: Full-width digits one by one, so that offsets stay those of the text.
_HALF_WIDTH = {ord("０") + i: str(i) for i in range(10)}
#: Zeros that typists and scanners print in a Chinese year: 二OO六, 二○一二, 二０一二.
_ZERO = "零〇○◯OoΟО0"
_YEAR = rf"(?:[12]\s?[0-9]\s?[0-9]\s?[0-9]|[一二]\s?[{_ZERO}九]\s?[{_ZERO}一二三四五六七八九]\s?[{_ZERO}一二三四五六七八九])"
_MONTH = r"(?:1\s?[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_DAY = r"(?:3[01]|[12]\s?[0-9]|0?[1-9]|三十一?|二?十[一二三四五六七八九]?|廿[一二三四五六七八九]?|[一二三四五六七八九])"
#: 2023年8月11日, 2013 年8 月1 日, 二〇二三年八月十一日, 二OO六年二月二十日. Miss: 2023年8月, 13年5月6日
_WRITTEN = re.compile(rf"(?<![0-9])(?P<y>{_YEAR})\s*年\s*(?P<m>{_MONTH})\s*月\s*(?P<d>{_DAY})\s*日")
#: 2016-05-03, 2016/9/20, 2016.5.3. Miss: 000000-02-2013-029907, 2016-05
_NUMERIC = re.compile(
    r"(?<![0-9\-/.])(?P<y>(?:19|20)[0-9][0-9])\s?([-/.])\s?(?P<m>[0-9]{1,2})\s?\2\s?(?P<d>[0-9]{1,2})(?![0-9\-/])"
)
#: 19940226, as a page fact gives it; nowhere else, because index numbers look the same.
_COMPACT = re.compile(r"\s*(?P<y>(?:19|20)[0-9][0-9])(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12][0-9]|3[01])\s*\Z")


@dataclass(frozen=True)
class DateMention:
    """A whole calendar date in a text: ``text[start:end]``, ``iso`` as ISO 8601."""

    iso: str
    start: int
    end: int


def _number(text: str) -> int:
    compact = re.sub(r"\s", "", text)
    if compact.isascii() and compact.isdigit():
        return int(compact)
    return read_numeral(re.sub(f"[{_ZERO}]", "〇", compact))


def _iso(match: re.Match[str]) -> str | None:
    try:
        return date(_number(match["y"]), _number(match["m"]), _number(match["d"])).isoformat()
    except ValueError:
        return None


def find_dates(text: str) -> list[DateMention]:
    """Every whole date in ``text``, left to right; 2月30日 and a date without its day are none."""
    plain = text.translate(_HALF_WIDTH)
    found = [
        DateMention(iso, m.start(), m.end())
        for pattern in (_WRITTEN, _NUMERIC)
        for m in pattern.finditer(plain)
        if (iso := _iso(m))
    ]
    return sorted(found, key=lambda d: d.start)


def read_date(text: str) -> str | None:
    """The first whole date in ``text`` as ISO 8601; ``None`` for none."""
    return next((d.iso for d in find_dates(text)), None)


def read_fact_date(value: str) -> str | None:
    """The date that a page fact's value gives, 19940226 included."""
    match = _COMPACT.match(value)
    return (_iso(match) if match else None) or read_date(value)


def is_date_line(text: str) -> bool:
    """True for a line that is a date and nothing else, brackets apart."""
    dates = find_dates(text)
    rest = text[: dates[0].start] + text[dates[0].end :] if len(dates) == 1 else text
    return len(dates) == 1 and not re.sub(r"[\s()（）\[\]【】　]", "", rest)


# ---------------------------------------------------------------------------------------------- a head's history


@dataclass(frozen=True)
class HistoryEvent:
    """One step of a document's history: ``kind`` is adopted, approved, promulgated, effective, amended or revised.

    ``on`` is ISO 8601, ``None`` where the head gives no date for the step; ``raw`` is the wording.
    """

    kind: str
    on: str | None
    raw: str


_VERBS = (
    ("amended", re.compile(r"修正|修改(?!〈|<|《|＜)")),
    ("revised", re.compile(r"修订(?!〈|<|《|＜)")),
    ("adopted", re.compile(r"通过")),
    ("approved", re.compile(r"批准")),
    ("promulgated", re.compile(r"(?<!现予)(?<!现予以)(?<!现)(?:公布|发布|颁布|公告)(?!之日)")),
    ("effective", re.compile(r"(?:施行|实施|生效)")),
)
_TITLES = re.compile(r"《[^《》]*(?:《[^《》]*》[^《》]*)*》")
#: A head line that tells history: it begins with a bracket or a date, or says 已经…通过, 现予公布.
_HISTORY_LINE = re.compile(
    r"^[\s　]*[(（]?[\s　]*(?:"
    r"(?:[一-鿿]{2,30}(?:令|公告)\s*第.{1,6}号\s*|[一-鿿]{3,30}?)(?=[12][0-9]{3}\s*年|[0-9]{1,2}月[0-9]{1,2}日)"
    r"|(?:根据|自)?\s*[12１２]\s*[0-9０-９]{3}\s*年|[一二][零〇○九]|.{0,60}第.{1,6}届.{2,30}会议|[一-鿿]{2,20}第.{1,8}会议.{0,8}通过)"
)
_PROMULGATION = re.compile(
    r"现予(?:以)?(?:公布|发布|颁布|印发)|(?:已|业)[经由].{2,80}?通过|现(?:公布|发布)《|通过[,，]现"
)
#: A sentence of the text that tells of another document: 国务院第663号令公布了《居住证暂行条例》.
_OF_ANOTHER = re.compile(r"[布发]了|以下简称|为认真|为贯彻|为了|现就|特制定|制定本|我[省市县区]")
_EVENT_WORD = re.compile(r"通过|批准|公布|发布|颁布|修正|修订|施行|实施")


def _telling_part(text: str) -> str:
    """The bracket that a history line is, whatever runs on behind it; else its sentences but those on other texts."""
    if re.match(r"[\s　]*[(（]", text):
        depth = 0
        for index, c in enumerate(text[:1500]):
            depth += (c in "(（") - (c in ")）")
            if depth == 0 and c in ")）":
                return text[: index + 1]
    return "".join(s for s in re.findall(r"[^。]*。?", text) if "废止" not in s)


def is_history_line(text: str) -> bool:
    """True for a head line that tells when the document was adopted, published, amended: (1998年…通过 …修正)."""
    text = _telling_part(text)
    return bool(
        len(text) <= 1500
        and _EVENT_WORD.search(text)
        and (_HISTORY_LINE.match(text) or _PROMULGATION.search(text))
        and not _OF_ANOTHER.search(text)
        and not re.match(r"\s*第\s*[一二三四五六七八九十百0-9]+\s*条", text)
    )


def joined_brackets(lines: Sequence[str]) -> list[str]:
    """``lines`` with those joined that a bracket opened at the beginning of a line holds together; as many lines.

    The lines that joined another are left empty, so that places stay: （1998年…第五次会议通过 | 2001年…修正）.
    """
    result = list(lines)
    for index, line in enumerate(lines):
        if not re.match(r"[\s　]*[(（]", line) or not result[index]:
            continue
        end = index + 1
        while end < min(len(lines), index + 24) and _depth(result[index]) > 0 and len(result[index]) < 1500:
            result[index] += lines[end].strip()
            result[end] = ""
            end += 1
        if _depth(result[index]) > 0:
            result[index : index + 24] = lines[index : index + 24]
    return result


def _depth(text: str) -> int:
    return sum((c in "(（") - (c in ")）") for c in text)


def _without_titles(text: str) -> str:
    """``text`` with quoted titles blanked: the 修改 of 《关于修改〈…〉的决定》 is no event of its own."""
    return _TITLES.sub(lambda m: "　" * len(m[0]), text)


def read_history(lines: Sequence[str]) -> tuple[HistoryEvent, ...]:
    """What the history lines among ``lines`` tell, in printed order."""
    return tuple(
        event for line in joined_brackets(lines) if is_history_line(line) for event in _events(_telling_part(line))
    )


def _events(line: str) -> Iterator[HistoryEvent]:
    plain = _without_titles(line)
    dates = [d for d in find_dates(line) if plain[d.start : d.start + 1].strip("　")]
    bounds = [0, *(d.start for d in dates[1:]), len(line)] if dates else [0, len(line)]
    for i in range(len(bounds) - 1):
        start, end = bounds[i], bounds[i + 1]
        if dates and i == 0 and dates[0].start > 0:
            yield from _undated(line[: dates[0].start], plain[: dates[0].start])
        on = dates[i].iso if dates else None
        spoken, rest = plain[max(start, dates[i].end) : end] if dates else plain[start:end], line[start:end]
        kinds = [kind for kind, verb in _VERBS if verb.search(spoken)]
        if "amended" in kinds or "revised" in kinds:
            # 修订通过 of a new text is its adoption; 会议《…决定》修正 is an amendment whoever passed it.
            is_adoption = re.search(r"修[订正]通过", spoken) is not None
            kinds = ["adopted"] if is_adoption else [k for k in kinds if k in ("amended", "revised")][:1]
        if "promulgated" in kinds and "effective" in kinds and re.search(r"(?:公布|发布)(?:之日)?起", spoken):
            kinds = [k for k in kinds if k != "effective"]
        if "effective" in kinds and kinds[0] != "effective" and "自" not in plain[max(0, start - 2) : start]:
            kinds = [k for k in kinds if k != "effective"]
        for kind in kinds:
            yield HistoryEvent(kind, on, rest.strip(" 　()（）,，。、"))


def _undated(text: str, plain: str) -> Iterator[HistoryEvent]:
    """Steps told before the first date: 广东省第九届人大常委会第七次会议通过 …."""
    end = min((m.start() for m in re.finditer(r"根据|修[正订改]", plain)), default=len(plain))
    text, plain = text[:end], plain[:end]
    for kind in ("adopted", "approved"):
        if dict(_VERBS)[kind].search(plain):
            yield HistoryEvent(kind, None, text.strip(" 　()（）,，。、"))
