"""What a title says of its document: its 文种, what it forwards; and a title freed of what a site or a file adds."""

from __future__ import annotations

import re

from ingest.own_number import number_in_title_tail
from ingest.patterns import squash

#: 文种 by the last word of a title, the specific before the general.
_DOCUMENT_TYPES = [
    "实施细则",
    "实施办法",
    "实施意见",
    "实施方案",
    "实施规定",
    "工作方案",
    "行动方案",
    "行动计划",
    "工作要点",
    "工作规则",
    "暂行办法",
    "暂行规定",
    "管理办法",
    "管理规定",
    "指导意见",
    "若干意见",
    "若干规定",
    "若干措施",
    "应急预案",
]
_GENERAL_TYPES = [
    "修正案",
    "通知书",
    "通知",
    "意见",
    "办法",
    "规定",
    "条例",
    "细则",
    "决定",
    "决议",
    "命令",
    "公告",
    "通告",
    "公报",
    "通报",
    "议案",
    "报告",
    "请示",
    "批复",
    "复函",
    "函",
    "纪要",
    "方案",
    "规划",
    "纲要",
    "计划",
    "规则",
    "规程",
    "规范",
    "章程",
    "标准",
    "指南",
    "指引",
    "要点",
    "措施",
    "预案",
    "制度",
    "解释",
    "答复",
    "目录",
    "清单",
    "宪法",
    "民法典",
    "法典",
    "通则",
    "总则",
    "法",
    "令",
    "准则",
    "守则",
    "导则",
    "公约",
    "政策",
    "说明",
    "解读",
    "工作手册",
    "安排",
    "分工",
    "意见稿",
    "草案",
    "名单",
    "倡议书",
]
_BRACKETED_END = re.compile(r"(?:\s*[(（\[【][^()（）\[\]【】]{1,40}[)）\]】]|(?:19|20)[0-9][0-9](?:年版?)?)+\Z")
_STATUS_HEAD = re.compile(
    r"\s*[【\[(（]?\s*(?P<status>(?:此件|本文)?已?(?:全文)?(?:失效|废止|修改|宣布失效)|部分失效|现行有效|有效|已被?修[改订])\s*[】\])）]\s*"
)
_SECTION_HEAD = re.compile(r"\s*[【\[](?P<section>[一-鿿]{2,8})[】\]]\s*(?=\S{4})")
#: 首都之窗, 北京市政务门户网站, 政府规章, 政府信息公开专栏: pieces that a site adds behind a page's title.
_SITE_PIECE = re.compile(
    r"(?:网|网站|门户|之窗|专栏|信息网|公众网|频道|公开|公告公示|公示公告|规章|法规|规范性文件|政策文件|文件库|政策法规|通知公告|首页|平台|在线|新闻|要闻|"
    r"人民政府|办公厅|办公室|委员会|局|厅|部|政务公开|住房保障|法律法规|详细内容|信息公开|政策|文件|解读)[)）]?\Z"
)
_SEPARATOR = re.compile(r"\s+[-—–|｜_]+\s+|[_|｜]+|-{1,2}(?=[一-鿿])|—{1,2}(?=[一-鿿]{2,12}(?:网|之窗|局|政府))")
_WHOLE_TEXT = re.compile(
    r"\s*《(?P<title>[^《》]+(?:《[^《》]*》[^《》]*)*)》\s*(?:全文(?:如下)?|（?全文）?|\(全文\))?[:：]?\s*\Z"
)


def document_type(title: str) -> str | None:
    """The 文种 that the title ends with (通知, 实施细则, 条例 …), brackets such as (试行) apart; ``None`` for no such end."""
    compact = _BRACKETED_END.sub("", squash(number_in_title_tail(title)[1])).rstrip("》>〉 ")
    compact = _BRACKETED_END.sub("", compact)
    for word in (*_DOCUMENT_TYPES, *_GENERAL_TYPES):
        if compact.endswith(word):
            general = next(
                (
                    g
                    for g in ("细则", "办法", "意见", "方案", "规定", "计划", "要点", "规则", "措施", "预案")
                    if word.endswith(g)
                ),
                word,
            )
            return general
    return None


def strip_title_noise(text: str) -> tuple[str, str | None]:
    """A page's or file's title without what is not the title, and the status it was marked with, if it was.

    【已失效】…, [政府规章]…, …-政府规章-首都之窗, …_政府信息公开专栏, 国办发[2012]46号…, 《…》全文如下：, a file's closing year.
    """
    title, status = re.sub(r"\s+", " ", text).strip(), None
    if (match := _STATUS_HEAD.match(title)) and title[match.end() :].strip():
        title, status = title[match.end() :], match["status"]
    if match := _SECTION_HEAD.match(title):
        title = title[match.end() :]
    title = _without_site(title)
    title = number_in_title_tail(title)[1]
    if match := _WHOLE_TEXT.match(title):
        title = match["title"]
    if re.search(r"[一-鿿)）](?:19|20)[0-9][0-9]\Z", title):
        title = title[:-4]
    return title.strip(" -_—|　") or text.strip(), status


def _without_site(title: str) -> str:
    """The title before the pieces that name a site or its section; a dash inside the title's own words stays."""
    pieces = _SEPARATOR.split(title)
    marks = list(_SEPARATOR.finditer(title))
    keep = len(pieces)
    while keep > 1 and _SITE_PIECE.search(pieces[keep - 1].strip()) and len(pieces[keep - 1].strip()) <= 24:
        keep -= 1
    if keep == len(pieces):
        return title
    return title[: marks[keep - 1].start()].strip()
