from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import ClausePath, Document
from ingest.documents import Grid, GridCell
from ingest.layout import read_layout
from ingest.patterns import squash
from ingest.readers.assembling import TextBuilder
from ingest.tables import PrintedTable, grid_of_lines, read_grid, read_table, rows_of
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
        ("约3", None, False), ("无", None, False), ("3-5", None, False), ("—", None, False), ("007", None, False),
        # thousands, full width, units of the cell's own; a comma elsewhere parts no thousands
        ("1,200.5", 1200.5, False), ("１２．５％", 12.5, False), ("3.5万", 3.5, False), ("1,20", None, False),
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


# ------------------------------------------------------------------------------------------------- merged grids

HOLDER = ClausePath(("附件",))


def text_and_grid(drawn: str) -> tuple[str, Grid]:
    """A grid drawn as lines of cells parted by |; < continues the cell to the left, ^ the one above."""
    rows = [[cell.strip() for cell in line.split("|")] for line in drawn.strip().split("\n")]
    width = max(map(len, rows))
    rows = [row + [""] * (width - len(row)) for row in rows]
    cells = []
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            if text in ("<", "^"):
                continue
            columns = next((n for n in range(1, width - c) if row[c + n] != "<"), width - c)
            height = next((n for n in range(1, len(rows) - r) if rows[r + n][c] != "^"), len(rows) - r)
            cells.append((r, c, height, columns, text))
    builder = TextBuilder()
    builder.grid(cells)
    read_text = builder.finish()
    return read_text.text, read_text.grids[0]


def read_drawn(drawn: str, title: str | None = None, unit: str | None = None, ordinal: int = 1) -> PrintedTable:
    text, grid = text_and_grid(drawn)
    printed = read_grid(grid, HOLDER, title, unit, ordinal=ordinal)
    if printed.table:
        assert all(squash(text[c.start : c.end]) == c.raw for c in printed.table.cells)
    return printed


def shown(printed: PrintedTable) -> list[str]:
    """Every record as ``address=raw``, with its unit where it has one."""
    assert printed.table, printed.findings
    return [
        f"{c.path}={c.raw.removesuffix(c.unit or '')}{c.unit or ''}".removeprefix("附件/") for c in printed.table.cells
    ]


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        # names over names: joined, with the unit of the outer one
        (
            "对象|标准(元/月)|<\n^|一类区|二类区\n城市低保|800|1,040",
            ["城市低保/标准(元／月)·一类区=800元/月", "城市低保/标准(元／月)·二类区=1,040元/月"],
        ),
        # years over names and names over years give the same address
        ("区|2024年|<\n^|产值(亿元)|企业(个)\n甲区|1|2", ["甲区/2024年/产值(亿元)=1亿元", "甲区/2024年/企业(个)=2个"]),
        ("区|产值(亿元)|<\n^|2024年|2025年\n甲区|1|2", ["甲区/2024年/产值(亿元)=1亿元", "甲区/2025年/产值(亿元)=2亿元"]),
        # a head of four rows (深圳市住房保障发展规划)
        (
            "年份|投资(亿元)|<|<\n^|合计|财政资金|<\n^|^|新增|<\n^|^|建设|补贴\n2011|6|4|2",
            ["2011年/投资(亿元)·合计=6亿元", "2011年/投资(亿元)·财政资金·新增·建设=4亿元", "2011年/投资(亿元)·财政资金·新增·补贴=2亿元"],
        ),
        # units in a row of their own
        ("区|面积|资金\n^|亩|万元\n甲区|5|6", ["甲区/面积(亩)=5亩", "甲区/资金(万元)=6万元"]),
        # a row that numbers the columns is no record
        ("项目|行次|金额|比例\n甲|乙|1|2\n货物|1|10|20%", ["货物/金额=10", "货物/比例=20%"]),
        # one head cell over two columns that nothing below names apart
        ("对象|材料|<\n军人子女|户口簿|证件", ["军人子女/材料=户口簿", "军人子女/材料(2)=证件"]),
        # years alone are columns
        ("项目|2023年|2024年\n产值|1|2", ["产值/2023年=1", "产值/2024年=2"]),
        # years down the rows; a year that repeats is told apart by its place
        ("年份|产值(亿元)\n2023|1\n2024年|2", ["2023年/产值(亿元)=1亿元", "2024年/产值(亿元)=2亿元"]),
    ],
)  # fmt: skip
def test_heads_name_their_columns(drawn: str, expected: list[str]) -> None:
    assert shown(read_drawn(drawn)) == expected


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        # a merged category is a record of its own while names are unlike
        ("类别|对象|材料\n优抚|烈士子女|证明一\n^|军人子女|证明二",
         ["烈士子女/类别=优抚", "烈士子女/材料=证明一", "军人子女/类别=优抚", "军人子女/材料=证明二"]),
        # … and part of the address where they repeat
        ("县区|项目|投资(万元)\n甲县|道路|1\n^|供水|2\n乙县|道路|3\n^|供水|4",
         ["甲县/道路/投资(万元)=1万元", "甲县/供水/投资(万元)=2万元", "乙县/道路/投资(万元)=3万元", "乙县/供水/投资(万元)=4万元"]),
        # a section row over the rows it heads
        ("单位|任务数|完成数\n一、县区|<|<\n其他|1|2\n二、市直|<|<\n其他|3|4",
         ["一、县区/其他/任务数=1", "一、县区/其他/完成数=2", "二、市直/其他/任务数=3", "二、市直/其他/完成数=4"]),
        # nothing tells them apart
        ("单位|任务数|完成数\n甲|1|2\n乙|5|6\n丙|7|8\n甲|3|4",
         ["甲/任务数=1", "甲/完成数=2", "乙/任务数=5", "乙/完成数=6", "丙/任务数=7", "丙/完成数=8", "甲(2)/任务数=3", "甲(2)/完成数=4"]),
        # a number is no name without its column
        ("档次|缴费(元)|补贴(元)\n1|200|40\n2|300|45",
         ["档次1/缴费(元)=200元", "档次1/补贴(元)=40元", "档次2/缴费(元)=300元", "档次2/补贴(元)=45元"]),
        # 序号 gives way to a name
        ("序号|材料名称|份数\n1|身份证|1\n2|申请表|2", ["身份证/份数=1", "申请表/份数=2"]),
        # 单位 over units is the unit of its row, over organisations a column
        ("指标|单位|2025年\n总产值|亿元|15\n企业数|个|8", ["总产值/2025年=15亿元", "企业数/2025年=8个"]),
        ("指标|单位|2025年\n总产值|市统计局|15\n企业数|市工信局|8",
         ["总产值/单位=市统计局", "总产值/2025年=15", "企业数/单位=市工信局", "企业数/2025年=8"]),
        # full and half width brackets are one label in a path
        ("单位|得分\n甲（1）|1\n甲(1)|2", ["甲(1)/得分=1", "甲(1)(2)/得分=2"]),
        # a merged content holds for every row that it covers
        ("事项|说明|时限\n参保|同一窗口|5天\n转移|^|3天", ["参保/说明=同一窗口", "参保/时限=5天", "转移/说明=同一窗口", "转移/时限=3天"]),
    ],
)  # fmt: skip
def test_rows_are_told_apart(drawn: str, expected: list[str]) -> None:
    assert shown(read_drawn(drawn)) == expected


LONG = "推进政务服务事项全程网办,实现网上可办率达到百分之九十五以上,并逐步推广到乡镇、街道和村(社区)便民服务中心"


def test_a_sentence_is_no_row_label_and_stays_whole() -> None:
    assert len(LONG) > 40
    by_number = shown(read_drawn(f"序号|重点任务|牵头单位\n1|{LONG}|甲局\n2|{LONG}二|乙局"))
    assert by_number[:2] == [f"序号1/重点任务={LONG}", "序号1/牵头单位=甲局"]
    by_place = shown(read_drawn(f"重点任务|牵头单位|完成时限\n{LONG}|甲局|年底\n帮办代办|乙局|长期"))
    assert by_place[0] == f"第1行/重点任务={LONG}"
    assert by_place[-1] == "帮办代办/完成时限=长期"


def test_duties_are_records_of_words() -> None:
    printed = read_drawn(
        "序号|任务|牵头单位|责任单位|完成时限\n1|清理壁垒|甲局|各县区|2023年10月\n2|帮办代办|乙局||长期"
    )
    assert shown(printed)[:3] == ["清理壁垒/牵头单位=甲局", "清理壁垒/责任单位=各县区", "清理壁垒/完成时限=2023年10月"]
    assert printed.table and all(c.value is None and c.unit is None for c in printed.table.cells)
    assert not any("责任单位" in x for x in shown(printed)[3:]), "an empty cell is no record"


def test_forms_read_as_label_and_content() -> None:
    colons = shown(read_drawn("文 号:|某府发〔2010〕61号|主题词:|公租房\n名 称:|某市公租房办法|<|<"))
    assert colons == ["文号/内容=某府发〔2010〕61号", "主题词/内容=公租房", "名称/内容=某市公租房办法"]
    plain = shown(read_drawn("银行存款|含现金和借出款。\n汽车|自用和经营用车辆,价值以现估价值为准。"))
    assert plain[0] == "银行存款/内容=含现金和借出款。"
    # with a head the column has its name
    headed = shown(read_drawn("日期|内容\n5月1日|启动入学服务系统登记\n5月9日|受理公办小学网上报名"))
    assert headed == ["5月1日/内容=启动入学服务系统登记", "5月9日/内容=受理公办小学网上报名"]


def test_title_unit_notes_and_repeated_heads_are_no_records() -> None:
    printed = read_drawn(
        "附表1 各区任务表|<|<\n单位:万元|<|<\n区|任务|增长率\n甲区|1|2\n区|任务|增长率\n乙区|3|4%\n注:不含新区。|<|<",
        title="附件",
    )
    assert shown(printed) == ["甲区/任务=1万元", "甲区/增长率=2", "乙区/任务=3万元", "乙区/增长率=4%"]
    assert printed.table and printed.table.title == "附表1各区任务表"
    assert [r.text for r in printed.rows][-1] == "注:不含新区。"
    # near misses: an organisation is no unit, two units are none
    for note in ("填报单位:甲局", "单位:甲局", "单位:亿元、%"):
        assert shown(read_drawn(f"{note}|<\n区|任务数\n甲区|1\n乙区|2")) == ["甲区/任务数=1", "乙区/任务数=2"]


def test_unit_and_year_come_from_outside_where_the_table_has_none() -> None:
    printed = read_drawn("区|任务|备注\n甲区|5|共2项\n乙区|6|无", title="2024年任务表(单位:亿元)")
    assert printed.table
    assert [(c.unit, c.year) for c in printed.table.cells] == [("亿元", 2024), (None, None)] * 2
    assert shown(read_drawn("区|任务\n甲区|5\n乙区|6", unit="亩")) == ["甲区/任务=5亩", "乙区/任务=6亩"]
    # a span of years is not one year
    spanned = read_drawn("区|任务\n甲区|5\n乙区|6", title="2024-2026年任务表").table
    assert spanned and {c.year for c in spanned.cells} == {None}


def test_year_of_a_row_label_dates_its_figures_only() -> None:
    printed = read_drawn("对象|人数|材料\n2015年入库的往届生|5|证明\n应届生|6|无").table
    assert printed and [c.year for c in printed.cells] == [2015, None, None, None]


def test_second_table_of_a_clause_has_its_own_addresses() -> None:
    drawn = "区|任务\n甲区|5\n乙区|6"
    assert shown(read_drawn(drawn, ordinal=2)) == ["表2/甲区/任务=5", "表2/乙区/任务=6"]
    assert str(read_drawn(drawn, ordinal=2).table.path) == "附件"  # type: ignore[union-attr]


def mismatches(drawn: str, unit: str | None = "万元") -> list[str]:
    printed = read_drawn(drawn, unit=unit)
    assert printed.table, printed.findings
    assert all(f.code == "sum_mismatch" and f.advice and f.start is not None for f in printed.findings)
    return [str(f.path).removeprefix("附件/") for f in printed.findings]


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        # subtotals are not counted twice
        ("县区|项目|投资\n甲县|道路|1\n^|供水|2\n^|小计|3\n乙县|道路|4\n^|供水|5\n^|小计|9\n合计|<|12", []),
        ("县区|项目|投资\n甲县|道路|1\n^|供水|2\n^|小计|3\n乙县|道路|4\n^|供水|5\n^|小计|8\n合计|<|12", ["乙县/小计/投资"]),
        # the total may stand first
        ("区|投资\n总计|6\n甲区|2\n乙区|4", []), ("区|投资\n总计|7\n甲区|2\n乙区|4", ["总计/投资"]),
        # numbered on two levels, and on two levels without numbers
        ("项目|预算\n一、税收|5\n增值税|3\n所得税|2\n二、非税|4\n专项|4\n收入合计|9", []),
        ("项目|预算\n税收|5\n增值税|3\n所得税|2\n合计|5", []), ("项目|预算\n税收|5\n增值税|3\n所得税|1\n合计|5", ["合计/预算"]),
        # rounding of decimals is no error, a count is exact
        ("区|投资\n甲区|1.3\n乙区|1.3\n丙区|1.3\n合计|4.0", []), ("区|投资\n甲区|1.3\n乙区|1.3\n丙区|1.3\n合计|4.3", ["合计/投资"]),
        ("区|投资\n甲区|1\n乙区|2\n丙区|3\n合计|7", ["合计/投资"]),
        # columns: a total beside its parts
        ("区|合计|第一批|第二批\n甲区|3|1|2\n乙区|8|3|4\n丙区|9|4|5", ["乙区/合计"]),
        # shares, averages, ranks and 其中 are no parts
        ("区|占比(%)\n甲区|40\n乙区|50\n合计|95", []), ("区|人均收入\n甲区|4\n乙区|6\n合计|5", []),
        ("区|投资\n甲区|4\n其中:园区|2\n合计|5", []),
        # a word among the parts: unknown
        ("区|投资\n甲区|4\n乙区|待定\n丙区|1\n丁区|1\n合计|9", []), ("区|投资\n甲区|4\n乙区|—\n合计|5", ["合计/投资"]),
    ],
)  # fmt: skip
def test_totals_are_held_against_their_parts(drawn: str, expected: list[str]) -> None:
    assert mismatches(drawn) == expected


def test_where_most_totals_fail_the_rows_are_not_their_parts() -> None:
    assert mismatches("区|投资|产值|税收\n甲区|1|1|1\n乙区|2|2|2\n全市|9|9|3") == []


@pytest.mark.parametrize(
    ("drawn", "severity"),
    [
        # a menu of a web page: nothing says that its first row is a head
        ("政府文件|通知公告|规划计划\n人事管理|工作动态|行政处罚\n政府采购|党建工作|环境统计", "warning"),
        # merged labels without a head
        ("按服务地申请|双方缴纳|就高计分\n^|一方缴纳|按一方计分\n按居所申请|双方缴纳|按居所计分\n^|一方缴纳|按一方计分", "warning"),
        # a column of values without a name
        ("区|任务|\n甲区|1|2\n乙区|3|4", "warning"),
        # a continuation whose head is on another page
        ("甲区|1,200|35\n乙区|800|20\n丙区|60|10", "warning"),
        # fields of a page, and the note of a printer
        ("索引号:A-2016-1|发文日期:2016-03-01\n名称:某办法|文号:某府〔2016〕1号\n主题:住房|有效性:有效", "notice"),
        ("抄送:市委,市人大。|<\n某市办公室|2016年3月印发", "notice"),
        # a form to be filled in
        ("姓名||性别|\n住址||电话|\n单位意见|<|盖章|", "notice"),
    ],
)  # fmt: skip
def test_what_is_no_table_of_records_stays_text_with_advice(drawn: str, severity: str) -> None:
    printed = read_drawn(drawn)
    assert printed.table is None
    assert [(f.code, f.severity, bool(f.advice)) for f in printed.findings] == [("unreadable_table", severity, True)]
    assert len(printed.rows) == len(drawn.split("\n"))


def test_a_frame_around_text_is_no_table() -> None:
    for drawn in ("某市政府文件|<\n某府〔2014〕1号|<", "某办公室|2016年3月印发"):
        printed = read_drawn(drawn)
        assert (printed.table, printed.findings) == (None, ())


def test_rows_keep_their_columns() -> None:
    text, grid = text_and_grid("类|名|值\n甲|一|1\n^||2\n||")
    assert [r.text for r in rows_of(grid)] == ["类\t名\t值", "甲\t一\t1", "\t\t2"]
    assert [squash(text[r.start : r.end]) for r in rows_of(grid)] == ["类名值", "甲一1", "2"]


def test_a_row_of_years_only_is_named_by_them() -> None:
    drawn = "|区||序号\n|1||\n序号|^||\n2024年|||\n|2025||序号"
    printed = read_drawn(drawn)
    assert printed.table and all(cell.row for cell in printed.table.cells)


def test_markdown_keeps_an_empty_first_cell() -> None:
    grid = grid_of_lines(read_layout("| |2023年|2024年|\n|---|---|---|\n|产值|1|2|").lines)
    assert [(c.row, c.column, c.text) for c in grid.cells][:2] == [(0, 0, ""), (0, 1, "2023年")]
    assert shown(read_grid(grid, HOLDER, None)) == ["产值/2023年=1", "产值/2024年=2"]


# ------------------------------------------------------------------------------------------------- properties

_WORDS = st.one_of(
    st.sampled_from(
        ["", "序号", "区", "甲区", "乙区", "合计", "小计", "2024年", "2025", "产值(亿元)", "单位", "个", "1", "2", "3.5", "1,200", "12%",
         "—", "注:略", "单位:万元", "一、县区", "a/b#c", "甲（1）", "甲(1)", "1_", "备注", "(", "：", LONG]
    ),
    st.text(max_size=6),
)  # fmt: skip
_SMALL = st.integers(0, 5)


@st.composite
def hostile_grids(draw: st.DrawFn) -> tuple[str, Grid]:
    """Cells anywhere, overlapping, with spans beyond the grid."""
    text, cells = "", []
    for _ in range(draw(st.integers(0, 24))):
        word = draw(_WORDS)
        span = st.sampled_from([1, 1, 1, 2, 3, 0, 10**6])
        row, column = draw(_SMALL), draw(_SMALL)
        cells.append(GridCell(row, column, draw(span), draw(span), word, len(text), len(text) + len(word)))
        text += word + "\n"
    return text, Grid(0, len(text), tuple(cells))


@st.composite
def tidy_grids(draw: st.DrawFn) -> tuple[str, Grid]:
    """What a reader builds: a full rectangle, some cells merged."""
    n_rows, n_columns = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    marks = st.one_of(_WORDS, st.sampled_from(["<", "^"]))
    rows = [[draw(marks if r and c else _WORDS).replace("|", "") for c in range(n_columns)] for r in range(n_rows)]
    cells = [
        (r, c, 1 + draw(st.integers(0, 1)), 1 + draw(st.integers(0, 1)), word)
        for r, row in enumerate(rows)
        for c, word in enumerate(row)
        if word not in ("<", "^")
    ]
    builder = TextBuilder()
    builder.grid(cells)
    read_text = builder.finish()
    return read_text.text, read_text.grids[0] if read_text.grids else Grid(0, 0, ())


@settings(max_examples=400, deadline=None)
@given(st.one_of(hostile_grids(), tidy_grids()), st.integers(1, 3))
def test_any_grid_keeps_its_text_and_gives_unique_addresses(drawn: tuple[str, Grid], ordinal: int) -> None:
    text, grid = drawn
    printed = read_grid(grid, HOLDER, None, ordinal=ordinal)
    paragraphs = [squash(r.text) for r in printed.rows]
    assert all(any(squash(c.text) in p for p in paragraphs) for c in grid.cells if squash(c.text))
    if printed.table:
        addresses = [str(c.path) for c in printed.table.cells]
        assert len(set(addresses)) == len(addresses)
        for cell in printed.table.cells:
            assert squash(text[cell.start : cell.end]) == cell.raw
            assert cell.row and cell.column and ClausePath.parse(str(cell.path)) == cell.path
            assert 3 <= len(cell.path.labels) <= 8


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(_WORDS, min_size=1, max_size=6), min_size=1, max_size=6), st.sampled_from(["\t", "|"]))
def test_any_printed_rows_are_read_without_an_error(rows: list[list[str]], mark: str) -> None:
    text = "\n".join(mark.join(row) for row in rows)
    lines = [line for line in read_layout(text).lines if line.text]
    printed = read_table(lines, HOLDER, None)
    assert sum(len(squash(r.text)) for r in printed.rows) == sum(
        len(squash(c.text)) for c in grid_of_lines(lines).cells
    )


def test_hostile_spans_and_scattered_cells_cost_nothing() -> None:
    wide = Grid(0, 9, tuple(GridCell(r, c, 10**6, 10**6, "甲", 0, 1) for r in range(3) for c in range(3)))
    scattered = Grid(0, 9, tuple(GridCell(i * 1000, i * 1000, 1, 1, "甲", 0, 1) for i in range(3000)))
    started = time.perf_counter()
    assert read_grid(wide, HOLDER, None).table is None
    printed = read_grid(scattered, HOLDER, None)
    assert (printed.table, len(printed.rows)) == (None, 3000)
    assert time.perf_counter() - started < 2


def test_time_grows_with_the_number_of_cells() -> None:
    def seconds(n_rows: int) -> float:
        cells = [(0, c, 1, 1, name) for c, name in enumerate(("区", "项目", "投资(万元)", "产值(万元)", "备注"))]
        for r in range(1, n_rows):
            total = r % 4 == 0
            cells += [(r, 0, 1, 1, f"区{r // 4}"), (r, 1, 1, 1, "小计" if total else f"项目{r}")]
            cells += [(r, c, 1, 1, str(r + c)) for c in (2, 3)] + [(r, 4, 1, 1, "无")]
        builder = TextBuilder()
        builder.grid(cells)
        grid = builder.finish().grids[0]
        started = time.perf_counter()
        assert read_grid(grid, HOLDER, None).table
        return time.perf_counter() - started

    seconds(100)
    # four times the cells may take up to ten times as long on a busy machine; squared they would take sixteen
    assert min(seconds(4000) for _ in range(3)) < 10 * min(seconds(1000) for _ in range(3))
