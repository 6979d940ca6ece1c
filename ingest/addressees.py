"""Whom a document is sent to (主送机关)."""

from __future__ import annotations

import re

from ingest.organs import is_organ
from ingest.patterns import squash

#: How an addressee begins: 各区、县人民政府, 省政府各部门, 国务院各部委, 新疆生产建设兵团, 有关单位.
_BEGINNING = re.compile(
    r"(?:各|全[市省区县国]|市|省|区|县|州|盟|国务院|有关|相关|驻|中央|中共|党中央|解放军|新疆生产|部机关|委机关|局机关|机关|本|厅|局|委|部|在[京沪津渝]|军委|武警|中国|国家)"
)
_ENDING = re.compile(
    r"(?:单位|部门|机构|政府|管委会|公司|企业|局|委|办|厅|院|校|学校|中学|小学|幼儿园|团体|办事处|中心|处|所|部|会|银行|分行|支行|署|站|队|基地|办公室|园区|开发区|新区|"
    r"街道|镇|乡|区|县|市|州|盟|旗|大学|司局|关|社|组织|集团|人员|用户|法院|检察院|兵团|军区|行业|同志|群众|市民|家长|考生|行|馆|园|机关|者|户|人|商|库)(?:[(（][^()（）]*[)）])*\Z"
)
_SENTENCE = re.compile(
    r"如下|[现特]将|根据|按照|依据|应当|包括|是指|附件|做好|规定|通知|意见|要求|条件|材料|申请|电话|邮箱|地址|方式|情形|范围|主要|下列|负责|^第[一二三四五六七八九十百0-9]|通过|关于|为[了加]|职责|权限|原则上"
)


def read_addressees(text: str) -> tuple[str, int] | None:
    """The addressees at the beginning of a paragraph, and where the words after their colon begin; ``None`` for none.

    各区、县人民政府,市政府各委、办、局,各市属机构:, also where the text runs on behind the colon. Miss: 各单位要做到：, 申请条件：
    """
    bracket, end = 0, -1
    for i, c in enumerate(text[:700]):
        bracket += (c in "(（") - (c in ")）")
        if c in "。！？!?《》" or (c in "；;" and text[i + 1 :].strip()):
            return None
        if (c in ":：" and bracket <= 0) or (c in ";；" and not text[i + 1 :].strip()):
            end = i
            break
    who = text[:end].strip() if end > 0 else ""
    if len(squash(who)) < 3 or not "一" <= who[0] <= "鿿" or _SENTENCE.search(who):
        return None
    plain = _without_brackets(squash(who))
    pieces = [p for p in re.split(r"[、，,;；]", plain) if p]
    if not pieces or not _ENDING.search(pieces[-1]):
        return None
    if not (_BEGINNING.match(pieces[0]) or is_organ(pieces[0]) or re.search(r"公司\Z", pieces[0])):
        return None
    if len(pieces) == 1 and not (
        re.match(r"各|全|有关|相关|驻|机关", plain) or is_organ(plain) or plain.endswith("公司")
    ):
        return None
    rest = text[end + 1 :]
    return re.sub(r"\s+", "", who), end + 1 + len(rest) - len(rest.lstrip())


def _without_brackets(text: str) -> str:
    previous = None
    while previous != text:
        previous, text = text, re.sub(r"[(（][^()（）]*[)）]", "", text)
    return text
