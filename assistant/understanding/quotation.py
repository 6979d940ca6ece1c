"""Wording that a message asks about: “…”是不是原文, …这句出自哪里."""

from __future__ import annotations

import re

from assistant.normalise import bare

_QUOTED = re.compile(r"[“\"「『](?P<q>[^“”\"「」『』]{2,400})[”\"」』]")
_WORDING_CUE = re.compile(
    r"原文|原话|一字不差|原句|核对|核稿|校对|写反|抄错|引错|引用.{0,3}(?:对|错)|改过?字|差了?字|对不上|一样[吗么嘛不]|一致[吗么不]|是不是(?:这么|这样)?(?:写|说|讲)的|有没有(?:写错|改动|出入|错字|引错)|这句|这话|哪儿?(?:里|篇|条|份)|出自|写的是不是|是.{0,4}里的话|准确[吗不]|怎么印的|对[吗不]\s*[?？]?$|吧\s*[?？]?$"
)
_COPULA = re.compile(
    r"[,，。]?\s*(?:——|--|—)?\s*(?:这句(?:话)?|这段(?:话)?|这话|以上|上面|是不是|是|有没有|跟|和|与)+(?:一字不差的?|原文|原话|原句).{0,8}$"
)
#: What makes a title of the quotation before it.
_NAMED = re.compile(r"\s*(?:一文|这?篇|这?份(?:文件|通知|意见|办法)|的?(?:报道|文章|调研))")
#: Shorter wording occurs anywhere and proves nothing.
_SHORTEST = 12


def quotation_of(text: str) -> str:
    """The longest quotation, or the sentence before 这句是原文吗; empty where no wording is asked about."""
    if not _WORDING_CUE.search(_QUOTED.sub("", text)):
        return ""
    # “市政府召开第39次常务会”一文 names a document.
    if found := list(_QUOTED.finditer(text)):
        longest = max((m["q"] for m in found if not _NAMED.match(text, m.end())), key=len, default="")
        return longest if len(bare(longest)) >= 4 else ""
    body = _COPULA.sub("", text)
    if body != text and len(bare(body)) >= _SHORTEST:
        return re.sub(r"^(?:帮我|请)?(?:核对|核稿|校对|看看)(?:一下)?[:：,，]?", "", body)
    dash = re.split(r"\s*(?:——|--|—)\s*", text)
    if len(dash) == 2 and len(bare(dash[0])) >= _SHORTEST:
        return dash[0]
    return ""
