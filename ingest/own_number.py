"""The document's own number, not one it cites: 发文字号 and, for orders and announcements, 令号."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ingest.dates import find_dates, is_history_line, joined_brackets
from ingest.numerals import NUMERAL_CHARACTERS, read_numeral
from ingest.organs import is_organ
from ingest.page_facts import fact_values, is_fact_line
from ingest.patterns import squash, tidy
from ingest.refs import DocumentNumber, NumberMention, find_document_numbers

_N = f"[{NUMERAL_CHARACTERS}]"
_OPEN, _CLOSE = r"[\[(（〔【﹝［]", r"[\])）〕】﹞］]"
#: 国务院令第663号, 中华人民共和国主席令 第六十二号, 财政部 税务总局公告2019年第39号, 兰州市人民政府令[2008]第1号, 沪府令8号.
_ORDER = re.compile(
    rf"(?P<organ>[一-鿿][一-鿿、\s]{{1,60}}?)\s*(?P<kind>令|公告|通告)\s*(?P<open>{_OPEN})?\s*"
    rf"(?:(?P<year>(?:19|20|１９|２０)[0-9０-９]{{2}})\s*年?\s*{_CLOSE}?\s*)?第?\s*(?P<serial>{_N}{{1,5}}(?:\s{_N}{{1,4}})?)\s*号\s*{_CLOSE}?"
)
#: 第11号, 第 306 号, （第61号）, 2019年第39号: the second line of an order's head.
_ORDER_TAIL = re.compile(
    rf"\s*{_OPEN}?\s*(?:(?P<year>(?:19|20|１９|２０)[0-9０-９]{{2}})\s*(?:年|{_CLOSE})\s*)?第?\s*(?P<serial>{_N}(?:\s?{_N}){{0,5}})\s*号\s*{_CLOSE}?\s*\Z"
)
#: 北京市人民政府第11号令, 国务院第663号令, 公安部1995年第25号令: the serial before the word.
_ORDER_TURNED = re.compile(
    rf"(?P<organ>[一-鿿][一-鿿、\s]{{1,40}}?)\s*(?:(?P<year>(?:19|20)[0-9]{{2}})\s*年)?\s*第\s*(?P<serial>{_N}{{1,5}})\s*号\s*(?P<kind>令|公告)"
)
_ORDER_HEAD = re.compile(r"[\s*#]*(?P<organ>[一-鿿][一-鿿、\s]{1,60}?)\s*(?P<kind>令|公\s*告|通\s*告)\s*\Z")
#: What stands before or after a number on its own line: labels, a date, 签发人.
_BESIDE_NUMBER = re.compile(
    r"[\s|　*#\t_\-—]*(?:发?文字?号|公文字号|编号)?[\s:：]*|[\s|　*#\t]*(?:签发人[:：]?[一-鿿\s　]{0,12})?[\s|　*\t_\-—★]*"
)


@dataclass(frozen=True)
class OrderNumber:
    """The number of an order (令) or announcement (公告): who, which kind, year where one is printed, serial."""

    organ: str
    kind: str
    year: int | None
    serial: int

    def __str__(self) -> str:
        year = f"{self.year}年" if self.year else ""
        return f"{self.organ}{self.kind}{year}第{self.serial}号"


@dataclass(frozen=True)
class OwnNumber:
    """A document's own number as read and as printed; one of ``number`` and ``order`` is set. ``line`` is its index
    among the head lines, ``None`` where ``source`` is another: line, title, fact or name (of the file or page)."""

    raw: str
    number: DocumentNumber | None = None
    order: OrderNumber | None = None
    line: int | None = None
    source: str = "line"


def _of(mention: NumberMention, line: int | None = None) -> OwnNumber:
    """兰州市人民政府令[2008]第1号 has a year and is an order all the same; 渝府令〔2002〕139号 has a code, and is none."""
    number, raw = mention.number, re.sub(r"^[日月年]", "", tidy(mention.raw))
    if number.code.endswith(("令", "公告", "通告")):
        order = read_order(raw)
        if order and is_organ(order.organ):
            return OwnNumber(raw, None, order, line)
    return OwnNumber(raw, number, None, line)


def read_order(text: str) -> OrderNumber | None:
    """The order's number that the whole of ``text`` is (brackets around it apart); ``None`` for any other text."""
    compact = squash(text).strip("()（）[]【】《》")
    if turned := _ORDER_TURNED.fullmatch(compact):
        return _order(turned["organ"], turned["kind"], turned["year"], turned["serial"])
    match = _ORDER.match(compact + ("" if compact.endswith("号") else "号" if "号" not in compact else ""))
    if not match or match.end() < len(compact):
        return None
    return _order(match["organ"], match["kind"], match["year"], match["serial"])


def _order(organ: str, kind: str, year: str | None, serial: str) -> OrderNumber | None:
    name = re.sub(r"\s", "", organ)
    if re.search(r"根据|按照|依据|修改|废止|公布|发布|的|以", name):
        return None
    try:
        return OrderNumber(name, squash(kind), int(year) if year else None, read_numeral(squash(serial)))
    except ValueError:
        return None


def number_line(text: str) -> OwnNumber | None:
    """The number of a line that holds nothing else, or beside it a date, a label or 签发人; ``None`` for other lines."""
    if len(text) > 120 or ("号" not in text and "號" not in text):
        return None
    text = tidy(text)  # 高 教〔2016〕55号 is one code
    mentions = find_document_numbers(text, loose=True)
    if len(mentions) == 1:
        before, after = text[: mentions[0].start], text[mentions[0].end :]
        dates = find_dates(after)
        if dates:
            after = after[: dates[0].start] + after[dates[0].end :]
        after = "" if is_fact_line(after) else after
        if not _is_beside(before.rstrip("(（[【")) or not _is_beside(after.lstrip(")）]】")):
            return None
        return _of(mentions[0])
    order = read_order(text)
    return OwnNumber(tidy(text), None, order) if order else None


def _is_beside(text: str) -> bool:
    text = re.sub(r"[()（）\s]", "", text)
    return not text or _BESIDE_NUMBER.fullmatch(text) is not None or (text.endswith("文件") and len(text) <= 40)


def number_in_title_tail(title: str) -> tuple[OwnNumber | None, str]:
    """A number printed at the beginning or end of a title or file name, and the title without it.

    国办发[2012]46号国务院办公厅转发…的通知, …的意见国发[2014]35号, …细则(粤府〔2017〕7号), …办法（建设部令第11号）. A number
    inside the title's own words (关于贯彻国发〔2014〕35号文件的通知) is one it cites.
    """
    plain = title.strip()
    for mention in find_document_numbers(plain):
        if mention.start <= 1 and not re.match(r"[)）]?\s*(?:文件?|精神|的)", plain[mention.end :]):
            rest = plain[mention.end :].strip(" 　)）】-_—")
            return _of(mention), rest or plain
        tail = plain[mention.end :]
        if re.fullmatch(r"[\s)）】\]]*(?:(?:19|20)[0-9][0-9]年?)?[\s)）】\]]*", tail) and mention.start >= 4:
            rest = plain[: mention.start].rstrip(" 　(（【[-_—")
            return _of(mention), rest
    bracket = re.search(
        r"[(（【\[-]\s*([^()（）]{2,40}?[令告](?:[\[〔(（][0-9]{4}[\]〕)）])?[^()（）]{0,8}?号?)\s*[)）】\]]?\s*\Z",
        plain,
    )
    order = read_order(bracket[1]) if bracket else None
    if bracket and order:
        return OwnNumber(bracket[1], None, order), plain[: bracket.start()].strip()
    return None, plain


_PUBLISHED = r"(?:公布|发布|颁布|印发|公告)"
#: An order's number in a history line, either way round, before the word that publishes or before its date.
_ORDER_IN_HISTORY = re.compile(
    rf"(?P<order>[一-鿿、\s]{{2,40}}?(?:(?:令|公告)\s*(?:{_OPEN}?\s*(?:19|20)[0-9][0-9]\s*年?\s*{_CLOSE}?\s*)?第?\s*{_N}{{1,5}}\s*号"
    rf"|(?:(?:19|20)[0-9][0-9]年)?第\s*{_N}{{1,5}}\s*号(?:令|公告)))\s*{_CLOSE}?\s*(?:{_PUBLISHED}|(?=[12１２]\s?[0-9]{{3}}\s*年.{{4,9}}{_PUBLISHED}))"
)
#: What runs into the organ's name from before it: 月14日, 经, 由.
_BEFORE_ORGAN = re.compile(r"^.*(?:[日月][\s　]*|[,，、;；]|经|(?<!自)由|以)(?=[一-鿿])")


def _promulgating(line: str) -> OwnNumber | None:
    """The number by which a history line says that the document was published; one of an amendment is another's."""
    plain = re.sub(r"《[^《》]*》", lambda m: "※" * len(m[0]), line)
    for mention in find_document_numbers(plain):
        before = plain[max(0, mention.start - 40) : mention.start]
        if re.match(rf"\s*[)）]?\s*文?{_PUBLISHED}", plain[mention.end :]) and "根据" not in before:
            return _of(mention)
    match = _ORDER_IN_HISTORY.search(plain)
    if not match or re.search(r"修[正订改]|根据", plain[: match.start()][-30:]):
        return None
    text = _BEFORE_ORGAN.sub("", match["order"].strip())
    order = read_order(text)
    return OwnNumber(tidy(text), None, order) if order else None


def own_number(
    title_lines: Sequence[str] = (),
    head_lines: Sequence[str] = (),
    facts: Iterable[tuple[str, str]] = (),
    names: Sequence[str] = (),
) -> OwnNumber | None:
    """The document's own number by the strongest evidence that shows one; ``None`` where none does.

    Args:
        title_lines: the title, line by line.
        head_lines: what is printed around the title before the text begins: letterhead, number line, history.
        facts: what the page's table says.
        names: the file's name and the page's title, which may carry the number at an end.
    """
    lines = list(head_lines)
    for index, line in enumerate(lines):
        if found := number_line(line) or _two_line_order(line, lines[index + 1] if index + 1 < len(lines) else ""):
            return replace(found, line=index)
    if found := number_in_title_tail("".join(title_lines))[0]:
        return replace(found, source="title")
    for value in fact_values(facts, "number"):
        mentions = find_document_numbers(value, loose=True)
        order = None if mentions else read_order(value)
        if mentions or order:
            return replace(_of(mentions[0]) if mentions else OwnNumber(tidy(value), None, order), source="fact")
    for index, line in enumerate(joined_brackets(lines)):
        if is_history_line(line) and (found := _promulgating(line)):
            return replace(found, line=index)
    for name in names:
        if found := number_in_title_tail(name)[0]:
            return replace(found, source="name")
    return None


def _two_line_order(line: str, following: str) -> OwnNumber | None:
    if len(line) > 160 or len(following) > 60:
        return None
    head, tail = _ORDER_HEAD.match(line.strip()), _ORDER_TAIL.match(following)
    if not head or not tail or len(squash(line)) > 60:
        return None
    order = _order(head["organ"], head["kind"], tail["year"], tail["serial"])
    return OwnNumber(f"{tidy(line)}{tidy(following)}", None, order) if order else None
