"""What a question asks for: each slot (an amount, who, when, a list …) is one small classifier."""

from __future__ import annotations

import re

_SLOTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "money",
        re.compile(
            r"多少钱|几多钱|好多钱|多少块|(?<!哪)几块钱?(?!地|田)|几[百千万]+块钱?(?=[?？]|$|呢|啊)|多少元|(?:费|票价|租金|押金)(?:是|要|得|大概|一[天月年次])*(?:多少|几多|好多)(?!家|个|人|户|次|种|项|天|年|%)|[发领补奖贷借罚交缴拿给赔](?:放|励|贴|款|到底)*(?:的)?(?:几多|多少|好多)(?!家|个|人|户|次|种|项|天|年|%)|[赔罚补奖]几[十百千]?[万千百]|多少万(?!人|户|吨|平)|几多(?:钱)?\s*[?？]?$|补助金额|奖金|标准是?多少"
        ),
    ),
    (
        "phone",
        re.compile(
            r"(?<![打接卖设主])(?:电话|热线|号码)(?:号码?)?(?:是|多少|几|[?？]|$)|(?:什么|哪个|多少|啥|求|要个?|给个?)(?:咨询|投诉|举报|服务|联系)?(?:电话|热线|号码)|联系方式(?:是|有|[?？]|$)|打哪个(?!部门|机构|局)|打什么|(?:地址|办公)电话"
        ),
    ),
    (
        "place",
        re.compile(
            r"哪里办|在哪儿?办|(?:去|到|上|在)(?:哪|啥)(?:里|儿|地方|块)?(?:去)?(?:办|领|交|申请|报|买|登记|打听|参加|领取)|哪个地方办|往哪(?:里|儿)?(?:交|报|送)"
        ),
    ),
    (
        "address",
        re.compile(
            r"哪个窗口|几号窗口|(?<!改)(?<!更)(?:具体|办公|办理|详细)?地址(?:是|在|多少|发|给|呢|[?？]|$)|在哪儿?下载|哪儿?下载|网址|门牌|几楼|哪个网站|哪条路"
        ),
    ),
    (
        "materials",
        re.compile(
            r"(?:什么|哪些|啥|几样)(?:材料|证件|手续|资料|证明)|带(?:些|点)?(?:什么|啥|哪些|几张)|几张照片|材料清单|(?:材料|证件|手续)(?:有|要)?(?:哪些|什么|啥)"
        ),
    ),
    ("hours", re.compile(r"上班时间|几点(?:上班|下班|开门)|营业时间|工作时间是")),
    (
        "number",
        re.compile(
            r"多少|几(?:个|家|所|项|条|种|道|天|年|公里|名|成|多)|好多|百分之几|多[大高久长远密快]|达到(?:什么|多)|占比|比例"
        ),
    ),
    (
        "who",
        re.compile(
            r"谁|哪(?:个|些|几个|两个|几家)?(?:部门|单位|局|科室|机构|领导|家)|归.{0,3}管|主抓|牵头|负责|责任(?:单位|人)|找哪|哪里管|踢皮球|点头"
        ),
    ),
    ("when", re.compile(r"什么时候|啥时候?|何时|哪天|几号|哪年|几月|多久|多长时间|几天|期限|时限|截止|从何时|几时")),
    (
        "definition",
        re.compile(
            r"什么叫|啥叫|什么是|啥是|是(?:什么|啥)意思|怎么定义|的定义|指(?:的是)?(?:什么|啥|哪)|(?:才|怎么)(?:能)?(?:算|叫|叫做)|算不算|算是?什么"
        ),
    ),
    (
        "list",
        re.compile(
            r"哪些|哪几|有(?:什么|啥)|从哪(?:里|儿)?来|哪来的|哪[一二两三四五六七八九十\d]+(?:个|项|条|种|类|大|方面|家|样|块|道|步|点)|分别|列(?:一下|出|举)|都(?:有|是|要)|几(?:项|种|类|大|个方面|条|道)|包括|清单|全部|所有"
        ),
    ),
)


#: Whether a document holds; a contract, a permit or a signature that lapses is a matter of its clauses.
_DOCUMENT = r"(?:文件|办法|政策|规定|通知|意见|方案|制度|条例|细则|规划|法规|号文?|这份|那份|那个文|这个文|此件)"
_VALIDITY = re.compile(
    rf"{_DOCUMENT}(?:是|到底|现在|目前|如今|今年|后来|后头|是否|还|都|已经?|有没有|会不会|\d{{4}}年){{0,3}}(?:还|仍)?(?:有效(?!期)|管用|作数|算数|生效着?|在用|执行着?|废止|失效|作废|过期|过时|修订|修改|改)(?:了|过|着|的)?(?:没有?|吗|不|么|呢|[?？]|$)"
    r"|^(?:那|它)?(?:现在|目前|是否|如今|后来|后头|还){1,2}(?:有效|管用|作数|算数|改过|修订过)(?:没有?|吗|不|么)|时效性|现行有效|是不是(?:已经)?(?:废止|失效|过期)"
)
#: A place to go to is given by whoever receives; an address, a window or a web page only by itself.
_MARKS_NO_MONEY = re.compile(r"积分|[加扣给得拿记]?[几多]少?分(?!钱|之)|多少分|几分")


#: Whether something may be, which a number does not answer.
_WHETHER = re.compile(
    r"能不能|可不可以|要不要|行不行|合不合|该不该|会怎么?样|可以[^,，。?？]*[吗么]|能[^,，。?？]*[吗么]"
)


def asks_of(text: str) -> frozenset[str]:
    """The slots that ``text`` asks for: money, number, phone, place, address, materials, hours, who, when, definition,
    list; and ``validity``, whether a document is in force.
    """
    asks = {name for name, pattern in _SLOTS if pattern.search(text)}
    if "money" in asks and _MARKS_NO_MONEY.search(text):
        asks = asks - {"money"} | {"number"}
    if "phone" in asks and _WHETHER.search(text):
        # 能不能自己弄个急救电话号码 asks for no number.
        asks = asks - {"phone"}
    if _VALIDITY.search(text):
        asks.add("validity")
    return frozenset(asks)
