"""Clauses become passages: what is said before the body, where a body is cut, and rows of tables."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.passages import PassageConfig, entries_of, passages_of, split_body
from tests.embeddings.builders import clause, document, output_table


def characters(text: str) -> int:
    return len(text)


def hanzi(text: str) -> int:
    """Like the bundled encoder: punctuation, spaces and line feeds have no token."""
    return sum("一" <= c <= "鿿" for c in text)


EARTHQUAKE = document(
    "余府办发〔2023〕19号",
    ("第四条", "第四条 本办法所称的重大工程,是指以下建设工程:"),
    clause("第四条/(一)", "(一)交通工程", start=40, heading="交通工程"),
    ("第四条/(一)/1", "1.长度大于一千米的隧道;"),
    title="新余市人民政府办公室关于印发新余市建设工程抗震设防监管暂行办法的通知",
    attached_title="新余市建设工程抗震设防监管暂行办法",
)


def passages(doc, count_tokens=characters, **budgets):
    return list(passages_of(doc, count_tokens, PassageConfig(**budgets)))


def test_subitem_carries_title_headings_and_lead_in_of_every_ancestor():
    whole = passages(EARTHQUAKE, max_context_tokens=200)[-1]
    assert whole.text == (
        "新余市建设工程抗震设防监管暂行办法\n"
        "交通工程\n"
        "第四条 本办法所称的重大工程,是指以下建设工程:\n"
        "1.长度大于一千米的隧道;"
    )


def test_parents_and_leaves_are_passages():
    assert [str(p.ref.path) for p in passages(EARTHQUAKE)] == ["第四条", "第四条/(一)", "第四条/(一)/1"]


def test_heading_that_the_body_opens_with_is_not_said_twice():
    assert passages(EARTHQUAKE, max_context_tokens=200)[1].text.count("交通工程") == 1


@pytest.mark.parametrize(
    ("parent", "lead_in_paragraph", "expected"),
    [
        # Recorded by the parser: the second 款 leads in.
        ("第十条 甲。\n有下列情形之一的,不予受理:", 2, "有下列情形之一的,不予受理:"),
        # Recorded: the first, though another was printed before the item.
        ("第十条 有下列情形之一的:\n乙。", 1, "第十条 有下列情形之一的:"),
        # Not recorded: the last one printed before the item.
        ("第十条 甲。\n有下列情形之一的,不予受理:", 0, "有下列情形之一的,不予受理:"),
    ],
)
def test_item_is_led_in_by_its_own_paragraph(parent, lead_in_paragraph, expected):
    item = clause("第十条/(一)", "(一)材料不全;", start=100, lead_in_paragraph=lead_in_paragraph)
    *_, entry = entries_of(document("余府发〔2023〕1号", ("第十条", parent), item))
    assert entry.context == expected


def test_paragraph_after_the_items_does_not_lead_them_in():
    parent = clause("第九条", "第九条 应当符合下列条件:\n前款规定由市应急局解释。")
    late = parent.paragraphs[1]
    parent = clause("第九条", "第九条 应当符合下列条件:")
    parent = type(parent)(parent.path, "第九条", None, None, (*parent.paragraphs, type(late)(late.text, 500, 512)))
    *_, entry = entries_of(document("余府发〔2023〕1号", parent, clause("第九条/(一)", "(一)年满十六周岁;", start=100)))
    assert entry.context == "第九条 应当符合下列条件:"


def test_long_lead_in_keeps_its_last_sentence():
    parent = ("第一条", "第一条 " + "背景很长。" * 30 + "符合下列条件的可以申请:")
    doc = document("余府发〔2023〕1号", parent, ("第一条/(一)", "(一)有本市户籍;"), title="办法")
    text = passages(doc, max_context_tokens=20)[-1].text
    assert text == "办法\n背景很长。符合下列条件的可以申请:\n(一)有本市户籍;"


def test_short_clause_is_one_passage_and_a_long_one_is_whole_and_in_pieces():
    doc = document("余府发〔2023〕1号", ("第一条", "第一条 短。"), ("第二条", "第二条 甲乙丙丁。" * 4))
    found = passages(doc, max_tokens=12)
    assert [(str(p.ref.path), p.ordinal, p.kind) for p in found] == [
        ("第一条", 0, "clause"),
        ("第二条", 0, "clause"),
        *[("第二条", n, "piece") for n in range(1, 5)],
    ]


@pytest.mark.parametrize(
    ("body", "max_tokens", "pieces"),
    [
        # 款 first.
        ("甲甲。甲甲。\n乙乙。乙乙。", 8, ["甲甲。甲甲。\n", "乙乙。乙乙。"]),
        # Then sentences, whose stop stays with them; half and full width alike.
        ("一二三四五;六七八九十；甲乙丙", 6, ["一二三四五;", "六七八九十；", "甲乙丙"]),
        # The comma of a number is no comma.
        ("不超过1,000,000元,由市级承担", 12, ["不超过1,000,000", "元,", "由市级承担"]),
        # No stop anywhere: cut at the budget.
        ("甲乙丙丁戊己", 4, ["甲乙丙丁", "戊己"]),
    ],
)
def test_bodies_are_cut_at_the_best_place(body, max_tokens, pieces):
    assert [body[a:b] for a, b in split_body(body, characters, max_tokens)] == pieces


@given(
    st.text(alphabet="甲乙丙12。；;,，、\n 　:：", max_size=120),
    st.integers(1, 20),
    st.sampled_from([characters, hanzi]),
)
def test_every_character_of_a_body_is_in_exactly_one_piece(body, max_tokens, count_tokens):
    spans = split_body(body, count_tokens, max_tokens)
    assert "".join(body[a:b] for a, b in spans) == body
    assert [a for a, _ in spans] == [0, *(b for _, b in spans)][: len(spans)]
    assert all(count_tokens(body[a:b]) <= max_tokens for a, b in spans)


def test_pieces_never_cross_clauses_and_reproduce_the_body():
    doc = document(
        "余府发〔2023〕1号", ("第一条", "第一条 甲。\n乙乙乙乙乙乙乙乙,丙丙丙丙。"), ("第二条", "第二条 丁。")
    )
    for p in passages(doc, max_tokens=8, max_context_tokens=0):
        assert doc.by_path[str(p.ref.path)].text[p.start : p.end] == p.text


def test_table_row_is_a_passage_addressed_by_its_label():
    doc = document("余府发〔2023〕1号", ("附件", "目标任务分解表"), tables=(output_table(),))
    row = next(p for p in passages(doc) if p.kind == "row")
    assert str(row.ref) == "余府发〔2023〕1号#附件/渝水区"
    assert row.text.endswith("渝水区：2025年农产品加工业产值(亿元)230，2026年农产品加工业产值(亿元)260")


def test_equal_documents_give_equal_passages():
    assert passages(EARTHQUAKE) == passages(EARTHQUAKE)
