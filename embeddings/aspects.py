"""What a question asks for and what a text has to offer: an amount, a deadline, who is in charge, a penalty.

Both sides are judged by their wording alone. Ranking learns how much it says that the two agree.
"""

from __future__ import annotations

import re

import numpy as np

#: Name, wording of a question that asks for it, wording of a text that offers it.
_ASPECTS = (
    (
        "number",
        r"多少|几(?!乎|何时|点)|好多|百分之|多[大高久长远密快宽重]|达到什么|占比|比例|最[多少低高]",
        r"\d|百分之|[一二三四五六七八九十百千万两]+(?:个|名|家|人|户|项|次|年|月|日|天|倍|成|元|亩|周岁|以[上下内])",
    ),
    (
        "money",
        r"多少钱|几多钱|好多钱|多少块|块钱|多少元|[发领补奖贷借罚交缴赔退](?:放|励|贴|款|给)?(?:我)?多少|金额|标准|费用|收费|要钱|免费",
        r"元|金额|费用|标准|百分之|免费|免收|减免|收费|价",
    ),
    (
        "time",
        r"什么时候|啥时|何时|哪天|几号|哪年|几月|多久|多长时间|几天|几年|期限|时限|截止|过期|时效|最晚|多少天|多少日",
        r"日内|日前|工作日|年内|个月|期限|之日起|届满|以内|每年|\d年|[一二三四五六七八九十]年|当日|及时|立即",
    ),
    (
        "who",
        r"谁|哪(?:个|些|几个|家)?(?:部门|单位|局|机关|机构|领导|家)|归.{0,4}管|找哪|牵头|负责|管不管|向哪|主管",
        r"负责|牵头|主管|责任单位|部门|机关|机构|委员会|政府",
    ),
    (
        "meaning",
        r"什么叫|啥叫|什么是|啥是|意思|定义|指(?:的是)?(?:什么|啥|哪)|算不算|算是|才算|怎么算|属于|是不是",
        r"是指|所称|指的是|包括|视为|属于|即|认定",
    ),
    (
        "list",
        r"哪些|哪几|有(?:什么|啥)|分别|列(?:一下|出|举)|都(?:有|是|要)|包括|清单|全部|所有|哪[一二两三四五六七八九十]+",
        r"下列|如下|以下|(?:、[^、。；]*){3}|一是",
    ),
    (
        "papers",
        r"材料|证件|手续|资料|证明|带(?:什么|啥|哪些)|准备(?:什么|啥|哪些)",
        r"材料|证件|证明|证书|资料|身份证|户口|申请书|表|合同|文件",
    ),
    (
        "steps",
        r"怎么办理?|如何|怎样|咋办|去哪|在哪|流程|程序|步骤|申请|办理|报名|登记|投诉|举报|起诉|告",
        r"申请|提交|受理|登记|办理|提出|申报|审核|批准|程序|投诉|举报|诉讼|仲裁|复议",
    ),
    (
        "penalty",
        r"罚|处分|坐牢|判|后果|责任|赔|拘留|抓|追究|违法|犯法|会怎(?:么)?样|没收|吊销",
        r"罚款|处分|有期徒刑|拘留|吊销|没收|责令|赔偿|追究|法律责任|违约|承担",
    ),
    (
        "allowed",
        r"能不能|可不可以|可以|能否|能[^够]{0,12}吗|行不行|合法|允许|有没有权|必须|要不要|用不用|一定要|该不该|强制",
        r"可以|应当|不得|有权|禁止|必须|允许|无权|无效|有效",
    ),
    (
        "conditions",
        r"条件|资格|要求|什么人|哪些人|符合|够不够|满足|门槛|标准|谁能|谁可以|什么情况|啥情况|情形",
        r"条件|符合|具备|下列情形|之一的|年满|资格|要求|不符合",
    ),
    (
        "start",
        r"(?:什么时候|啥时|何时|哪天|几号|从哪).{0,10}(?:施行|执行|实施|生效|算|开始)|开始(?:施行|执行|实施)|生效",
        r"(?:自|从|于).{0,24}(?:施行|执行|实施|生效|起算|计算)|生效",
    ),
)  # fmt: skip

ASPECTS = tuple(name for name, _, _ in _ASPECTS)
_ASKED = tuple(re.compile(asked) for _, asked, _ in _ASPECTS)
_OFFERED = tuple(re.compile(offered) for _, _, offered in _ASPECTS)
_LIST = 1 << ASPECTS.index("list")


def asked_aspects(question: str) -> np.ndarray:
    """(aspects,) bool, in the order of `ASPECTS`."""
    return np.array([bool(pattern.search(question)) for pattern in _ASKED])


def offered_aspects(text: str) -> int:
    """The aspects that a text offers, one bit each, the first of `ASPECTS` lowest."""
    return sum(1 << n for n, pattern in enumerate(_OFFERED) if pattern.search(text))


def agreement(asked: np.ndarray, offered: np.ndarray, children: np.ndarray) -> np.ndarray:
    """(n, aspects) float32: 1 where a text offers what is asked for, -1 where it does not, 0 where it is not asked for.

    Args:
        asked: (aspects,) bool.
        offered: (n,) bits.
        children: (n,) clauses directly under each; two make a list.
    """
    bits = np.where(children >= 2, offered | _LIST, offered).astype(np.int64)
    has = (bits[:, None] >> np.arange(len(ASPECTS))) & 1
    return np.where(asked, 2 * has - 1, 0).astype(np.float32)
