"""What kind of message it is: a policy question, small talk, or something that no document can answer.

Asked in this order; the first that fits is it. ``ask`` is what is left, and most of what people write: each pattern was
held against the project's 39 thousand written questions, nearly all of which must stay ``ask``.
"""

from __future__ import annotations

import re
from typing import Literal

from assistant.normalise import bare
from assistant.understanding.courtesy import is_greeting, is_small_talk

Intent = Literal[
    "ask", "small_talk", "wording", "personal", "prediction", "opinion", "promise", "legal_advice", "chatter", "empty"
]

#: Where a request begins: 帮我写 is one, 别人替我写 is not.
_START = r"(?:^|[,，。;；!！?？\s]|请|麻烦你?|能不能|能否|可不可以|可以|劳驾|你|您|快)"
_RELATIVE = r"(?:我|俺|我们|咱)(?:妈|爸|家|老婆|老公|爷爷|奶奶|孩子|儿子|女儿|父亲|母亲)?(?:里|的|这|那)?"
#: What an office would have to look up or write for one person.
_PERSONAL = re.compile(
    rf"{_START}(?:帮|替|给)(?:我|俺|我们|个)?忙?(?:妈|爸|家里?)?(?:去|来)?(?:写|拟|起草|填|代写|申请|办理?(?!法)|报名|预约|投诉|举报|算(?!不算))"
    rf"|{_START}(?:(?:帮|替|给)(?:我|俺|忙))?(?:查|看|问)(?:一?下|看|查|询)?{_RELATIVE}[^,，。?？]{{0,14}}(?:到账|到没到|余额|记录|进度|结果|下来|批|排到|多少钱?|没有?$|了没)"
    r"|(?:帮|替|给)(?:我|俺|忙)查(?:一?下|看|查|询)?[^,，。?？]{0,12}(?:批|办|审|走|进行|处理)(?:到|了)*哪(?:一?步|里|儿)"
    r"|到账(?:没|了没|了吗|没有)|(?:我|俺)(?:的|家|妈|爸|儿子|女儿|孩子|娃|老婆|老公|爱人|媳妇|爷爷|奶奶|父母|父亲|母亲|哥|姐|弟|妹)[^,，。?？]{0,12}(?:审核|审批|批|办|发)(?:下来|通过|好)?(?:了没有?|没有|了吗)"
)
_PREDICTION = re.compile(
    r"(?:今天|明天|后天|这两天|周末|下周)[^,，。\"“]{0,6}(?:天气(?:怎么样|如何|好不好)?|下不下雨|会下雨|几度|多少度|出不出太阳|堵不堵)"
    r"|(?:^|[,，。]|你|您|帮我)(?:们|来|先)?(?:估计|预测(?!预|能力)|猜(?:一?下|猜)?|预计)(?:一下)?.{0,12}(?:会|能(?!力)|涨|跌|多少|几|吗)"
    r"|(?:你|您)(?:觉得|认为|看).{0,12}(?:会不会|会|能)(?:涨|跌|降|变|取消)"
    r"|^[^,，。]{0,12}(?:明年|后年|今后|将来|下个?月|以后)[^,，。]{0,12}(?:会不会|会|能不能|还会|能)(?:再|继续|又)?(?:涨|跌|降|上调|下调|提高|取消|变)"
)
_OPINION = re.compile(
    r"(?:你|您)(?:们)?(?:个人)?(?:觉得|认为|怎么看|怎么评价|看好|支持|喜欢|满意)|(?:评价|点评|吐槽|评论)(?:一下|下)|(?:说说|谈谈|讲讲)(?:你|您)的(?:看法|想法|意见)|怎么看待"
    # Which firm or product to choose, and how to come off best: a document advises nobody.
    r"|哪(?:一?家|款|只|所)[^,，。?？]{0,12}(?:好(?:一?点|一?些)?[?？]?$|最好|更好|靠谱|稳当|划算|合算|值得)"
    r"|(?:怎么|怎样|咋|如何)[^,，。?？]{0,8}(?:最多|最?划算|最省|最赚)[?？]?$|推荐(?:一?下|一?个|一?家|一?款|几个|几家)"
)
_PROMISE = re.compile(
    r"(?:你|您|请|要你)[^,，。]{0,8}(?:保证|担保|答应)|(?:你|您|请)[^,，。]{0,6}承诺(?!制|书)|写(?:一?个|份)?承诺|代表(?:市|县|区|省)?(?:政府|局里)[^,，。]{0,4}(?:答应|承诺|同意|宣布)|(?:书面|当场)认定我|你就说我"
)
_LEGAL_ADVICE = re.compile(
    r"胜诉(?:率|几率|机会|的可能)|(?:当|做)我的?律师|(?:帮|替|给)我(?:分析|出)(?:一?下)?[^,，。]{0,6}(?:案子|官司|主意)|我(?:该不该|要不要|应不应该)(?:起诉|告他|和解|上诉)|(?:这|我的?)官司(?:能|会)?(?:不能)?打?赢(?:吗|不)"
)
_CHATTER = re.compile(
    rf"(?:讲|说|来)(?:一?个|点)?笑话|{_START}(?:(?:帮|替|给)我)?(?:写|编|作)(?:一?首|一?段|一?篇|个)?[^,，。]{{0,8}}(?:诗|情书|作文|小说|歌词|代码|程序|脚本|文案)(?:吧|呗)?(?:[,，。!！?？]|$)"
    rf"|{_START}(?:(?:帮|替|给)我)?翻译(?:成|一下|这|下面)|菜谱|食谱|星座|运势|哪只股|什么股票|股票代码|比分|电影推荐|歌名"
    r"|(?:红烧|清蒸|糖醋|鸡蛋|排骨|鱼|肉|汤|面条|饺子)[^,，。]{0,6}(?:怎么|咋)(?:做|炒|烧|煮|炖)(?:好吃)?|现在几点|今天(?:几号|星期几|周几)"
    r"|(?:输出|打印|显示|告诉我|告诉|发我|发给我|列出|读取|念出|交出|dump|print|show)[^,，。]{0,16}(?:提示词|prompt|环境变量|密码|口令|配置文件|数据库|源代码|其他用户|/etc|api.?key)|(?:提示词|环境变量|密码|口令|配置文件|数据库|源代码)[^,，。]{0,8}(?:发给?我|给我|告诉我|交出来)|把(?:其他|别的)用户|/etc/|\.\./"
    r"|\d+\s*(?:[+*/×÷]|加上?|减去?|乘以?|除以?)\s*\d+\s*(?:等于|=|是多少|得)|(?:方程|导数|积分)(?:怎么)?(?:解|求)|用?(?:python|java|excel|c\+\+)",
    re.I,
)


def intent_of(message: str, text: str, quotation: str) -> Intent:
    """The intent of ``message``, of which ``text`` is left without greeting and orders."""
    if not bare(text):
        return "small_talk" if is_greeting(message) else "empty"
    if is_small_talk(text):
        return "small_talk"
    if quotation:
        return "wording"
    for intent, pattern in _PATTERNS:
        if pattern.search(text):
            return intent
    return "ask"


_PATTERNS: tuple[tuple[Intent, re.Pattern[str]], ...] = (
    ("chatter", _CHATTER),
    ("personal", _PERSONAL),
    ("promise", _PROMISE),
    ("legal_advice", _LEGAL_ADVICE),
    ("prediction", _PREDICTION),
    ("opinion", _OPINION),
)
