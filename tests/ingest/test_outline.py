"""How texts hang together above and below the usual order of numbers."""

from __future__ import annotations

from tests.ingest.builders import document_text, parse, parse_one, paths, tree_of


def tree_paths(*lines: str) -> list[str]:
    return [str(c.path) for c in tree_of(*lines)]


def test_a_list_nests_against_the_standard_order_where_the_outer_one_goes_on() -> None:
    assert tree_paths("1.申请", "（一）材料。", "（二）地点。", "2.受理", "（一）时限。") == [
        "1", "1/(一)", "1/(二)", "2", "2/(一)",
    ]  # fmt: skip
    # the near miss: the inner kind goes on, the outer begins anew
    assert tree_paths("一、甲", "1.乙。", "2.丙。", "二、丁", "1.戊。") == ["一", "一/1", "一/2", "二", "二/1"]


def test_a_second_list_of_an_article_hangs_on_its_own_paragraph() -> None:
    clauses = tree_of(
        "第五条 有下列情形的：", "（一）甲；", "（二）乙。", "符合下列条件的：", "（一）丙；", "（二）丁。"
    )
    assert [str(c.path) for c in clauses] == [
        "第五条", "第五条/(一)", "第五条/(二)", "第五条/第2款/(一)", "第五条/第2款/(二)",
    ]  # fmt: skip
    assert clauses[3].display == "第五条第二款第(一)项"


def test_a_paragraph_between_two_items_belongs_to_the_first() -> None:
    clauses = {
        str(c.path): c for c in tree_of("第五条 包括：", "（一）甲。", "甲的说明。", "（二）乙。", "第五条的尾款。")
    }
    assert clauses["第五条/(一)"].text == "（一）甲。\n甲的说明。"
    assert clauses["第五条"].text.endswith("第五条的尾款。")


def test_parts_are_labels_only_where_numbers_begin_anew_in_each() -> None:
    plan = ("第一章 现状", "一、基础", "二、问题", "第二章 目标", "一、总体", "二、分项")
    assert tree_paths(*plan) == ["第一章", "第一章/一", "第一章/二", "第二章", "第二章/一", "第二章/二"]
    law = tree_of("第一章 总则", "第一条 甲。", "第二章 附则", "第二条 乙。")
    assert [(str(c.path), c.chapter) for c in law] == [("第一条", "第一章 总则"), ("第二条", "第二章 附则")]


def test_headings_without_a_number_are_labels_where_lists_begin_anew_under_them() -> None:
    assert tree_paths("申请条件", "1.年满十八周岁。", "2.有住所。", "办理流程", "1.提交。", "2.审核。") == [
        "申请条件", "申请条件/1", "申请条件/2", "办理流程", "办理流程/1", "办理流程/2",
    ]  # fmt: skip
    # one short line above one list is a sentence like any other
    assert tree_paths("申请条件", "1.年满十八周岁。", "2.有住所。") == ["前言", "1", "2"]


def test_questions_of_a_page_are_numbered_in_print_order() -> None:
    clauses = tree_of("问：怎么申请？", "答：网上申请。", "也可到窗口。", "问：多久办好？", "答：十日。")
    assert [str(c.path) for c in clauses] == ["问1", "问2"]
    assert clauses[0].text == "问：怎么申请？\n答：网上申请。\n也可到窗口。" and clauses[0].heading == "怎么申请？"
    # a question without answers is no such page
    assert tree_paths("问：怎么申请？", "问：多久办好？") == ["前言"]


def test_documents_without_numbers_come_apart_at_their_titles() -> None:
    text = document_text(
        "第一条 甲。",
        "第二条 乙。",
        "某市绿地管理办法",
        "第一章 总则",
        "第一条 丙。",
        "第二条 丁。",
        title="某市公园管理办法",
    )
    documents = parse(text)
    assert [(d.title, paths(d)) for d in documents] == [
        ("某市公园管理办法", ["第一条", "第二条"]), ("某市绿地管理办法", ["第一条", "第二条"]),
    ]  # fmt: skip
    # under the mark of an annex they belong to the document before
    annexed = parse_one(text.replace("某市绿地管理办法", "附件\n\n某市绿地管理办法"))
    assert "附件/第一条" in paths(annexed)


def test_a_list_of_annexes_is_no_annex_and_opens_none() -> None:
    document = parse_one(
        document_text(
            "一、做好工作。",
            "附件：1.申请表",
            "2.审核表",
            "某市人民政府",
            "2024年3月1日",
            title="某市人民政府关于公园的通知",
        )
    )
    assert paths(document) == ["一"]
    assert [f.kind for f in document.furniture if f.kind != "title"] == [
        "annex_note",
        "annex_note",
        "signature",
        "signature",
    ]


def test_an_order_that_makes_a_regulation_known_is_its_cover() -> None:
    document = parse_one(
        "某市公园管理办法\n某市人民政府令第5号\n《某市公园管理办法》已经市政府常务会议通过，现予公布，自2024年5月1日起施行。\n"
        "市长 张三\n2024年3月1日\n某市公园管理办法\n第一章 总则\n第一条 甲。\n第二条 乙。\n"
    )
    assert document.title == "某市公园管理办法"
    assert [p for p in paths(document) if p.startswith("第")] == ["第一条", "第二条"]
    assert document.metadata.effective_on == "2024-05-01"
    assert str(document.metadata.order_number) == "某市人民政府令第5号"
