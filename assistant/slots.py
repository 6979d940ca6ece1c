"""Near misses: the clause is about the matter but does not give what is asked for (an amount, an address, a list)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.figures import quantities
from assistant.marks import content_marks
from assistant.normalise import bare
from assistant.retrieve import Ranked
from assistant.understanding.question import Question
from ingest.numerals import read_numeral

_PHONE = re.compile(r"(?<!\d)(?:0\d{2,3}-?\d{7,8}|1[3-9]\d{9}|12\d{3}|400-?\d{3}-?\d{4}|[2-8]\d{6,7})(?!\d)")
_ADDRESS = re.compile(r"窗口|地址|大厅|门户网站|网址|路\d+号|号楼|平台|网站|下载|www\.|http")
#: Whoever receives is where to go.
_PLACE = re.compile(
    r"窗口|大厅|中心|网站|平台|街道|社区|居委会|村委会|派出所|(?:向|到|由|在|报|经|送|交|持)[^,，。;；]{1,24}(?:局|委|厅|部门|机关|机构|单位|政府|办公室|办事处|所|站|处|公司|银行|医院|学校)"
)
_PAPERS = (
    r"(?:材料|证件|证书|凭证|执照|身份证|户口[簿本]|申请[书表]|证明|照片|复印件|发票|合同|协议|登记表|单据|资料|原件)"
)
#: Papers are named as something to hand in; 免材料 and 电子凭证激活率 name none.
_MATERIALS = re.compile(
    rf"(?:提交|提供|出具|携带|(?<![保坚支维扶主])持(?!续)|凭(?!证)|附(?!近)|填写|填报|交验|备齐|出示|报送|递交|需要?|所需|下列|以下)[^。;；]{{0,60}}{_PAPERS}|{_PAPERS}(?:原件|及复印件|[:：])|《[^《》]{{2,20}}[证书表卡]》|^\W*(?:[一-鿿]{{0,12}}){_PAPERS}",
    re.M,
)
_HOURS = re.compile(r"\d{1,2}[:：]\d\d|[上下]午\d")
_DEFINES = re.compile(r"是指|所称|指的是|定义为|包括")
_COUNTED = re.compile(r"哪\s*([一二两三四五六七八九十\d]{1,3})\s*(?:个|项|条|样|种|类|大块|块|方面|步|道|点|家|单)?")
_QUOTED = re.compile(r"[“\"]([^“”\"]{2,20})[”\"]")
_OPENING = re.compile(
    r"(?:怎么|如何|咋|在哪)(?:样)?(?P<verb>开通|报名|订阅|下载|退订|注册)|(?P<verb2>开通|报名|订阅|下载|注册)(?:方法|方式|流程|步骤)"
)
_ASKS_BIOGRAPHY = re.compile(
    r"多大(?:年纪|岁数|年龄)?|年[龄纪](?:多大|是多少)?|几岁|哪年(?:出)?生|简历|履历|学历|哪里人|籍贯|(?:以前|之前|原来|原先|过去)[^,，。]{0,4}(?:干|做|当|是)"
)
_BIOGRAPHY = re.compile(r"\d岁|出生|籍贯|学历|历任|原任|曾任")
_COMRADE = re.compile(r"([一-鿿]{2,4}?)同志")
#: What offices do on request, with the words that a document may use for it; none of them near: it does not say.
#: Of 50 written questions on laws that ask for one of these, all answerable, 4 are declined; 投诉, 提前, 抵押, 继承, 分期 and
#: 转让 were tried with them and left out: of 250 that ask for any, 46 were.
_ACTIONS = {
    "补缴": r"补缴|补交|追缴|补足|补费", "补交": r"补缴|补交|追缴|补足|补费",
    "退费": r"退费|退款|退还|返还|退回|退付|清退", "退款": r"退费|退款|退还|返还|退回|退付|清退|退货",
    "补办": r"补办|补发|补领|换发|重新(?:办理|申领|申请)|遗失|毁损", "注销": r"注销|撤销|终止|退出|取消",
    "转租": r"转租|出租|转借|租赁", "延期": r"延期|延长|顺延|展期|续[期签]|延缓",
}  # fmt: skip
_ACTION = re.compile(
    rf"(?:能不能|可不可以|能否|可否|可以|能|允许|怎么|如何|咋)[^,，。?？]{{0,6}}(?P<verb>{'|'.join(_ACTIONS)})"
)
#: 医保卡丢了上哪补.
_LOST = re.compile(
    r"(?P<what>(?:(?![的我你您他她把])[一-鿿]){0,4}[卡证本簿书])(?:弄|搞|遗)?(?:丢|掉|失)了?[^。?？]{0,8}(?:补|怎么办|咋办|咋个办)"
)
#: Whether there is money for it at all: any word for such money near is an answer.
_AID = re.compile(r"有(?:没有|无|啥|什么)(?:[^,，。?？]{0,4})(补贴|补助|奖励|津贴|优惠|减免|奖金|补偿)")
_AID_WORDS = re.compile(r"补贴|补助|奖励|津贴|优惠|减免|奖金|补偿|免费|减按|资助|扶持|表彰|贴息|救助|报销|免收|元|待遇")
_ASKS_MARKS = re.compile(r"(?:多少|几)分(?!钟|之)")
_MARKS = re.compile(r"[\d一二三四五六七八九十百]分(?=[;；,，。、)）\s以的为]|$)|分值为")
_FUTURE = re.compile(r"(20\d\d)年?(?:底|末|的)?(?:.{0,8})(?:目标|标准|多少|要达到|指标|规划|计划|是多少)")


def _texts(ranked: Sequence[Ranked], n: int) -> str:
    """The ``n`` best clauses with what stands under them."""
    parts = []
    for r in ranked[:n]:
        parts.append(r.clause.text)
        parts += [c.text for c in r.document.descendants(r.clause.path)[:20]]
    return "\n".join(parts)


def missing_slot(question: Question, ranked: Sequence[Ranked], expansion: str = "") -> str:
    """What the nearest clauses do not give, as a phrase for 文件未载明…; empty where nothing is known to be missing.

    Args:
        expansion: official terms for the question's everyday words; an amount may stand beside either.
    """
    asks = question.asks
    ties = [r for r in ranked[:3] if r.score >= 0.93 * ranked[0].score]
    near, nearest = _texts(ties, 3), _texts(ranked, 1)
    if "money" in asks:
        amounts = [r for r in ties if r.score >= 0.96 * ranked[0].score]
        subject = Subject(_subject(question.query), _subject(expansion))
        if not any(_gives_amount(question, r, subject) for r in amounts):
            return "具体金额或标准"
    if "phone" in asks and not _PHONE.search(near):
        return "联系电话"
    if "hours" in asks and not _HOURS.search(near):
        return "办公地址和时间"
    if "place" in asks and not _PLACE.search(near):
        return "办理地点或获取途径"
    if "address" in asks and not _ADDRESS.search(near):
        return "地址、窗口或网址"
    if "materials" in asks and not _MATERIALS.search(nearest):
        return "需要的材料"
    if (person := _person(question.text, nearest)) and not _BIOGRAPHY.search(nearest):
        return f"{person}的年龄和经历"
    if (action := _ACTION.search(question.text)) and not re.search(_ACTIONS[action["verb"]], _texts(ranked, 5)):
        return f"能不能{action['verb']}、怎么{action['verb']}"
    if (lost := _LOST.search(question.text)) and not re.search(_ACTIONS["补办"], _texts(ranked, 5)):
        return f"{lost['what']}丢失后怎么补办"
    if (aid := _AID.search(question.text)) and not re.search(_AID_WORDS, near):
        return f"有没有{aid[1]}"
    if _ASKS_MARKS.search(question.text) and not _MARKS.search(near):
        return "具体分值"
    opening = _OPENING.search(question.text)
    if opening and (opening["verb"] or opening["verb2"]) not in nearest:
        return f"{opening['verb'] or opening['verb2']}的办法"
    quoted = _QUOTED.search(question.text)
    counted = _COUNTED.search(question.text)
    if (
        counted
        and (n := _count(counted[1]))
        and n >= 3
        and not _has_enumeration(ranked, n, quoted[1] if quoted else "")
    ):
        return f"这{counted[1]}项的具体内容"
    if quoted and "definition" in asks and not _defines(quoted[1], near):
        return f"“{quoted[1]}”的定义"
    year = _FUTURE.search(question.text)
    if year and year[1] not in _texts(ranked, 5):
        return f"{year[1]}年的数据"
    return ""


def _person(question: str, text: str) -> str:
    """The person whose age or career is asked for, where ``text`` speaks of 某某同志; empty for none."""
    named = (m for m in _COMRADE.findall(text) if _ASKS_BIOGRAPHY.search(question))
    return next((name for name in named if name in question), "")


def _defines(term: str, text: str) -> bool:
    """Whether a sentence defines the term, or lists what is called so (甲、乙、丙等三个“首单”)."""
    summed = re.compile(rf"[两三四五六七八九十\d]个[“\"「]?{re.escape(term)}")
    return any(term in s and (_DEFINES.search(s) or summed.search(s)) for s in re.split(r"[。\n]", text))


#: An amount of money must stand beside what it is for: 奖励 in one part of a sentence and 10亿元 in another are two things.
_PURPOSE = re.compile(
    r"(?:奖|罚|补)(?=(?:贴|助|励|款|偿|给)?(?:金)?(?:的)?(?:金额|标准)?(?:一?个?月|每[年月人]|一年|最[高多]|能|可以|是|有|要|大概)?(?:拿|领|发|得|交)?(?:多少|几|好多))"
)


@dataclass(frozen=True)
class Subject:
    """What a question is about: its own wording, and that of the official terms for it, as character pairs."""

    own: frozenset[str]
    official: frozenset[str]

    def fits(self, named: frozenset[str]) -> bool:
        """Whether a text names it: a pair of its own wording, or a third of the official one; 保险 alone names none."""
        if not self.own and not self.official:
            return True
        return bool(self.own & named) or len(self.official & named) >= _NAMES * (len(self.official) or 1)


#: Share of the official wording that names the subject.
_NAMES = 1 / 3


def _gives_amount(question: Question, ranked: Ranked, subject: Subject) -> bool:
    """Whether the clause, or what stands under it, gives an amount or a rate of what the question is about.

    195元 of one benefit is no answer to a question about another: the sentence, or what it stands under, must name it.
    """
    document = ranked.document
    above = document.title + "".join(clause.text for clause in document.above(ranked.clause.path))
    for clause in [ranked.clause, *document.descendants(ranked.clause.path)[:20]]:
        for sentence in re.split(r"[。\n]", clause.text):
            if not _has_amount(question, sentence) and not _has_rate(question, sentence):
                continue
            named = _subject(f"{clause.heading or ''} {sentence}")
            if subject.fits(named) or (len(bare(sentence)) < _SHORT_ITEM and subject.fits(_subject(above))):
                return True
    return False


def _has_amount(question: Question, text: str) -> bool:
    """Whether ``text`` gives an amount of money, and gives it for the purpose that the question names."""
    purpose = _PURPOSE.search(question.text)
    parts = re.split(r"[,，;；。\n]", text) if purpose else [text]
    return any(
        (not purpose or purpose[0] in part) and any(q.unit in ("元", "美元") for q in quantities(part))
        for part in parts
    )


#: An item as short as this takes its subject from what it stands under (三级医院1300元).
_SHORT_ITEM = 60
#: What says how much, how often or that something is given, and nothing about what.
_NO_SUBJECT = re.compile(
    r"多少|几多|好多|一个月|几个月|每月|每年|一年|个月|每人|月|年|天|元|块|钱|万|亿|标准|金额|发放?|领取?|给予?|可以|最[高低多少]|能|具体|一次性?|大概|现在|今年|目前|政府|市里|国家|待遇|水平|工作日|\d+|[一二三四五六七八九十百千]+"
)


def _subject(text: str) -> frozenset[str]:
    """The wording that says what a text is about, as character pairs."""
    return frozenset(content_marks(_NO_SUBJECT.sub("的", text)))


def _has_rate(question: Question, text: str) -> bool:
    """A percentage or 免费 answers 交多少, 补多少 as well as an amount does; 多少钱, 多少元 wants the amount."""
    if re.search(r"免费|免收|全额|减按|不收取", text):
        return True
    if "贷" in question.text and not re.search(r"不超过|不高于|最高|上限", text):
        return False
    wants_amount = re.search(r"多少(?:钱|元|万)|块钱|几多钱|好多钱|多少块|金额|奖金", question.text)
    return not wants_amount and bool(re.search(r"\d%|％|百分之|倍|比例", text))


def _count(text: str) -> int:
    try:
        return read_numeral(text)
    except ValueError:
        return 0


def _has_enumeration(ranked: Sequence[Ranked], n: int, term: str) -> bool:
    """Whether the nearest clauses list ``n`` things; where the question quotes a name, the list must stand beside it."""
    for r in ranked[:4]:
        if (
            len(r.document.children(r.clause.path)) >= n
            or len(re.findall(r"[一二三四五六七八九]是", r.clause.text)) >= n
        ):
            return True
        if not term and len(r.clause.paragraphs) >= n:
            return True
        for sentence in re.split(r"[。\n]", r.clause.text):
            if term and term not in sentence:
                continue
            marks = [sentence.count("、"), len(re.findall(r"[;；]", sentence)), 0 if term else sentence.count(",")]
            if max(marks) + 1 >= n:
                return True
    return False
