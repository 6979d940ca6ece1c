"""What an issuing organ's name looks like, and where several stand together."""

from __future__ import annotations

import re
from functools import lru_cache

from ingest.numerals import NUMERAL_CHARACTERS
from ingest.patterns import squash

_N = f"[{NUMERAL_CHARACTERS}]"
#: How names of organs end, longest first: the long ones need little before them, the short ones are checked harder.
_LONG_ENDINGS = (
    "人民代表大会常务委员会|人民代表大会|人大常委会|人民政府办公厅|人民政府办公室|人民政府|政府办公厅|政府办公室|政府办|政府"
    "|国务院办公厅|国务院|委员会办公厅|委员会办公室|委员会|管委会|常委会|领导小组办公室|领导小组|指挥部办公室|指挥部"
    "|联席会议办公室|办公厅|办公室|人民法院|人民检察院|法院|检察院|总局|总署|总队|支队|分局|管理局|研究院|银行|总行|分行"
    "|联合会|总工会|工会|协会|学会|基金会|证监会|银监会|保监会|银保监会|监管会|国资委|中心|集团|公司|大学|学院|学校|中学|小学"
    "|办事处|管理处|管理所|管理站|海关|军区|司令部|政治部|妇联|残联|侨联|文联|科协|工商联|供销社|新华社|团委|党组|党委|考试院|档案馆"
    "|中共中央|党中央|中央|公署|行署|居委会|村委会|街道办"
)
_SHORT_ENDINGS = "局|厅|部|署|委|办|院|行|处"
_ORGAN = re.compile(
    rf"[一-鿿][一-鿿()（）]{{0,40}}?(?:{_LONG_ENDINGS}|{_SHORT_ENDINGS})(?:[(（][一-鿿]{{2,16}}[)）])?\Z"
)
_BARE = re.compile(rf"(?:{_LONG_ENDINGS}|{_SHORT_ENDINGS})\Z")
_WHOLE = {"国务院", "国务院办公厅", "中共中央", "省委", "市委", "县委", "区委", "中央军委", "中央办公厅"}
#: What a name does not begin with, or hold: addressees (各…), sentences, and words that only end like one (全部, 内部).
_NO_NAME = re.compile(
    r"^(?:各|有关|本|该|其|我|关于|由|对|经|及|和|与|或|在|从|按|向|为|将|报|请|抄|送|全(?!国)|第|凡|上述|下列|以上|附|注|年|月|日|现|已|并|至|局长|厅长|部长|区长|市长|省长|县长)"
    r"|年.{1,3}月|的|是|了|应当|应该|规定|负责|按照|进行|根据|以及|加强|做好|印发|转发|通知|意见|办法|公布|报送|联系|电话|地址"
    r"|(?:全|内|外|大|干|一|各|胸|头|局|东|西|南|北|中)部\Z|(?:执|进|实|施|试|发|运|银保)行\Z|(?:医|住|学|入|出)院\Z"
    r"|(?:原|会|查|督|承|主|协|申|补|举|开|代|交|督)办\Z|(?:之|好|长|用|何|此|该)处\Z|[条款项目]\Z"
)
#: Central departments by their usual names. Run together in a title (教育部财政部关于…) only the list parts them.
_CENTRAL = [
    "外交部",
    "国防部",
    "国家发展改革委",
    "国家发展和改革委员会",
    "发展改革委",
    "教育部",
    "科技部",
    "科学技术部",
    "工业和信息化部",
    "信息产业部",
    "国家民委",
    "公安部",
    "国家安全部",
    "监察部",
    "民政部",
    "司法部",
    "财政部",
    "人力资源社会保障部",
    "人力资源和社会保障部",
    "劳动和社会保障部",
    "劳动保障部",
    "人事部",
    "国土资源部",
    "自然资源部",
    "环境保护部",
    "生态环境部",
    "建设部",
    "住房城乡建设部",
    "住房和城乡建设部",
    "交通部",
    "交通运输部",
    "铁道部",
    "水利部",
    "农业部",
    "农业农村部",
    "商务部",
    "文化部",
    "文化和旅游部",
    "卫生部",
    "卫生计生委",
    "国家卫生计生委",
    "国家卫生健康委",
    "国家卫生健康委员会",
    "退役军人部",
    "退役军人事务部",
    "应急管理部",
    "中国人民银行",
    "人民银行",
    "审计署",
    "国家审计署",
    "国务院国资委",
    "国资委",
    "海关总署",
    "税务总局",
    "国家税务总局",
    "市场监管总局",
    "国家市场监督管理总局",
    "工商总局",
    "国家工商行政管理总局",
    "质检总局",
    "广电总局",
    "体育总局",
    "统计局",
    "国家统计局",
    "国家医保局",
    "国家医疗保障局",
    "国家能源局",
    "国家林业局",
    "国家林草局",
    "国家知识产权局",
    "国家乡村振兴局",
    "国家疾控局",
    "国家药监局",
    "安全监管总局",
    "食品药品监管总局",
    "新闻出版总署",
    "国家旅游局",
    "国家粮食局",
    "国家中医药局",
    "银监会",
    "证监会",
    "保监会",
    "银保监会",
    "中国银保监会",
    "中国证监会",
    "金融监管总局",
    "最高人民法院",
    "最高人民检察院",
    "中央网信办",
    "国家网信办",
    "国务院扶贫办",
    "全国总工会",
    "中华全国总工会",
    "共青团中央",
    "全国妇联",
    "中国残联",
    "全国工商联",
    "全国老龄办",
    "中央编办",
    "中央文明办",
    "中央组织部",
    "中央宣传部",
    "国务院法制办",
    "中共中央",
    "国务院",
]
_CENTRAL_PIECE = re.compile(
    "|".join(f"(?:中华人民共和国)?{n}(?:办公厅|办公室|综合司)?" for n in sorted(_CENTRAL, key=len, reverse=True))
)
_REGION = re.compile(r"[一-鿿]{1,11}?(?:特别行政区|自治区|自治州|自治县|地区|省|市|州|县|区|旗|盟)")
_AND = re.compile(r"[和与及]")
#: 第十三届, 第二次会议: which sitting it was is no part of the organ's name.
_SITTING = re.compile(rf"第?{_N}+届|第{_N}+次(?:全体)?会议\Z")


#: 中共某市委 and 组织部 on two lines are one organ.
_PARTY_COMMITTEE = re.compile(r"[省市县区州盟旗]委\Z")
_PARTY_OFFICE = re.compile(
    r"(?:组织部|宣传部|统战部|政法委员会|政法委|机构编制委员会|编办|网络安全|社会工作部|老干部局|全面|财经|办公室|办公厅)"
)


def join_broken(names: list[str]) -> list[str]:
    """``names`` with a party committee's department, printed on the next line, joined to its committee."""
    joined: list[str] = []
    for name in names:
        if joined and _PARTY_COMMITTEE.search(joined[-1]) and _PARTY_OFFICE.match(name):
            joined[-1] += name
        else:
            joined.append(name)
    return joined


def is_organ(text: str) -> bool:
    """True for text that is the name of one organ (新余市人民政府办公室), and nothing else."""
    name = squash(text)
    if name in _WHOLE:
        return True
    if name.count("(") + name.count("（") != name.count(")") + name.count("）"):
        return False
    return bool(3 <= len(name) <= 44 and _ORGAN.match(name) and not _BARE.match(name) and not _NO_NAME.search(name))


def organ_name(text: str) -> str:
    """An organ's name without layout spaces and without the sitting: 江西省第十四届人民代表大会 → 江西省人民代表大会."""
    return re.sub(r"^中华人民共和国(?=国务院)", "", _SITTING.sub("", squash(text)))


@lru_cache(maxsize=4096)
def split_organs(text: str) -> tuple[str, ...]:
    """The organs that the whole of ``text`` names, in printed order; ``()`` when anything else stands in it.

    Reads 建设部 发展改革委 监察部; 市教育局、市财政局; 北京市教育委员会北京市财政局; 东 莞 市 人 民 政 府.
    """
    text = text.strip(" 　\t、,，;；")
    if not text or len(text) > 300 or re.search(r"[0-9０-９。:：《》<>!?！？“”]", text):
        return ()
    found: list[str] = []
    for piece in re.split(r"[、,，;；]", text):
        parts = _best_partition([t for t in piece.split() if t])
        if not parts:
            return ()
        found += parts
    return tuple(found)


def _best_partition(tokens: list[str]) -> list[str]:
    """``tokens`` joined into as many organs as they name; ``[]`` where some token fits into none."""
    if not tokens or len(tokens) > 40:
        return []
    best: list[list[str] | None] = [[]] + [None] * len(tokens)
    for end in range(1, len(tokens) + 1):
        for start in range(max(0, end - 24), end):
            before = best[start]
            if before is None:
                continue
            names = _run_together("".join(tokens[start:end]))
            current = best[end]
            if names and (current is None or len(before) + len(names) > len(current)):
                best[end] = before + names
    return best[-1] or []


def _run_together(name: str) -> list[str]:
    """One organ, or several printed without anything between; ``[]`` for text that is none."""
    name = _SITTING.sub("", name)
    central: list[str] = []
    position = 0
    while match := _CENTRAL_PIECE.match(name, position):
        central.append(match[0])
        position = match.end()
    if len(central) > 1 and position == len(name):
        return central
    for match in _AND.finditer(name):
        left, right = name[: match.start()], name[match.end() :]
        if is_organ(left) and is_organ(right):
            return _run_together(left) + _run_together(right)
    region = _REGION.match(name)
    starts = [name[0]] if name[:1] in ("省", "市", "县", "区") else [region[0]] if region else []
    for start in [*starts, "国家", "中国人民", "中华人民共和国"]:
        at = name.find(start, 3)
        while at > 0:
            if is_organ(name[:at]) and is_organ(name[at:]):
                return _run_together(name[:at]) + _run_together(name[at:])
            at = name.find(start, at + 1)
    return [name] if is_organ(name) else []


_TITLE_VERB = re.compile(r"关于|实施(?=※)|贯彻(?=※)|印发|转发|批转|发布|公布|颁布|修订|修改|废止")
#: 教育部等九部门, 住房城乡建设部等部门, 市教育局等5单位
_AND_OTHERS = re.compile(rf"等(?:{_N}*个?(?:部门|部委|单位|委办局|部委局|厅局|机关|委局|局)?)\Z")


@lru_cache(maxsize=4096)
def organs_of_title(title: str) -> tuple[tuple[str, ...], bool]:
    """The organs that a title names before its 关于 (or 印发, 转发 …), and whether it says 等…部门.

    A title that begins with a place and no organ (上海市居住证管理办法) names none.
    """
    title = title[:400]  # no title is longer; what is, is a paragraph taken for one
    plain = re.sub(r"《[^《》]*》", lambda m: "※" * len(m[0]), title)
    for verb in _TITLE_VERB.finditer(plain):
        prefix = title[: verb.start()].strip()
        others = _AND_OTHERS.search(squash(prefix))
        if others:
            prefix = squash(prefix)[: others.start()]
        names = split_organs(prefix)
        if names:
            return names, bool(others)
        if verb[0] == "关于":
            break
    return (), False
