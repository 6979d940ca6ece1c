"""A question put to several things at once (工伤和失业保险分别谁牵头), put once for each of them."""

from __future__ import annotations

import re

#: What sets things side by side; without it 和 joins words of one question.
_EACH = r"分别|这[两三四几](?:份|部|个文件)|各自?(?=是|有|从|拿|审|管|要|归|由|在|怎|多|几|算|给|交|找|去)"
_THING = r"[^,，。;；?？、和跟与]{2,12}?"
_COORDINATED = re.compile(
    rf"^(?P<head>(?:[^,，。;；]{{2,20}}[,，])?)(?P<things>{_THING}(?:(?:、|和|跟|与){_THING}){{1,3}})"
    rf"(?P<tail>(?:的|[,，]|在).{{0,24}}?)?(?:{_EACH})(?:文件|意见|办法|通知)?[,，]?(?P<rest>.+)$"
)


def sides(text: str) -> tuple[str, ...]:
    """The question for each of the things that ``text`` joins, in its order; empty where it joins none."""
    match = _COORDINATED.match(text)
    if match is None:
        return ()
    things = re.split(r"[、和跟与]", match["things"])
    tail = (match["tail"] or "").lstrip(",，")
    return tuple(f"{match['head']}{thing}{tail}{match['rest']}" for thing in things)
