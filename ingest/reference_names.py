"""Whose clause is meant: documents named in running text, by title, number, short name or 同法 and 该办法."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest import patterns
from ingest.holding import TITLE, name_key

TYPES = "办法|法典|法|条例|规定|细则|意见|方案|制度|解释|决定|通知|规则|章程|标准|规程|预案|准则|指引|纲要|公告|措施|规划|计划"
#: Names without 书名号: 依照刑法第二百六十四条, 违反治安管理处罚法第十条.
_UNQUOTED = re.compile(
    r"(?P<name>[一-鿿]{1,30}?(?:法典|法|条例|办法|规定|解释|细则|规则|决定|章程|公约|协定|条约|议定书|宣言|修正案|[法典][总分通]则))(?:[（(][^()（）]{1,12}[)）])?\s*的?\s*\Z"
)
_NAME_LEAD = re.compile(
    r".*(?:依照|按照|根据|依据|违反|符合|适用|构成|属于|执行|援用|触犯|遵守|参照|参考|比照|履行|定为|作为|视为|犯有|实施|修[正订改]后的?|修[正订改]前的?|以及|或者|[照于的和及或在至、])"
)
_NAME_HEAD = re.compile(r"^(?:[除对将由以向从经受按是如因据具原旧新]|有(?![线限色机关组])|其|为)(?!.{0,1}\Z)")
_NOT_A_NAME = re.compile(
    r"(?:有关|相关|上述|下列|前款|前条|其他|国家|法律|法规|本)(?:规定|办法|决定|解释|规则)\Z|第.{1,8}[条款项]|^(?:该|本|同)"
)
_ALIAS = re.compile(
    r"\s*(?:[（(][^（）()]{0,60}[)）])?\s*[（(]\s*(?:以下|下文|下)?(?:简称|统称|称)(?:为)?[:：]?\s*[“\"《「]?(?P<alias>[^“”\"《》「」()（）,，。]{1,24})"
)
_GENERIC = re.compile(rf"(?:实施)?(?:{TYPES})\Z")
_AMENDING = re.compile(r"修改|修正案|废止|修订的决定")


#: How many names back 同法 and 《办法》 look.
_RECENT = 200


@dataclass(frozen=True)
class Name:
    """Whose clause a number is: ``document`` of another document, ``None`` for this one; said in ``text[start:end]``."""

    document: str | None
    start: int
    end: int


class Naming:
    """What was named so far in one document, and what its short names stand for."""

    def __init__(self, own_titles: Sequence[str], own_number: str | None):
        self.own_number = own_number
        own = [*own_titles]
        own += [m["what"].strip("《》") for t in own_titles if (m := patterns.FORWARDED.search(re.sub(r"\s", "", t)))]
        self.own_keys = {name_key(t) for t in own}
        #: What 《办法》 or 民诉法 stands for, by 以下简称.
        self.aliases: dict[str, str | None] = {}
        #: Documents named so far, latest last; ``None`` is this one.
        self.named: list[str | None] = []
        self.is_amending = any(_AMENDING.search(t) for t in own_titles)
        self.amended = next((a for t in own_titles if (a := _amended(t))), None) if self.is_amending else None

    def name_of(self, title: str) -> str | None:
        """The document that 《title》 means here; ``None`` for this one."""
        if title in self.aliases:
            return self.aliases[title]
        if name_key(title) in self.own_keys:
            return None
        if _GENERIC.fullmatch(title):
            for name in reversed(self.named[-_RECENT:]):
                if name and name.endswith(title):
                    return name
            if any(key.endswith(title) for key in self.own_keys):
                return None
        return title

    def again(self, word: str) -> Name | None:
        """同法, 该办法: the document named last whose name fits."""
        kind = re.sub(r"^(?:同一?|该|此|上述|前述)", "", word)
        for name in reversed(self.named[-_RECENT:]):
            if name is None:
                if any(key.endswith(kind) for key in self.own_keys) or not self.own_keys:
                    return Name(None, 0, 0)
            elif name.endswith(kind) or (kind == "法" and name.endswith("法典")) or _is_number(name):
                return Name(name, 0, 0)
        return None

    def unquoted(self, text: str, start: int) -> Name | None:
        """The law named without 书名号 right before ``start``: 依照刑法第二百六十四条."""
        match = _UNQUOTED.search(text, max(0, start - 40), start)
        if not match:
            return None
        raw = match["name"]
        lead = _NAME_LEAD.match(raw)
        name = raw[lead.end() :] if lead and lead.end() < len(raw) - 1 else raw
        name = _NAME_HEAD.sub("", name)
        if _GENERIC.fullmatch(name) and raw == name:
            # 条例第三十一条所称…: an implementing regulation speaks of the one it implements.
            return Name(self.name_of(name), match.start("name"), match.end())
        minimum = 5 if re.search(r"(?:规定|办法|解释|规则|决定)$", name) else 2
        if len(name) < minimum or _NOT_A_NAME.search(name):
            return None
        document = self.aliases.get(name, None if name_key(name) in self.own_keys else name)
        self.named.append(document)
        return Name(document, match.start("name") + len(raw) - len(name), match.end())

    def introduce(self, text: str, end: int, name: str | None) -> None:
        """Remembers the short name that follows a title: (以下简称《办法》)."""
        if alias := _ALIAS.match(text, end):
            self.aliases[alias["alias"].strip()] = name


def _is_number(name: str) -> bool:
    return name.endswith("号") and "〔" in name


def _amended(title: str) -> str | None:
    titles = re.findall(TITLE, title)
    if len(titles) == 1:
        return titles[0]
    match = re.match(r"(?P<name>[一-鿿]{2,40}?)修正案", title)
    return match["name"] if match else None
