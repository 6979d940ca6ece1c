"""Which numbers open clauses, decided over a whole text."""

from __future__ import annotations

import pytest

from tests.ingest.builders import document_text, finding_codes, lines_of, parse_one, paths, tree_of


def opened(*lines: str) -> list[str]:
    return [x.label.path_label for x in lines_of(*lines) if x.label]


@pytest.mark.parametrize(
    ("lines", "labels"),
    [
        # 中 and 与 often follow a citation; the count says that these open
        (("第一条 甲。", "第二条中标人应当签约。", "第三条与会者应当签到。", "第四条 丁。"), ["第一条", "第二条", "第三条", "第四条"]),
        # the same words where the real article follows
        (("第一条 甲。", "第二条中的公园包括绿地。", "第二条 乙。", "第三条 丙。"), ["第一条", "第二条", "第三条"]),
        # a citation at the beginning of a line, out of turn
        (("第一条 甲。", "第二条 乙。", "第九条 的规定除外。", "第三条 丙。"), ["第一条", "第二条", "第三条"]),
        # a missing article tears a gap, not the rest of the text
        (("第一条 甲。", "第二条 乙。", "第四条 丁。", "第五条 戊。"), ["第一条", "第二条", "第四条", "第五条"]),
        # another text begins behind the first
        (("第一条 甲。", "第二条 乙。", "第一条 丙。", "第二条 丁。"), ["第一条", "第二条", "第一条", "第二条"]),
        # 之一 stands between
        (("第十二条 甲。", "第十二条之一 乙。", "第十三条 丙。"), ["第十二条", "第十二条之一", "第十三条"]),
        # what an amending decision quotes opens nothing
        (("一、将第三条修改为：“第三条 甲：", "（一）乙；", "（二）丙。”", "二、删去第五条。"), ["一", "二"]),
        # a part and its first article on one line
        (("第一章 总则第一条 甲。", "第二条 乙。"), ["第一条", "第二条"]),
        # quantities are no decimal numbers, a run of them is
        (("1.5公里以下。", "4.3万人就业。"), []),
        (("1.1 目的", "1.2 依据", "1.3 范围"), ["1.1", "1.2", "1.3"]),
        # 3.5年 is the third item between the second and the fourth
        (("1.不得出租；", "2.不得出借；", "3.5年内不得上市；", "4.不得改变用途。"), ["1", "2", "3", "4"]),
        # … and a quantity without them
        (("1.不得出租；", "2.不得出借；", "3.5年内不得上市。"), ["1", "2"]),
    ],
)  # fmt: skip
def test_the_numbers_around_decide(lines: tuple[str, ...], labels: list[str]) -> None:
    assert opened(*lines) == labels


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        # the first item on the article's own line
        (("第十四条 （一）甲；", "（二）乙。"), ["第十四条", "第十四条/(一)", "第十四条/(二)"]),
        (("第十四条 应当：（一）甲；（二）乙；", "（三）丙。"), ["第十四条", "第十四条/(一)", "第十四条/(二)", "第十四条/(三)"]),
        # nothing below that lacks them: an enumeration inside a sentence stays in it
        (("第十四条 应当：（一）甲；（二）乙。",), ["第十四条"]),
    ],
)  # fmt: skip
def test_items_inside_a_line_come_out_where_their_list_lacks_them(lines: tuple[str, ...], expected: list[str]) -> None:
    assert [str(c.path) for c in tree_of(*lines)] == expected


def test_a_number_cut_by_the_printer_comes_together() -> None:
    clauses = tree_of("第九条 甲。", "第十", "条 乙。", "第十一条 丙。")
    assert [str(c.path) for c in clauses] == ["第九条", "第十条", "第十一条"]


def test_a_number_alone_on_its_line_waits_for_its_text() -> None:
    document = parse_one(document_text("第一条", "为了管理公园。", "第二条", "本办法适用于全市。", "公园包括绿地。"))
    assert document.by_path["第一条"].text == "第一条 为了管理公园。"
    assert len(document.by_path["第二条"].paragraphs) == 2


def test_the_name_of_an_article_is_no_paragraph_of_it() -> None:
    document = parse_one(document_text("第一条 （目的）", "为了管理公园。", "第二条 （范围）", "适用于全市。"))
    assert document.by_path["第一条"].heading == "目的"
    assert len(document.by_path["第一条"].paragraphs) == 1


def test_an_article_out_of_turn_is_reported_and_kept() -> None:
    document = parse_one(document_text("第一条 甲。", "第二条 乙。", "第三十条 丙。", "第三条 丁。", "第四条 戊。"))
    assert paths(document) == ["第一条", "第二条", "第三条", "第四条"]
    assert document.by_path["第二条"].text.endswith("第三十条 丙。")
    assert "number_out_of_turn" in finding_codes(document)


def test_many_candidates_take_time_in_proportion() -> None:
    lines = [f"第{'一二三四五六七八九'[i % 9]}条 内容{i}。" for i in range(20_000)]
    assert len(lines_of(*lines)) == 20_000
