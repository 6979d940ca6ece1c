"""From when and until when a text says it applies, and which texts it repeals or amends, each with its sentence.

自发布之日起施行 gives no calendar date: the sentence is kept, the date stays ``None`` (DOMAIN.md, A9).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ingest.dates import find_dates
from ingest.patterns import squash
from ingest.refs import find_document_numbers
from ingest.titles import document_type

_KIND = (
    "意见|方案|办法|通知|规划|细则|规定|制度|计划|措施|预案|公告|通告|决定|条例|规则|章程|标准|规范|指南|要点|政策|解释|批复|函|令|法|目录|规程|纲要|指引|"
    "导则|准则|守则|公约|暂行办法|实施办法|实施细则|实施意见|实施方案|若干规定|文|文件|修正案"
)
#: What a clause about its own document calls it: 本办法, 本实施细则, 本《办法》, 上述规定, 以上措施.
_SELF = re.compile(
    rf"(?:本次?|此|上述|以上|该)(?:暂行|试行|实施|补充|工作|管理|若干|专项|应急|行动)*[《〈<]?(?:{_KIND})[》〉>]?"
)
_START = r"(?:施行|实施|执行|试行|生效|起效|适用|有效|启用|开始实行|实行)"
#: 自2016年1月1日起施行, 从2000年7月1日起执行, 2020年1月1日起施行, 自印发之日起施行, 自公布之日起30日后施行
_EFFECTIVE = re.compile(
    rf"(?:自|从|于|由)?[^。;；《》]{{2,45}}?(?:(?:起|后|正式)(?:开始|正式|依法)?(?:[^。;；《》,，前]{{0,6}})?|日){_START}"
)
#: 自…之日起, with an event for a date.
_EVENT_DAY = re.compile(
    r"(?:发布|公布|印发|颁布|颁发|下发|发文|批准|签发|通过|即|发)之?日起|即日起|(?:发布|公布|印发)后"
)
_PROMULGATED = re.compile(r"现(?:予以?|将?)?(?:公布|发布|颁布|印发|转发)")
#: The clause tells of what happened or will happen under its rule, not of its own beginning.
_OTHERS = re.compile(r"(?:规章|规范性文件|法规|行政法规|文件)(?:应当|可以)?自|已[于自经]")
_OTHERS_AFTER = re.compile(r"前|后|以来|之前|期间|的|情况")
_VALIDITY = re.compile(
    r"(?:有效期(?:限)?|施行期限?|试行期(?:限)?|执行期限?|实施期限?)(?:为|至|到|自|暂定|定为|限|截至|截止|[:：]|[一二三四五六七八九十两0-9０-９])"
    r"|试行[一二三四五六七八九十两0-9０-９]+年|有效期[^。;；]{0,12}?年|(?:施行|执行|实施)至[^。;；]{0,20}(?:年|月|日)(?:止|$)?|之日起[^。;；,，]{0,8}年内有效|有效至"
)
_UNTIL = re.compile(r"(?:至|到|截止|截至)")
_SENTENCE = re.compile(r"[^。;；\n]+[。;；\n]?")


@dataclass(frozen=True)
class Said:
    """What a sentence of the document says; ``on`` is the calendar date it gives (ISO 8601), ``None`` for none.

    ``path`` is the clause that holds it, ``None`` in the head.
    """

    sentence: str
    on: str | None
    path: str | None


@dataclass(frozen=True)
class Relation:
    """``kind`` is ``repeals`` or ``amends``: the document ends or changes ``title`` (``number`` as printed)."""

    kind: str
    title: str
    number: str | None
    path: str | None


def sentences(text: str) -> Iterator[str]:
    """The sentences of ``text``, ；too ends one; quoted titles are never cut."""
    for match in _SENTENCE.finditer(text):
        if match[0].strip():
            yield match[0].strip()


def _is_about_itself(sentence: str, titles: Sequence[str]) -> bool:
    """The sentence speaks of its own document: 本办法…, 现予公布…, 《own title》…, or of nothing at all."""
    if _SELF.search(sentence):
        return True
    named = [squash(t) for t in re.findall(r"《([^《》]+)》", sentence)]
    own = [squash(t) for t in titles]
    if any(name in own for name in named):
        return True
    # What is published or printed herewith may be called by another name than the title gives.
    return bool(_PROMULGATED.search(sentence)) and all(any(name in title for title in own) for name in named)


def read_effective(
    clauses: Iterable[tuple[str, str]], head: Sequence[str] = (), titles: Sequence[str] = ()
) -> Said | None:
    """The sentence that says from when the document applies; ``None`` where none does.

    Args:
        clauses: (path, text) in document order; the last clause that speaks of its own document wins.
        head: lines before the text (promulgation: 现予公布，自…起施行), used where no clause says it.
        titles: the document's own title and the title of what it forwards.
    """
    found: Said | None = None
    for path, text in clauses:
        if not re.search(_START, text):
            continue
        for sentence in sentences(text):
            if said := _effective(sentence, path, titles):
                found = said if found is None or found.path != path or not found.on else found
    if found and found.on:
        return found
    for line in head:
        for sentence in sentences(line):
            if (said := _effective(sentence, None, titles)) and (said.on or not found):
                return said
    return found


def _effective(sentence: str, path: str | None, titles: Sequence[str]) -> Said | None:
    if len(sentence) > 600 or not _is_about_itself(sentence, titles):
        return None
    plain = re.sub(r"《[^《》]*》", lambda m: "※" * len(m[0]), sentence)
    for match in _EFFECTIVE.finditer(plain):
        start = max(plain.rfind(c, 0, match.end() - 2) for c in ",，:：")
        words = plain[max(match.start(), start + 1) : match.end()]
        if _OTHERS.search(words) or _OTHERS_AFTER.match(plain, match.end()):
            continue
        dates = find_dates(words)
        if dates and len(squash(words[dates[-1].end :])) <= 16:
            return Said(sentence, dates[-1].iso, path)
        if _EVENT_DAY.search(words):
            return Said(sentence, None, path)
    return None


def read_validity(
    clauses: Iterable[tuple[str, str]], head: Sequence[str] = (), titles: Sequence[str] = ()
) -> Said | None:
    """The sentence that limits how long the document applies; ``on`` is the last day where it is printed.

    有效期5年 gives no day; 有效期至2025年12月31日 does. The validity of a permit or card is none of the document's.
    """
    found: Said | None = None
    for path, text in [*((None, line) for line in head), *clauses]:
        if "效" not in text and "期" not in text and "试行" not in text and "至" not in text:
            continue
        before = ""
        for sentence in sentences(text):
            match = _VALIDITY.search(sentence)
            speaks = _SELF.search(sentence) or (before and _effective(before, path, titles))
            own = speaks and match and (_effective(sentence, path, titles) or _names_itself(sentence, match) or before)
            if match and own and not re.search(r"标注|未规定|应当规定|原有效期|在有效期|有效期内|有效期满", sentence):
                dates = [d for d in find_dates(sentence) if _UNTIL.search(sentence[max(0, d.start - 4) : d.start])]
                found = Said(sentence, dates[-1].iso if dates else None, path)
            before = sentence if _effective(sentence, path, titles) else ""
    return found


def _names_itself(sentence: str, match: re.Match[str]) -> bool:
    """本办法有效期5年, 本通知试行两年: the document is the subject right before the word."""
    subject = _SELF.search(sentence)
    return subject is not None and subject.end() <= match.start() <= subject.end() + 12


# ------------------------------------------------------------------------------------------------------ relations

_QUOTED = re.compile(r"《(?P<title>[^《》]+(?:《[^《》]*》[^《》]*)*)》(?P<after>\s*[(（][^()（）]{2,60}[)）])?")
_REPEALS = re.compile(
    r"(?:同时|即行|予以|相应|一并|自行|随之|同步|均|即)(?:废止|失效|停止执行)|之日起(?:废止|失效|停止执行)|(?:废止|停止执行)[。;；]?$"
)
#: Duties to repeal, and repeals that others made, are none of this document's: 应当予以废止, 已废止的, 废止后, 被废止.
_NOT_OWN_REPEAL = re.compile(
    r"应当|应予|可以|需要|不得|建议|及时|认为|情形|已(?:经|于|被)?[^,，。]{0,20}废止|被[^,，。]{0,10}废止|废止(?:后|的|前|或|、|和|与|情况|程序|失效)|修改[、或和]废止|废止或"
)
_AMENDS = re.compile(
    r"(?:对|将)?《[^《》]+(?:《[^《》]*》[^《》]*)*》[^。;；《》]{0,30}?(?:作(?:出)?如下修改|修改如下|作如下修订|作以下修改|予以修改|作出修改|修改为)"
)


def read_relations(clauses: Iterable[tuple[str, str]], title: str = "") -> tuple[Relation, ...]:
    """What the document repeals and amends by its own words, in document order, each once.

    《A》（令第1号）同时废止; 《A》、《B》自本办法施行之日起废止; 对《A》作如下修改. 《A》 in a title 关于修改《A》的决定 counts as amended,
    in 关于废止《A》的决定 as repealed.
    """
    found: dict[tuple[str, str], Relation] = {}
    for kind, verb in (("repeals", "废止"), ("amends", "修改|修订|修正")):
        if match := re.search(rf"关于[^《]{{0,12}}(?:{verb})[^《]{{0,8}}(?=《)", title):
            for named, number, _ in _titles_in(title[match.end() :]):
                found.setdefault((kind, named), Relation(kind, named, number, None))
    is_decision = bool(re.search(r"关于[^《]*废止", title))
    for path, text in clauses:
        if "《" not in text or not re.search(r"废止|失效|停止执行|修改|修订", text):
            continue
        before = ""
        for sentence in sentences(text):
            for relation in _relations(sentence, before, path, is_decision):
                found.setdefault((relation.kind, relation.title), relation)
            before = sentence
    return tuple(found.values())


def _titles_in(text: str) -> list[tuple[str, str | None, int]]:
    """Titles in 《》 that name a document, not a permit or a card: (title, number beside it, where)."""
    result = []
    for match in _QUOTED.finditer(text):
        if "关于" not in match["title"] and document_type(match["title"]) is None:
            continue
        after = match["after"] or ""
        mentions = find_document_numbers(after)
        order = re.search(r"[(（]([^()（）]*(?:令|公告)[^()（）]*号)", after)
        number = str(mentions[0].raw) if mentions else order[1] if order else None
        result.append((squash(match["title"]).replace("〈", "《").replace("〉", "》"), number, match.start()))
    return result


def _last_list(text: str) -> int:
    """Where the list of titles begins that ``text`` ends with: 按照《A》的规定，《B》（…号）、《C》 | 同时废止 begins at 《B》."""
    start, taken = len(text), False
    for match in reversed(list(re.finditer(r"[^,，;；:：]*(?:[,，;；:：]|\Z)", text))):
        piece = match[0].rstrip(",，;；:： ")
        if taken and not piece.endswith(("》", ")", "）")):
            break
        if "《" in piece:
            if re.search(r"按照|根据|依据|依照", piece):
                break
            start, taken = match.start(), True
    return start if taken else 0


def _relations(sentence: str, before: str, path: str, is_decision: bool) -> Iterator[Relation]:
    plain = _QUOTED.sub(lambda m: "※" * len(m[0]), sentence)
    verb = _REPEALS.search(plain)
    if verb and not _NOT_OWN_REPEAL.search(plain):
        text = sentence[: verb.start()]
        # 本办法自…起施行。原《A》同时废止 or 本办法自…起施行，《A》同时废止; basis titles stand before the 施行 of the text.
        began = [m.end() for m in re.finditer(_START + "(?!之日)", plain) if m.end() <= verb.start()]
        after = began[-1] if began and _SELF.search(plain[: began[-1]]) else 0
        after = max(after, _last_list(text))
        for named, number, at in _titles_in(text):
            if at >= after:
                yield Relation("repeals", named, number, path)
    elif (
        is_decision
        and re.match(r"[\s0-9一二三四五六七八九十、.(（)）]*(?:决定)?废止", plain)
        and not _NOT_OWN_REPEAL.search(plain)
    ):
        for named, number, _ in _titles_in(sentence):
            yield Relation("repeals", named, number, path)
    match = _AMENDS.search(sentence)
    if match and not re.search(r"应当|可以|已经?|根据", plain[: max(0, match.start())][-10:]):
        for named, number, _ in _titles_in(match[0])[:1]:
            yield Relation("amends", named, number, path)
