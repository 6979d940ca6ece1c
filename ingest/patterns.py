"""Every pattern of the parser, each with what it must match and a near miss that it must not.

The examples are doctests in spirit: tests/ingest/test_patterns.py runs each pattern over them.
"""

from __future__ import annotations

import re

CN = "零〇一二三四五六七八九十百千"
_OPEN, _CLOSE = "[(（]", "[)）]"

#: List bullets that a converter left before a label. Match: "- (一)交通工程". Miss: "-5℃".
BULLET = re.compile(r"[-*•·▪●]\s+")

#: 第三编 总则, 第一章 总则, 第二节 登记, 第一部分 概述, 第二分编 …. Miss: 第一章规定的 …, 第一节课.
PART_HEADING = re.compile(
    rf"第\s*(?P<n>[{CN}\s]+|[0-9]+)\s*(?P<level>分编|部分|[编篇章节])(?:\s+|[:：、.]|(?![的规所至到和与及课第、中]))\s*(?P<title>[^。；;]{{0,45}})$"
)
#: From the outside in.
PART_LEVELS = ("编", "篇", "部分", "分编", "章", "节")
#: Match: 第一条为加强…, 第十二条之一 …, 第 三 条 …, 第3条 …. Miss: 第二条规定的…, 第九条、第十条所称…
ARTICLE = re.compile(
    rf"[【\[(（]?第\s*(?P<n>[{CN}\s]+?|[0-9０-９]+)\s*(?P<mark>条)(?:\s*之(?P<suffix>[{CN}]+))?[】\])）]?(?P<gap>[\s:：]*)"
)
#: What follows a number that is being cited, not opened.
CITED = re.compile(
    r"[、，,；;。和至及或与]|第[一二三四五六七八九十0-9(（]|规定|所称|所列|所述|的|中|之规定|第?[(（]?[一二三四五六七八九十]+[)）]?[款项]"
)
#: … and what leaves no doubt. Match: 规定的…, 第二款…, (二)项…. Miss: 中标人…, 与…
SURELY_CITED = re.compile(
    r"[、，,；;。]|第[一二三四五六七八九十0-9(（]|(?:之|所)?规定|所称|所列|所述|第?[(（]?[一二三四五六七八九十]+[)）]?[款项]"
)
#: 一、总体要求, 二. , 十一、. Miss: 一是…, 一、二级审批.
CHINESE = re.compile(rf"(?P<n>[{CN}](?:\s?[{CN}]){{0,3}})\s*[、.．](?!\s*[{CN}]{{1,3}}(?:[级类等期、]|是))")
#: (一)指导思想, （十二）, ㈠. Miss: (一)项规定的…
BRACKETED_CHINESE = re.compile(
    rf"(?P<n>{_OPEN}\s*[{CN}](?:\s?[{CN}]){{0,3}}\s*{_CLOSE}|[㈠-㈩])\s*[、.．]?(?![项款条目])"
)
#: 1.1 总则, 3.2.1 …. Miss: 1.5亿元, 3.2%, 1.1万元
DECIMAL = re.compile(
    r"(?P<n>[0-9]{1,2}(?:[.．][0-9]{1,2}){1,4})[.．、]?(?:\s+(?=\D)|(?=[一-鿿](?<![万亿元个件倍米吨年月日度千百至到以人户家公平])))"
)
#: 1.加快…, 12、…, 3．…, 1)…, ⒈…, 2、2016年…. Miss: 1.5亿元, 2023.6, 1、2级
ARABIC = re.compile(
    r"(?P<n>[0-9０-９]{1,3}|[⒈-⒛])(?:(?<=[⒈-⒛])|\s*[.．、)）])(?:(?![0-9０-９])|(?=(?:19|20)[0-9][0-9]\s*(?:年|[-—–至]\s*20)))"
)
#: (1)初审环节, ⑴…. Miss: (1)项, (2023)
BRACKETED_ARABIC = re.compile(rf"(?P<n>{_OPEN}\s*[0-9０-９]{{1,2}}\s*{_CLOSE}|[⑴-⒇])\s*[、.．]?(?![项款条目])")
#: ①…
CIRCLED = re.compile(r"(?P<n>[①-⑳])")
#: 一是财政资金支持。 Miss: 一是否…
POINT = re.compile(rf"(?P<n>[{CN}]{{1,3}})是(?![否非])")

#: A sentence is over: the paragraph may be too.
TERMINAL = re.compile(r"[。！？!?；;：:…][\"”’』」》)）]*$")
#: …(责任单位:市科技局、市农业农村局): a bracket that a full stop led in closes the paragraph.
CLOSING_BRACKET = re.compile(r"[。；;][(（][^()（）。]{2,}(?:[(（][^()（）]*[)）][^()（）。]*)*[)）]$")

#: (此件主动公开), （此件依申请公开）, (此件删减后公开)
OPENNESS_NOTE = re.compile(rf"{_OPEN}\s*此件\s*(?P<openness>[一-鿿]{{2,12}})\s*{_CLOSE}")
#: (作者单位:市政府办公室), （作者系…）
AUTHOR_NOTE = re.compile(rf"{_OPEN}\s*作者(?:单位|系|为)?[:：]?[^()（）]{{2,60}}{_CLOSE}$")
#: A page number alone on a line: 12, — 3 —, ・10・. Miss: 12.
PAGE_NUMBER = re.compile(r"[-—–·•・\s]*[0-9]{1,4}[-—–·•・\s]*$")
#: 附件, 附件1, 附件 2:, 附表二, standing alone. Miss: 附件:主要目标任务分解表, 附则
ANNEX_HEAD = re.compile(
    r"[【\[]?(?P<word>附\s*[件表录图])\s*(?P<n>[0-9]{0,2}|[一二三四五六七八九十]{0,3})\s*[】\]]?\s*[:：]?$"
)
#: 附件1：审核表, 附件二 …办法, 附表3 .... Miss: 附件中的…
TITLED_ANNEX_HEAD = re.compile(
    r"[【\[]?(?P<word>附\s*[件表录图])\s*(?P<n>[0-9]{1,2}|[一二三四五六七八九十]{1,3})?\s*[】\]]?(?:\s*[:：.、]\s*|\s+)(?![的中和与及])\S"
)
#: 附件:主要目标任务分解表, 附件:1.…
ANNEX_NOTE = re.compile(r"附\s*[件表]\s*[0-9]{0,2}\s*[:：]\s*\S")

#: 第4期(总第74期), 2023 年第 4 期
ISSUE = re.compile(r"第\s*(?P<n>[0-9]{1,3})\s*期")
#: 新余市人民政府公报, 江西省人民政府公报
GAZETTE_NAME = re.compile(r"(?P<name>[一-鿿]{2,20}(?:政府|人大常委会|委员会)公报)")

#: What a forwarding notice forwards: 关于印发《X》的通知, 关于印发X的通知, 关于转发X的通知
FORWARDED = re.compile(r"关于(?:印发|转发|批转|发布|公布|颁布|颁发)(?P<what>.{4,120}?)的(?:通知|函|通告|公告|决定|令)$")
APPOINTMENT = re.compile(r"(?:任职|免职|任免|任命|聘任|解聘|挂职|试用期满)")
MEETING = re.compile(r"(?:召开|主持|举行).{0,30}(?:会议|常务会|例会|大会|座谈会|调度会|推进会|工作会|全会|会)")
#: 新余市人民政府公报 pages: names with spaces between, or 徐鸿主持
BYLINE = re.compile(r"^(?:[一-鿿]{1,4}(?:\s+|$)){1,12}$")
CHAIRED = re.compile(r"^[一-鿿]{2,4}\s*主持(?:会议)?$")
#: A closing paragraph that speaks for the whole document.
CLOSING = re.compile(
    r"(?:本|此)(?:工作|实施)?(?:意见|方案|办法|通知|规划|细则|规定|制度|计划|措施|预案|公告|通告|决定|条例)(?:,|，)?"
    r"(?:.{0,20}(?:结合|参照|制定)|自|由|印发|有效期|施行|执行|解释|未尽)|^特此(?:通知|公告|通告|函复|批复)|^以上(?:意见|方案)|^(?:上述|此前)"
)
_CJK = r"㐀-鿿、。，；：？！“”‘’（）《》〈〉【】〔〕—…"
_INNER_SPACE = re.compile(rf"(?<=[{_CJK}])\s+|\s+(?=[{_CJK}])|(?<=[,;:?!()\[\]\"%])\s+|\s+(?=[,;:?!()\[\]\"%])")


def tidy(text: str) -> str:
    """``text`` without the spaces that typesetting put between characters; words of Latin letters keep theirs."""
    return re.sub(r"\s+", " ", _INNER_SPACE.sub("", text)).strip()


def squash(text: str) -> str:
    """``text`` without any white space, for comparing what differs only in layout."""
    return re.sub(r"\s+", "", text)
