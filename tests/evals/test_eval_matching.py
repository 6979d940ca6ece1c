"""Covering: a near miss beside every hit."""

from __future__ import annotations

import pytest

from evals.cases import GoldCitation
from evals.matching import Reference, covers_set
from tests.evals.scripted import LITHIUM, SEISMIC, SOCIAL

DIGITAL = '"数字+智慧"双驱动 提升政务服务"智"与"质"——新余市推进政务数据共享探索分析'


@pytest.mark.parametrize(
    ("cited", "gold", "covered"),
    [
        ("第十六条", "第十六条", True),
        # a descendant counts as its ancestor …
        ("第十六条/第2款", "第十六条", True),
        ("第四条/(四)/3", "第四条", True),
        # … a parent does not count as its child
        ("第四条", "第四条/(四)/3", False),
        ("第四条/(四)", "第四条/(四)/3", False),
        # a substring test would take 第十二条之一 for 第十二条
        ("第十二条之一", "第十二条", False),
        ("第十二条", "第十二条之一", False),
        # 第二条 is not 第二十条, 1 is not 15, (十) is not (十八)
        ("第二十条", "第二条", False),
        ("二/(六)/15", "二/(六)/1", False),
        ("七/(十八)", "七/(十)", False),
        # 第三项 is not 第三款
        ("第六条/(三)", "第六条/第3款", False),
        # full width, spaces and trailing punctuation are spelling
        ("第四条/（四）/ 3", "第四条/(四)/3", True),
        ("二、/(六)/15.", "二/(六)/15", True),
        # a table cell counts as its annex, 附件1 does not
        ("附件/渝水区/2025年/农产品加工业产值(亿元)", "附件", True),
        ("附件1", "附件", False),
        # what cannot be read covers nothing
        ("", "第十六条", False),
        ("/", "第十六条", False),
    ],
)
def test_clause_is_covered(cited: str, gold: str, covered: bool) -> None:
    reference = Reference.read(SEISMIC, None, cited)
    assert reference.covers(GoldCitation(document=SEISMIC, clause=gold)) is covered


@pytest.mark.parametrize(
    ("number", "title", "gold", "same"),
    [
        # any spelling of the number
        ("余府办发[2023]19号", None, SEISMIC, True),
        ("余府办发（2023） 19 号", None, SEISMIC, True),
        ("余府办发【2023】第19号", None, SEISMIC, True),
        # two documents share 19号, and neither is of another year
        (SOCIAL, None, SEISMIC, False),
        ("余府办发〔2022〕19号", None, SEISMIC, False),
        ("19号", None, SEISMIC, False),
        # a document without a number goes by its title, quotes and spaces aside
        (None, LITHIUM, LITHIUM, True),
        (None, "关于我市锂电产业发展情况的 调研与思考", LITHIUM, True),
        (None, "“数字+智慧”双驱动 提升政务服务“智”与“质”——新余市推进政务数据共享探索分析", DIGITAL, True),
        # … and may leave its subtitle out, but a few characters are not a title
        (None, '"数字+智慧"双驱动 提升政务服务"智"与"质"', DIGITAL, True),
        (None, "关于我市", LITHIUM, False),
        # the right title beside a wrong number is still the document of the title
        (None, "市政府召开第39次常务会", "市政府召开第40次常务会", False),
        (None, "", LITHIUM, False),
        (None, None, LITHIUM, False),
    ],
)
def test_document_is_the_same(number: str | None, title: str | None, gold: str, same: bool) -> None:
    reference = Reference.read(number, title, "一")
    assert reference.in_document(GoldCitation(document=gold, clause="一")) is same


def test_every_clause_of_a_set_must_be_covered() -> None:
    gold = tuple(GoldCitation(document=SEISMIC, clause=clause) for clause in ("第七条", "第八条"))
    seventh, eighth = Reference.read(SEISMIC, None, "第七条/(一)"), Reference.read(SEISMIC, None, "第八条")
    assert covers_set((seventh, eighth), gold)
    assert not covers_set((seventh,), gold)
    assert not covers_set((), gold)


def test_empty_set_is_covered_by_nothing() -> None:
    assert not covers_set((Reference.read(SEISMIC, None, "第七条"),), ())
