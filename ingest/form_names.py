"""Names of forms that differ in one word: 政府信息公开审批表 here, 政府信息公开审核表 there."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

#: Words that one office uses for another about the same form. 申请表 and 登记表 are two forms more often than one.
_CONFUSED = (("审批", "审核", "审查", "审定", "核准"), ("登记", "备案", "报备"), ("申请", "申报"))
_WORDS = "审批|审核|审查|审定|核准|登记|备案|报备|申请|申报"
_FORM = re.compile(
    rf"(?P<before>[一-鿿]{{0,24}}?)(?P<word>{_WORDS})(?P<kind>表|单|书)(?![明面格册内决示态彰现征达位元记])"
)
#: Where a name cannot begin: verbs and measure words of the sentence around it.
_LEAD = re.compile(
    r".*(?:填写|填报|填好|另填|填|提交|报送|提供|上报|打印|领取|下载|出具|签署|使用|凭|持|交|在|将|和|及|与|或|的|由|为|份|张|该|此|按|以|并|、)"
)


@dataclass(frozen=True)
class MixedTerms:
    """Two names, the first of them at ``start`` of the text number ``clause``."""

    message: str
    advice: str
    clause: int
    start: int


def find_mixed_terms(texts: Sequence[str]) -> list[MixedTerms]:
    """Pairs of form names that share everything but one word of a confusable kind.

    Both names must be whole (《…审批表》 or the same words before 审批 and 审核), and must never stand side by side:
    审批表、审核表 in one list are two forms.
    """
    found: dict[tuple[str, str], dict[str, tuple[int, int]]] = defaultdict(dict)
    beside: set[tuple[str, str, str]] = set()
    for number, text in enumerate(texts):
        if not re.search(rf"(?:{_WORDS})[表单书]", text):
            continue
        last: re.Match[str] | None = None
        for match in _FORM.finditer(text):
            name = _LEAD.sub("", match["before"])
            key = (name, match["kind"])
            found[key].setdefault(match["word"], (number, match.start("word") - len(name)))
            if last is not None and re.fullmatch(
                r"[》”\"（(）)0-9附件见]*(?:[、和及与或/]+|(?<=》)(?=《))[一-鿿《“\"]{0,14}",
                text[last.end() : match.start("word")],
            ):
                first, second = sorted((last["word"], match["word"]))
                beside.add((match["kind"], first, second))
            last = match
    result = []
    for (name, kind), words in found.items():
        for a, b in _pairs(words):
            if (kind, *sorted((a, b))) in beside:
                continue
            first, second = sorted((a, b), key=lambda w: words[w])
            clause, start = words[first]
            message = f"“{name}{first}{kind}”与“{name}{second}{kind}”混用"
            result.append(MixedTerms(message, "请核对是否同一张表,统一名称。", clause, start))
    return result


def _pairs(words: dict[str, tuple[int, int]]) -> list[tuple[str, str]]:
    pairs = []
    for kind in _CONFUSED:
        held = [w for w in kind if w in words]
        pairs += [(held[0], w) for w in held[1:]]
    return pairs
