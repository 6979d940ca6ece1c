"""What the nearest clause does not give is told from the clause: the asked-for thing is there, or it is named as missing."""

from __future__ import annotations

import pytest

from assistant.retrieve import Ranked
from assistant.slots import missing_slot
from assistant.understanding.directory import Directory
from assistant.understanding.question import understand
from ingest.reader import read_documents

TEXT = """明川市社会事务办事规定

第一条 高龄津贴按月发放,80周岁以上老人每人每月100元。

第二条 困难家庭可以申请临时救助,由街道办事处受理,给予适当补助。

第三条 申请人应当提交身份证和户口簿。

第四条 未按时参保的,可以在三年内补足欠缴的费用。

第五条 孙大明同志任市民政局局长,任职时间从2020年9月起计算。

第六条 李小川同志,1970年出生,大学学历,任市医保局局长。

第七条 独生子女家庭子女入学加10分,缴存公积金每满一年加2分。

第八条 居民身份证遗失的,可以向派出所申请补领。

第九条 咨询电话为0790-6441234,办公时间为上午9:00至12:00,地址为明川市政务大厅。
"""

#: (question, article that is nearest, what is missing)
CASES = [
    ("高龄津贴一个月多少钱", 1, ""),
    ("临时救助一次给多少钱", 2, "具体金额或标准"),
    ("护理补贴一个月多少钱", 1, "具体金额或标准"),
    ("临时救助去哪里申请", 2, ""),
    ("高龄津贴去哪里申请", 1, "办理地点或获取途径"),
    ("申请要带什么材料", 3, ""),
    ("临时救助要带什么材料", 2, "需要的材料"),
    ("社保断了能不能补缴回来", 4, ""),
    ("社保断了能不能补缴回来", 2, "能不能补缴、怎么补缴"),
    ("交错的钱可以退费吗", 4, "能不能退费、怎么退费"),
    ("孙大明多大年纪,以前干过啥", 5, "孙大明的年龄和经历"),
    ("李小川什么学历", 6, ""),
    ("多大年纪能领高龄津贴", 1, ""),
    ("孙大明任什么职务", 5, ""),
    ("公积金交一年加几分", 7, ""),
    ("高龄津贴申请要多少分", 1, "具体分值"),
    ("身份证丢了上哪补", 8, ""),
    ("医保卡丢了上哪补", 1, "医保卡丢失后怎么补办"),
    ("我家娃的医保卡丢了怎么办", 1, "医保卡丢失后怎么补办"),
    ("办一次要几分钟", 1, ""),
    ("残疾人有没有补贴", 2, ""),
    ("社保断缴有没有补贴", 3, "有没有补贴"),
    ("能不能自己弄个咨询电话号码", 2, ""),
    ("救助的床位费多少", 2, "具体金额或标准"),
    ("咨询电话是多少", 9, ""),
    ("救助的咨询电话是多少", 2, "联系电话"),
    ("几点上班,办公地址在哪", 9, ""),
]


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    file = tmp_path_factory.mktemp("slots") / "rules.txt"
    file.write_text(TEXT, encoding="utf-8")
    (document,) = read_documents(file)
    return document


@pytest.mark.parametrize(("message", "article", "missing"), CASES)
def test_what_the_nearest_clause_does_not_give_is_named(document, message, article, missing):
    clause = document.by_path[f"第{'一二三四五六七八九'[article - 1]}条"]
    ranked = [Ranked(document, clause, 3.0, 0.5, 0.5, (0, len(clause.text)))]
    assert missing_slot(understand(message, [], Directory((document,))), ranked) == missing
