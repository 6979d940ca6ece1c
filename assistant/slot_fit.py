"""Whether a clause holds the kind of thing that a question asks for: a figure, a duty, a date, a list, a definition."""

from __future__ import annotations

import re

from assistant.figures import quantities
from ingest import Clause, Document
from ingest.numerals import read_numeral

_EXPLAINS = re.compile(r"(?:负责|进行|具体应用的?)解释|解释(?:权|工作)")
#: 什么叫单位, A类信息是指哪些: what is to be defined.
_DEFINED = re.compile(
    r"(?:什么叫|啥叫|什么是|啥是|怎么算)[“\"]?(?P<a>[^,，。?？“”\"\s]{2,12})|[“\"]?(?P<b>[^,，。?？“”\"\s]{2,12}?)[”\"]?(?:这个词)?(?:是什么意思|是啥意思|是指|指的?是?(?:什么|啥|哪)|的定义)"
)
_DEFINES_IT = 8.0
#: Whether it costs anything: of 99 written questions the right clause comes first for 85 with this, for 82 without.
_ASKS_FEE = re.compile(
    r"收不收(?:钱|费)|要不要(?:交)?(?:钱|花钱)|免费|要收费|收费吗|(?:要|得|还)(?:交|花)?钱[吗么不]|工本费"
)
_FEE = re.compile(r"收费|收取|免费|免收|费用|工本费|不得收|无偿")
_IN_FORCE = re.compile(
    r"施行|执行|实施|生效|起效|作数|(?:政策|办法|规定|文件|通知|意见|条例|细则|方案)[^,，。?？]{0,10}(?:开始|起算|启用|起用)"
)
_STARTS = re.compile(r"算起|起算|开始")
#: Who asks by name for what one clause of a document is for (entry into force, interpretation) wants that clause.
_BY_NAME = 12.0


def slot_fit(query: str, asks: frozenset[str], clause: Clause, document: Document) -> float:
    """How much of what ``query`` asks for ``clause`` holds: 1 for a kind of thing, more for what it asks for by name."""
    text = clause.text
    fit = 0.0
    if "number" in asks or "money" in asks:
        fit += 1.0 if quantities(text) else -0.5
    if "who" in asks:
        has_duty = any(d.path == clause.path for d in document.duties)
        fit += 1.0 if has_duty or re.search(r"负责|牵头|主管|责任人", text) else 0.0
    if "when" in asks:
        fit += (
            1.0 if re.search(r"\d+年|\d+月|工作日|[一二三四五六七八九十\d]+日|期限|之日|届满|以内|年内", text) else -0.3
        )
    if _ASKS_FEE.search(query):
        fit += 3.0 if _FEE.search(text) else 0.0
    if "list" in asks:
        lists = max((sentence.count("、") for sentence in re.split(r"[。;；]", text)), default=0)
        fit += 1.0 if lists >= 3 or document.children(clause.path) or re.search(r"下列|包括|如下", text) else 0.0
    if "when" in asks and ((in_force := _IN_FORCE.search(query)) or _STARTS.search(query)):
        fit += (
            (_BY_NAME if in_force else 3.0) if re.search(r"(?:自|从).{0,20}(?:施行|执行|实施|生效|计算)", text) else 0.0
        )
    if "解释" in query and ("who" in asks or "归" in query):
        fit += _BY_NAME if _EXPLAINS.search(text) else 0.0
    if "definition" in asks:
        fit += 1.0 if re.search(r"是指|所称|指的是|包括|即", text) else 0.0
        term = _DEFINED.search(query)
        if term and re.search(rf"{re.escape(term['a'] or term['b'])}[”\"》]?(?:,|，)?(?:是指|系指|指|即|:|：)", text):
            fit += _DEFINES_IT
    return fit


_COUNT = re.compile(
    r"(?:哪|这|分成|分为|共|有)?(?P<n>[二三四五六七八九十]|十[一二三四五六七八九]|\d{1,2})\s*(?:大块|大项|大类|个方面|方面|个|项|条|种|类|样|大|块|道|点)"
)


def asked_count(query: str) -> int:
    """How many things a question asks to list (四个方面都是哪四个); 0 where it names no number above two."""
    for match in _COUNT.finditer(query):
        n = read_numeral(match["n"])
        if n >= 3:
            return n
    return 0
