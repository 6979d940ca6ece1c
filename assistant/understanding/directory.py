"""Which document people mean: a number in any spelling, a title, a short title, or only "19号文"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.errors import AmbiguousDocument, UnknownDocument
from assistant.normalise import bare, clean_question
from assistant.understanding.places import home_places, place_at_end
from ingest import Document, DocumentNumber
from ingest.numerals import NUMERAL_CHARACTERS, read_numeral
from ingest.refs import find_document_numbers

_TYPE_WORDS = (
    "实施意见", "指导意见", "工作方案", "实施方案", "暂行办法", "管理办法", "实施细则", "意见", "办法", "方案", "制度", "通知",
    "规定", "细则", "条例", "决定", "公告", "规划", "纲要", "计划", "通报", "批复",
)  # fmt: skip
_TYPE = "|".join(_TYPE_WORDS)
#: A short title in a sentence: 抗震办法, 社保实施意见, 信息公开审查制度, 《抗震暂行办法》.
_SHORT_TITLE = re.compile(rf"(?P<name>[一-鿿()（）]{{0,24}}?(?P<type>{_TYPE}))(?:[(（](?:试行|暂行)[)）])?")
_SERIAL_ONLY = re.compile(
    rf"(?P<code>[一-鿿]{{0,8}}?)(?<![〔\[(（0-9年])第?(?P<serial>[{NUMERAL_CHARACTERS}]{{1,5}})\s*号(?![楼院线房])(?:文件?|令|通知|意见|办法|方案|制度)?"
)
#: 余府发19里, 余府办发28: a whole code and a serial, 号 left out.
_CODE_AND_SERIAL = re.compile(
    rf"(?P<code>[一-鿿]{{1,8}})\s*第?(?P<serial>[{NUMERAL_CHARACTERS}]{{1,5}})(?![{NUMERAL_CHARACTERS}〔\[(年月日号次条个.%])"
)
#: A place of which something else is said: 江西省…, 萍乡的….
_ELSEWHERE = re.compile(r"(?:省|市|自治区|县|区)?的?$")

#: 第40次常务会(议), 锂电那篇调研, 就业形势分析文章.
_REPORT = re.compile(
    rf"(?P<meeting>第\s*(?P<session>[{NUMERAL_CHARACTERS}]+)\s*次(?:(?:市政府)?(?:常务会|会议)|(?=(?:[、和与跟及]第?[{NUMERAL_CHARACTERS}]+次)+(?:常务会|会议))))(?:议)?|(?P<topic>[一-鿿]{{2,8}}?)(?:产业)?(?:的)?(?:那篇|这篇)?(?:的)?(?:调研|调查|文章|分析)(?:文章|报告|里)?"
)


@dataclass(frozen=True)
class DocumentMention:
    """A document that a question names: ``matches`` are the held documents it can mean, ``raw`` its wording.

    ``number`` is set where a full document number was typed; no match then means that it is not held.
    """

    raw: str
    start: int
    end: int
    number: DocumentNumber | None
    matches: tuple[Document, ...]


def _whole_number(text: str) -> DocumentNumber | None:
    """The document number that the whole of ``text`` spells, also one whose 号 was left out."""
    for spelling in (text, f"{text}号"):
        try:
            return DocumentNumber.parse(spelling)
        except ValueError:
            continue
    return None


def _is_subsequence(short: str, long: str) -> bool:
    characters = iter(long)
    return all(c in characters for c in short)


class Directory:
    """The held documents by number, serial, title and short title. Look-ups are linear in the number of documents."""

    def __init__(self, documents: Sequence[Document]):
        self.documents = tuple(documents)
        self.by_id = {d.document_id: d for d in self.documents}
        self._titles: dict[str, list[Document]] = {}
        for document in self.documents:
            for title in (document.title, document.attached_title):
                if title:
                    self._titles.setdefault(bare(title), []).append(document)

    @cached_property
    def home(self) -> frozenset[str]:
        """The places that the held documents govern."""
        return home_places(self.documents)

    @cached_property
    def table_rows(self) -> tuple[str, ...]:
        """The names of the rows of held tables, longest first: counties, districts, trades."""
        rows = {bare(c.row) for d in self.documents for t in d.tables for c in t.cells}
        return tuple(sorted(rows, key=lambda row: (-len(row), row)))

    # -- one document, by whatever name ----------------------------------------------------------------------

    def find(self, spelling: str) -> Document:
        """The one document that ``spelling`` names: id, number in any spelling, title, short title, 19号文.

        Raises:
            UnknownDocument: none; the message says what to do.
            AmbiguousDocument: several; ``candidates`` names them.
        """
        spelling = spelling.strip()
        if spelling in self.by_id:
            return self.by_id[spelling]
        text = clean_question(spelling).strip('《》"“” ')
        exact = self._titles.get(bare(text), [])
        if len(exact) == 1:
            return exact[0]
        if number := _whole_number(text):
            if document := self.by_id.get(str(number)) or self._by_number_tail(number):
                return document
            raise UnknownDocument(f"未收录 {number}。请核对文号,或查看已收录文件的目录。")
        matches = exact or [d for m in self.mentions(text) for d in m.matches]
        matches = list(dict.fromkeys(matches)) or self._by_title_part(text)
        if len(matches) == 1:
            return matches[0]
        if matches:
            names = [d.document_id for d in matches]
            raise AmbiguousDocument(f"“{spelling}”可以指 {len(names)} 份文件,请写明是哪一份:{'、'.join(names)}", names)
        raise UnknownDocument(f"没有找到“{spelling}”。请核对文号或标题,或查看已收录文件的目录。")

    def _by_title_part(self, text: str) -> list[Document]:
        part = bare(text)
        if len(part) < 2:
            return []
        return [
            d for d in self.documents if part in bare(d.title) or (d.attached_title and part in bare(d.attached_title))
        ]

    # -- documents named in a sentence -----------------------------------------------------------------------

    def mentions(self, text: str) -> list[DocumentMention]:
        """Every document that a cleaned question names, left to right; overlapping names are one mention."""
        found: list[DocumentMention] = []

        def free(start: int, end: int) -> bool:
            return all(end <= m.start or m.end <= start for m in found)

        for mention in find_document_numbers(text, loose=True):
            document = self.by_id.get(str(mention.number)) or self._by_number_tail(mention.number)
            found.append(
                DocumentMention(
                    mention.raw, mention.start, mention.end, mention.number, (document,) if document else ()
                )
            )
        for title_match in re.finditer(r"《([^《》]{2,80})》", text):
            documents = self._titles.get(bare(title_match[1]), []) or self._short_title(title_match[1])
            if documents and free(title_match.start(), title_match.end()):
                found.append(DocumentMention(title_match[0], *title_match.span(), None, tuple(documents)))
        for document in self.documents:
            for title in (document.title, document.attached_title):
                at = text.find(title) if title and len(title) >= 6 else -1
                if title and at >= 0 and free(at, at + len(title)):
                    found.append(DocumentMention(title, at, at + len(title), None, (document,)))
        for serial in _SERIAL_ONLY.finditer(text):
            if free(*serial.span("serial")) and (documents := self._by_serial(serial, text)):
                start = serial.start("serial")
                found.append(DocumentMention(text[start : serial.end()], start, serial.end(), None, tuple(documents)))
        for serial in _CODE_AND_SERIAL.finditer(text):
            documents = self._by_code_and_serial(serial)
            if documents and free(*serial.span("serial")):
                start = serial.end("code") - len(documents[0].document_number.code)  # type: ignore[union-attr]
                found.append(DocumentMention(text[start : serial.end()], start, serial.end(), None, tuple(documents)))
        for report in _REPORT.finditer(text):
            documents = self._report(report)
            if documents and free(*report.span()):
                found.append(DocumentMention(report[0], *report.span(), None, tuple(documents)))
        for short in _SHORT_TITLE.finditer(text):
            # The words before a short title run into it; the longest tail that names a document is the title.
            for first in range(short.start("name"), short.start("type") - 1):
                documents = self._short_title(text[first : short.end("name")])
                if documents:
                    # 江西省信息公开审查制度 is not ours; 江西省气象高质量发展纲要的实施意见 names the place itself.
                    place = _place_before(text, first)
                    documents = [d for d in documents if place in d.title]
                    if 1 <= len(documents) <= 3 and free(first, short.end()):
                        found.append(
                            DocumentMention(text[first : short.end()], first, short.end(), None, tuple(documents))
                        )
                    break
        return sorted(found, key=lambda m: m.start)

    def _by_number_tail(self, number: DocumentNumber) -> Document | None:
        """府办发〔2023〕19号 for 余府办发〔2023〕19号: a code typed without its region, where only one fits."""
        fits = [
            d
            for d in self.documents
            if (n := d.document_number)
            and (n.year, n.serial) == (number.year, number.serial)
            and (number.code.endswith(n.code) or (n.code.endswith(number.code) and len(number.code) >= 2))
        ]
        return fits[0] if len(fits) == 1 else None

    def _by_serial(self, match: re.Match[str], text: str) -> list[Document]:
        try:
            serial = read_numeral(match["serial"])
        except ValueError:
            return []
        held = [d for d in self.documents if d.document_number and d.document_number.serial == serial]
        if not held:
            return []
        code = match["code"]
        for size in range(min(len(code), 6), 0, -1):
            narrowed = [d for d in held if d.document_number and d.document_number.code.endswith(code[-size:])]
            if size >= 2 and narrowed:
                # 余府发19号 is not 余府办发19号: a code typed whole must fit whole.
                whole = [d for d in narrowed if d.document_number and d.document_number.code == code[-size:]]
                return whole or narrowed
        around = text[max(0, match.start() - 8) : match.end() + 8]
        topical = [d for d in held if any(bare(w) in bare(around) for w in _topic_words(d, self.home))]
        if not topical:
            pairs = {code[i : i + 2] for i in range(len(code) - 1)}
            topical = [d for d in held if any(_is_abbreviation(p, _topic(d)) for p in pairs)]
        return topical or held

    def _by_code_and_serial(self, match: re.Match[str]) -> list[Document]:
        try:
            serial = read_numeral(match["serial"])
        except ValueError:
            return []
        return [
            d
            for d in self.documents
            if (n := d.document_number) and n.serial == serial and match["code"].endswith(n.code)
        ]

    def _report(self, match: re.Match[str]) -> list[Document]:
        """第40次常务会, 锂电那篇调研: meeting reports by their number, articles by a word of their title."""
        if match["meeting"]:
            try:
                name = f"第{read_numeral(match['session'])}次"
            except ValueError:
                return []
            return [d for d in self.documents if d.kind == "meeting" and name in bare(d.title)]
        topic = match["topic"]
        for size in range(len(topic), 1, -1):
            fits = [d for d in self.documents if d.kind == "research" and topic[-size:] in bare(d.title)]
            if fits:
                return fits if len(fits) == 1 else []
        return []

    def _short_title(self, name: str) -> list[Document]:
        """Documents whose title contains the characters of a short title in order, and its type word."""
        name = re.sub(r"[这那][个份部]", "", bare(name))  # 抗震那个办法
        type_word = next((w for w in _TYPE_WORDS if name.endswith(w)), "")
        topic = name.removesuffix(type_word)
        if len(topic) < 2:
            return []
        whole = [d for d in self.documents if any(name in bare(t) for t in (d.title, d.attached_title) if t)]
        if whole:
            return whole
        fits = []
        for document in self.documents:
            if document.kind not in ("policy", "appointment"):
                continue
            for title in (document.attached_title, document.title):
                if not title:
                    continue
                core = bare(title).removesuffix("的通知") if document.attached_title else bare(title)
                if (
                    type_word[-2:] in core[-8:]
                    and _is_subsequence(topic, core)
                    and any(
                        topic[i : i + 2] in core or _is_abbreviation(topic[i : i + 2], core)
                        for i in range(len(topic) - 1)
                    )
                ):
                    fits.append(document)
                    break
        return fits


def _topic(document: Document) -> str:
    """The title without its issuer and the verbs that open it."""
    title = document.attached_title or document.title
    return re.sub(r"^(?:.*?关于(?:印发|贯彻落实|加快|进一步|推进|加强)*|[一-鿿]{2,3}市)", "", title)


def _topic_words(document: Document, home: Iterable[str]) -> Iterator[str]:
    """Two-character words of a title that can tell it from another with the same serial; places all titles name cannot."""
    core = _topic(document)
    for place in home:
        core = re.sub(rf"{re.escape(place)}[市省县区]?", " ", core)
    yield from {core[i : i + 2] for i in range(len(core) - 1) if re.fullmatch(r"[一-鿿]{2}", core[i : i + 2])} - {
        "实施", "意见", "办法", "方案", "制度", "通知", "工作", "发展", "管理", "高质", "质量", "暂行", "加快", "推进",
    }  # fmt: skip


def _place_before(text: str, position: int) -> str:
    """The place that ``text`` names right before ``position`` (江西省, 萍乡的); empty where it names none."""
    return place_at_end(_ELSEWHERE.sub("", text[:position]))


def _is_abbreviation(pair: str, text: str) -> bool:
    """社保 for 社会保障: the two characters open two neighbouring words."""
    at = text.find(pair[0])
    while at >= 0:
        if pair[1] in text[at + 1 : at + 4]:
            return True
        at = text.find(pair[0], at + 1)
    return False


def short_title(document: Document) -> str:
    """The title as people say it: of a forwarding notice, what it forwards."""
    return document.attached_title or document.title
