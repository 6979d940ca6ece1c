from __future__ import annotations

import pytest

from ingest import ClausePath, Document
from ingest.layout import read_layout
from ingest.tables import PrintedTable, read_table
from tests.ingest.builders import document_text, finding_codes, parse_one

AREAS = ["高新区", "分宜县", "渝水区", "仙女湖区", "新宜吉合作区", "全市"]
COLUMNS = [
    "超10亿(含)农业产业化龙头企业(个)", "1(含)-10亿元(不含)农业产业化龙头企业(个)", "引进三类500强企业(个)",
    "招商引资实际进资额(亿元)", "招商引资签约金额超10亿项目(个)", "农产品加工业产值(亿元)",
]  # fmt: skip
YEARS = [2023, 2024, 2025]
#: 余府办发〔2023〕28号, 附件, as printed; 1_ reads as 1
VALUES: list[list[float]] = [
    [2, 3, 3, 7, 8, 9, 0, 0, 1, 5, 5.5, 6, 0, 0, 1, 130, 140, 150],
    [1, 1, 1, 5, 6, 8, 1, 1, 1, 10, 10.5, 11.5, 0, 0, 1, 60, 65, 70],
    [0, 0, 1, 7, 8, 10, 0, 1, 1, 12, 12, 12.5, 1, 1, 1, 76, 82, 90],
    [0, 0, 1, 0, 1, 2, 0, 0, 0, 3, 3, 3.5, 0, 0, 1, 21, 23, 24],
    [0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1.5, 0, 0, 0, 1, 1, 1],
    [3, 4, 6, 19, 23, 30, 1, 2, 3, 30, 32, 35, 1, 1, 4, 288, 311, 335],
]  # fmt: skip


def read(text: str, title: str | None = None) -> PrintedTable:
    return read_table(read_layout(text).lines, ClausePath(("附件",)), title)


def values(printed: PrintedTable) -> dict[str, float | None]:
    assert printed.table
    return {str(c.path): c.value for c in printed.table.cells}


@pytest.fixture(scope="module")
def plan(gazette_documents: tuple[Document, ...]) -> Document:
    return next(d for d in gazette_documents if str(d.document_number) == "余府办发〔2023〕28号")


def test_all_values_of_the_annex_are_read_with_area_year_and_unit(plan: Document) -> None:
    (table,) = plan.tables
    assert (str(table.path), table.title) == ("附件", "主要目标任务分解表")
    expected = [
        (f"附件/{area}/{year}年/{column}", area, column, year, column[-3:-1] if column[-3] == "亿" else "个", value)
        for area, row in zip(AREAS, VALUES, strict=True)
        for (column, year), value in zip([(c, y) for c in COLUMNS for y in YEARS], row, strict=True)
    ]
    assert len(expected) == 108
    assert [(str(c.path), c.row, c.column, c.year, c.unit, c.value) for c in table.cells] == expected


def test_cells_keep_what_is_printed_and_where(plan: Document) -> None:
    cell = plan.cells_by_path["附件/高新区/2025年/引进三类500强企业(个)"]
    assert (cell.raw, cell.value) == ("1_", 1)
    assert all("_" not in c.raw for t in plan.tables for c in t.cells if c != cell)


def test_doubtful_value_is_the_one_finding_of_the_plan(plan: Document) -> None:
    (finding,) = plan.findings
    assert (finding.code, finding.path) == ("doubtful_value", "附件/高新区/2025年/引进三类500强企业(个)")
    assert finding.start == plan.cells_by_path[finding.path or ""].start


def test_areas_add_up_to_the_city_in_every_column(plan: Document) -> None:
    for column in range(18):
        assert sum(row[column] for row in VALUES[:-1]) == VALUES[-1][column]
    assert "sum_mismatch" not in finding_codes(plan)


HEAD = "区\t产值(亿元)\t\t企业(个)\t\n\t2024年\t2025年\t2024年\t2025年\n"
ROWS = "甲区\t1\t2.5\t3\t4\n乙区\t5\t6\t7\t8\n"


def test_sum_of_whole_and_broken_totals() -> None:
    assert read(HEAD + ROWS + "全市\t6\t8.5\t10\t12").findings == ()
    (finding,) = read(HEAD + ROWS + "全市\t6\t8.6\t10\t12").findings
    assert (finding.code, finding.path) == ("sum_mismatch", "附件/全市/2025年/产值(亿元)")
    assert "8.5" in finding.message and "8.6" in finding.message


def test_percentages_and_columns_without_a_unit_do_not_add_up() -> None:
    assert read("区\t占比(%)\n甲区\t40\n乙区\t50\n全市\t45").findings == ()
    assert read("区\t排名\n甲区\t1\n乙区\t2\n全市\t9").findings == ()


def test_head_of_one_row_gives_columns_without_years() -> None:
    printed = read("区\t产值(亿元)\t企业(个)\n甲区\t1\t2")
    assert values(printed) == {"附件/甲区/产值(亿元)": 1, "附件/甲区/企业(个)": 2}
    assert printed.table and [(c.year, c.unit) for c in printed.table.cells] == [(None, "亿元"), (None, "个")]


def test_years_say_where_a_shifted_head_belongs() -> None:
    # recognition moved the second name one column to the left
    printed = read("区\t产值(亿元)\t企业(个)\t\t\n\t2024年\t2025年\t2024年\t2025年\n甲区\t1\t2\t3\t4")
    assert values(printed)["附件/甲区/2024年/企业(个)"] == 3


def test_markdown_table_reads_as_a_printed_one() -> None:
    printed = read("|区|产值(亿元)|企业(个)|\n|---|---|---|\n|甲区|1|2|")
    assert values(printed) == {"附件/甲区/产值(亿元)": 1, "附件/甲区/企业(个)": 2}


def test_cells_point_into_the_source() -> None:
    text = HEAD + " 甲区\t 1 \t2.5\t3\t4"
    printed = read(text)
    assert printed.table
    assert [text[c.start : c.end] for c in printed.table.cells] == ["1", "2.5", "3", "4"]


def test_marks_of_the_path_grammar_in_names_become_full_width() -> None:
    assert list(values(read("楼\t能耗(度/年)\t数\n1#楼\t1\t2"))) == ["附件/1＃楼/能耗(度／年)", "附件/1＃楼/数"]


@pytest.mark.parametrize(
    ("raw", "value", "doubtful"),
    [
        ("12", 12, False), ("12.5", 12.5, False), ("-3", -3, False), ("15%", 15, False),
        # strokes beside a digit
        ("1_", 1, True), ("1-", 1, True), ("12.", 12, True),
        # words are cells without a value
        ("约3", None, False), ("无", None, False), ("1,200", None, False),
    ],
)  # fmt: skip
def test_values_are_read_only_where_they_are_numbers(raw: str, value: float | None, doubtful: bool) -> None:
    printed = read(f"区\t产值(亿元)\t数\n甲区\t1\t1\n乙区\t{raw}\t1")
    assert values(printed)["附件/乙区/产值(亿元)"] == value
    assert [f.code for f in printed.findings] == ["doubtful_value"] * doubtful


@pytest.mark.parametrize(
    "text",
    [
        # more names than groups of years
        "区\t产值\t企业\t人数\n\t2024年\t2025年\t2024年\t2025年\n甲区\t1\t2\t3\t4",
        # a second head row that fits nothing
        "区\t产值\t企业\n\t上\t中\t下\n甲区\t1\t2",
        # a column without a name
        "区\t\t企业\n甲区\t1\t2",
    ],
)
def test_an_unreadable_table_stays_text(text: str) -> None:
    printed = read(text)
    assert printed.table is None
    assert [f.code for f in printed.findings] == ["unreadable_table"]
    assert [row.text for row in printed.rows] == [line.strip() for line in text.split("\n")]


def test_table_in_the_body_belongs_to_the_clause_that_holds_it() -> None:
    document = parse_one(
        document_text(
            "一、目标",
            "分解如下。",
            "区\t产值(亿元)\t企业(个)\n甲区\t1\t2\n全市\t1\t3",
            "二、保障",
            title="某市工作方案",
        )
    )
    (table,) = document.tables
    assert str(table.path) == "一"
    assert finding_codes(document) == ["sum_mismatch"]
    assert document.by_path["一"].text.endswith("甲区\t1\t2\n全市\t1\t3")
