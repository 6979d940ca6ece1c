"""Orders to the assistant in a message (忽略以上规则, 你现在是…): set aside, never followed; what is asked besides stays.

They could do no harm: answers are put together from clauses and verified, whatever a message says. Set aside they do not
mislead the search either. Only wording that speaks to a program is one; 忽略养老保险的例外情况 is a question.
"""

from __future__ import annotations

import re

_RULES = r"(?:规则|规定什么|规定不规定|指令|指示|设定|限制|约束|内容|要求|提示词?|命令|对话|身份|核对|检查|校验|一切|全部|前面|上面|以上|之前|先前|所有|你的|系统|规则)"
_SOURCES = r"(?:引用|出处|文号|条款|条文|引文|来源|依据|标注|编号|原文)"
_REST = r"[^,，。;；:：!！?？\n]*"
_ORDERS = re.compile(
    "|".join(
        (
            # what pretends to come from the system
            r"<\s*(system|admin|prompt)\b[^<>]*>.*?<\s*/\s*\1\s*>",
            r"[【\[(（]\s*(?:系统|system|管理员|开发者)[^】\])）]*[】\])）](?:\s*override[^。.;；]*[。.;；])?",
            rf"#{{2,}}\s*(?:新)?(?:指令|系统|system){_REST}[。.]?",
            r"(?:^|\n)\s*system\s*[:：][^。\n]*[。\n]?",
            # what would undo the rules
            rf"(?:请|你要?|现在|必须|把)?(?:忽[略畧]|无视|忘掉|忘记|抛开|跳过|绕过|别管|(?:不要|不用|别再?)管){_REST}?{_RULES}{_REST}|(?:解除|关闭|取消)(?:你的?|所有|一切|全部)[^,，。]{{0,6}}(?:限制|约束|核对|检查){_REST}",
            rf"(?:把)?(?:前面|上面|之前|以上)(?:的|说的)?(?:话|规则|指令|设定|内容|对话|东西)?(?:都|全部?|统统|通通)(?:给我)?(?:忘掉|忘记|不算数?|作废|清空){_REST}",
            r"(?:please\s+)?(?:ignore|disregard|forget|override)\b[^.。;；?？\n]*?(?:instruction|rule|prompt|above|everything|previous|all)[^.。;；?？,，:：\n]*(?:and print it)?",
            # another part to play, another way to answer
            rf"(?:从现在(?:起|开始)|以后|此后|接下来)(?:你|(?:你)?(?:回答|回复)?(?:都|一律|不许|只能|不要)){_REST}|从现在(?:起|开始)(?:要|不){_REST}",
            rf"(?:你现在是|你是(?=开发者|管理员|不受)|请?(?:你)?扮演|假装(?:你)?是|假设你是){_REST}?(?:AI|模式|助手|律师|专家|机器人|奶奶|爷爷|市长|局长|人|角色|医生|老师)(?:{_REST}(?:作答|回答))?",
            r"(?:进入|切换到)[^,，。]{0,8}模式",
            rf"DAN模式{_REST}(?:[,，]你可以做任何事)?|(?:开发者|调试|维护)模式{_REST}",
            rf"(?<!要)(?:不要|不用|不许|别|无需|不必|请勿|请不要)(?:再)?(?:写|带|给|显示|检查|核对|注明|引用|标注|查)(?:任何)?{_REST}?{_SOURCES}{_REST}",
            rf"(?:也|并)?(?<!要)(?:不要|不用|不许|别)(?:再)?(?:引用|标注|检查|核对)(?!.{{0,6}}[吗么?？]){_REST}",
            rf"(?:把)?(?:所有|全部)?(?:的)?引用(?:都)?(?:换|改)成{_REST}",
            rf"(?:只能|只许)(?:说|回答){_REST}|(?:按|凭|用|靠)你自己的?(?:知识|理解|想法|经验)(?:说说|告诉我|回答|讲讲)?|你(?:现在)?(?:没有|不受)(?:任何)?限制",
        )
    ),
    re.I | re.S,
)
_MARKUP = re.compile(
    r"<[^<>\n]{1,200}>|!\[[^\]]*\]\([^)]*\)|\[(?P<label>[^\]]*)\]\((?:javascript|data|https?):[^)]*\)|\$\{[^}]*\}|\{\{[^}]*\}\}",
    re.I,
)
_MARKS = " ,，。;；:：."


def set_aside_orders(text: str) -> tuple[str, tuple[str, ...]]:
    """``text`` without orders and markup, and the orders it held."""
    plain = _MARKUP.sub(" ", text) if not _ORDERS.search(text) else text
    found = tuple(m[0].strip(_MARKS) for m in _ORDERS.finditer(plain))
    visible = _MARKUP.sub(" ", _ORDERS.sub(" ", plain)).strip(_MARKS)
    visible = re.sub(r"\s*[,，;；。]\s*(?=[,，;；。])", "", visible).strip(_MARKS)
    return (visible, found) if found else (plain.strip(), ())
