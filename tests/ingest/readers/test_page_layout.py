"""Glyphs with places become lines, columns, paragraphs and tables. What the page did is undone, nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.documents import ReadText
from ingest.patterns import squash
from ingest.readers.assembling import TextBuilder
from ingest.readers.page_layout import PageReader
from ingest.readers.page_lines import Glyph, Page, compose, plain_character
from ingest.readers.page_paragraphs import opens_label
from tests.ingest.readers.page_builders import (
    HEIGHT,
    LEFT,
    SIZE,
    WIDTH,
    Sheet,
    furniture,
    grid_texts,
    merged,
    pages_of,
    paragraphs,
    table,
    text_width,
    typeset,
)

LAW = [
    "第一条 为了加强城市公园管理，保护和改善生态环境，满足公众休闲需要，根据有关法律、法规，结合本市实际，制定本办法。",
    "第二条 本市行政区域内公园的规划、建设、保护和管理适用本办法。",
    "前款所称公园，是指向公众开放、以游憩为主要功能，有较完善的设施，兼具生态、美化等作用的绿地，包括综合公园、专类公园和社区公园。",
    "第三条 公园管理应当坚持下列原则：",
    "（一）政府主导、社会参与；",
    "（二）统一规划、分级负责、属地管理，谁建设谁管护，谁使用谁负责，定期向社会公布；",
    "（三）保护优先。",
    "第四条 市园林绿化主管部门负责本市公园的监督管理工作，其他有关部门按照第三条规定的职责做好相关工作。",
]


def long_law(n: int) -> list[str]:
    """``n`` times the law, every paragraph worded differently, so that no line of it repeats."""
    numerals = "一二三四五六七八九十"
    return [t[:-1] + "，" + numerals[i] * 3 + "市另有规定的除外" + t[-1] for i in range(n) for t in LAW]


def read_pages(pages: list[Page]) -> ReadText:
    reader = PageReader()
    for page in pages:
        reader.add(page)
    return reader.write(TextBuilder())


def read(sheets: list[Sheet]) -> ReadText:
    return read_pages(pages_of(sheets))


def line_sheet(*lines: tuple[float, str], size: float = SIZE, step: float = 24.0, top: float = 120.0) -> Sheet:
    """Lines one under the other, each (distance from the left margin in characters, text)."""
    return Sheet([(LEFT + indent * size, top + i * step, size, text) for i, (indent, text) in enumerate(lines)])


def centred(text: str, y: float, size: float) -> tuple[float, float, float, str]:
    # The type area of these pages is 28 characters wide.
    return (LEFT + (28 * SIZE - text_width(text, size)) / 2, y, size, text)


FULL = "城市公园是城市绿地系统的重要组成部分应当予以保护和合理利用"[:28]


@pytest.mark.parametrize("columns", [1, 2, 3])
@pytest.mark.parametrize("gap", [0.0, 1.0], ids=["no space between paragraphs", "space between paragraphs"])
def test_paragraphs_broken_over_lines_columns_and_pages_come_back_whole(columns: int, gap: float) -> None:
    texts = long_law(4)
    sheets = typeset(
        texts, columns=columns, per_line=(28, 18, 12)[columns - 1], size=(14, 11, 10)[columns - 1], rows=14, gap=gap
    )
    assert len(sheets) > 1
    assert paragraphs(read(sheets)) == texts


def test_paragraphs_without_indent_are_parted_by_space() -> None:
    assert paragraphs(read(typeset(LAW, indent=0, gap=0.8, rows=40))) == LAW


@given(
    st.lists(
        st.text("公园管理条例规划建设和保护的应当由市人民政府城乡部门负责", min_size=3, max_size=90).map(
            lambda t: t + "。"
        ),
        min_size=12,
        max_size=30,
    ),
    st.sampled_from([(1, 28, 14), (2, 18, 11)]),
    st.integers(8, 30),
)
@settings(max_examples=40, deadline=None)
def test_any_indented_paragraphs_come_back_in_order(texts: list[str], shape: tuple[int, int, int], rows: int) -> None:
    columns, per_line, size = shape
    # What a column is, and that first lines are set in, a document of a few words does not show.
    texts = LAW + texts
    read_text = read(typeset(texts, columns=columns, per_line=per_line, size=size, rows=rows))
    # Where a paragraph has so little text that it shows no column, rows may be read across: nothing is lost for it.
    assert sorted(squash(read_text.text)) == sorted(squash("".join(texts)))
    if columns == 1:
        assert paragraphs(read_text) == texts


def test_every_line_knows_its_page_and_place_on_it() -> None:
    read_text = read(typeset(LAW, rows=6))
    for line in read_text.lines:
        assert line.page is not None and line.line is not None and line.line >= 1
        assert read_text.text[line.start : line.end].strip()
    assert [a.page for a in read_text.lines] == sorted(a.page or 0 for a in read_text.lines)
    over_the_page = next(i for i, a in enumerate(read_text.lines) if a.page == 2)
    before, after = read_text.lines[over_the_page - 1 : over_the_page + 1]
    assert before.end == after.start and after.line == 1


HEADS = [
    # One head on all pages.
    (["新余市人民政府公报"], [("running_head", "新余市人民政府公报")]),
    # Odd and even pages have their own.
    (
        ["市政府文件", "人民政府公报2023年第4期"],
        [("running_head", "市政府文件"), ("running_head", "人民政府公报2023年第4期")],
    ),
]


@pytest.mark.parametrize(("heads", "expected"), HEADS)
def test_heads_and_page_numbers_are_furniture_and_part_no_paragraph(
    heads: list[str], expected: list[tuple[str, str]]
) -> None:
    texts = long_law(6)
    read_text = read(typeset(texts, rows=9, heads=heads, page_numbers=True))
    assert paragraphs(read_text) == texts
    found = furniture(read_text)
    assert set(expected) < set(found)
    n_pages = max(a.page or 0 for a in read_text.lines)
    assert [t for k, t in found if k == "page_number"] == [f"— {n} —" for n in range(1, n_pages + 1)]


NOT_FURNITURE = [
    # Annexes open at the head of their pages: digits apart they are the same line.
    ["附件1", "附件2", "附件3", "附件4"],
    # So do chapters.
    ["第一章 总则", "第二章 规划", "第三章 建设", "第四章 管理"],
]


@pytest.mark.parametrize("openings", NOT_FURNITURE)
def test_what_opens_a_page_as_text_is_no_head(openings: list[str]) -> None:
    sheets = [merged(line_sheet((0, opening), top=90), *typeset(LAW[i : i + 2])) for i, opening in enumerate(openings)]
    for sheet in sheets:
        sheet.texts = [sheet.texts[0], *((x, y + 40, s, t) for x, y, s, t in sheet.texts[1:])]
    read_text = read(sheets)
    assert [p for p in paragraphs(read_text) if p in openings] == openings
    assert furniture(read_text) == []


def test_a_number_in_a_table_of_white_space_is_no_page_number() -> None:
    sheet = line_sheet((2, "甲区 2023"), (2, "12"), (2, "乙区 2024"), (2, "13"), top=300)
    assert furniture(read([sheet])) == []


def test_lines_that_a_driver_printed_twice_are_kept_aside() -> None:
    sheets = [
        line_sheet((2, f"（{c}）本条所列的第{c}项事项；"), (2, f"（{d}）本条所列的第{d}项事项；"))
        for c, d in ("一二", "二三", "三四")
    ]
    read_text = read(sheets)
    assert [squash(p)[:3] for p in paragraphs(read_text)] == ["（一）", "（二）", "（三）", "（四）"]
    assert [k for k, _ in furniture(read_text)] == ["repeated_line", "repeated_line"]


PARAGRAPHS = [
    # A full line without a stop goes on, whatever the next begins with.
    ([(2, FULL[:26]), (0, "第三条规定的条件。")], [FULL[:26] + "第三条规定的条件。"]),
    # A label after a full stop opens one, even at the margin.
    ([(0, FULL[:27] + "。"), (0, "第三条 公园应当开放。")], [FULL[:27] + "。", "第三条 公园应当开放。"]),
    # A line that ends early ends its paragraph.
    ([(2, "公园应当开放。"), (2, "公园应当免费。")], ["公园应当开放。", "公园应当免费。"]),
    # … but not after a comma: addressees are broken where the printer liked.
    ([(0, "各县（区）人民政府，"), (0, "市政府各部门：")], ["各县（区）人民政府，市政府各部门："]),
    # A mark that no line begins with belongs to the line before.
    ([(2, "根据《生态文明体制改革总体方案》"), (0, "，制定本方案。")], ["根据《生态文明体制改革总体方案》，制定本方案。"]),
    # What hangs behind its label goes on.
    ([(0, "抄送：市委属各单位，市人大常委会办公室，市政协办公室市中级法"), (3, "院，市检察院。")], ["抄送：市委属各单位，市人大常委会办公室，市政协办公室市中级法院，市检察院。"]),
    # Signature and date at the right stay apart.
    ([(2, "特此通知。"), (19, "某市人民政府"), (19, "2023年8月1日")], ["特此通知。", "某市人民政府", "2023年8月1日"]),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "expected"), PARAGRAPHS)
def test_a_paragraph_ends_where_its_author_ended_it(lines: list[tuple[float, str]], expected: list[str]) -> None:
    before = [(2, FULL[:26]), (0, FULL), (0, "应当保护。")] * 3
    found = paragraphs(read([line_sheet(*before, *lines, step=22, top=80)]))
    assert found[3:] == expected


def test_a_title_of_two_lines_is_one_and_the_number_below_it_is_not_part_of_it() -> None:
    body = typeset(LAW)[0]
    texts = [(x, y + 150, s, t) for x, y, s, t in body.texts]
    title = [
        centred("某市人民政府关于加强城市公园管理的", 90, 20),
        centred("实施意见", 122, 20),
        centred("某府发〔2023〕19号", 160, SIZE),
        centred("第一章 总则", 200, SIZE),
    ]
    read_text = read([Sheet([*title, *texts])])
    assert paragraphs(read_text)[:3] == [
        "某市人民政府关于加强城市公园管理的实施意见",
        "某府发〔2023〕19号",
        "第一章 总则",
    ]
    assert [a.centred for a in read_text.lines[:4]] == [True] * 4
    assert not any(a.centred for a in read_text.lines[4:])


def test_two_titles_under_each_other_stay_two() -> None:
    sheet = Sheet(
        [centred("关于印发公园管理办法的通知", 90, 20), centred("公园管理办法", 122, 20), *typeset(LAW)[0].texts[6:]]
    )
    assert paragraphs(read([sheet]))[:2] == ["关于印发公园管理办法的通知", "公园管理办法"]


def test_full_width_titles_over_two_columns_stand_where_they_are_printed() -> None:
    columns = typeset(long_law(1), columns=2, per_line=18, size=11, rows=14)[0]
    head = (LEFT, 60.0, 20.0, "某市人民政府关于公园管理的通知公告")
    foot = (45.0, 400.0, 11.0, "本期编辑部地址：某市人民大道一号，邮政编码三三八〇〇〇，电话号码见封底")
    found = paragraphs(read([Sheet([head, *columns.texts, foot])]))
    assert found[0] == head[3] and found[-1] == foot[3]
    assert found[1:-1] == long_law(1)


def test_a_list_set_with_white_space_is_read_row_by_row() -> None:
    rows = [
        ("姓名", "单位"),
        ("张三", "市科技局"),
        ("李四", "市农业农村局"),
        ("王五", "市气象局"),
        ("赵六", "市财政局"),
        ("孙七", "市水利局"),
        ("周八", "市教育局"),
    ]
    sheet = Sheet(
        [(x, 120 + i * 24, SIZE, t) for i, row in enumerate(rows) for x, t in zip((100, 320), row, strict=True)]
    )
    assert paragraphs(read([sheet])) == [" ".join(row) for row in rows]


SPACES = [
    # A printer's even spacing makes one word.
    ("东 莞 市 人 民 政 府 令", 1.0, "东莞市人民政府令"),
    # Two characters set apart keep their gap: 总 则 may be two cells.
    ("总 则", 1.0, "总 则"),
    # Text has none between characters.
    ("公园管理", 0.1, "公园管理"),
]


@pytest.mark.parametrize(("text", "gap", "expected"), SPACES)
def test_spaces_are_those_that_a_reader_sees(text: str, gap: float, expected: str) -> None:
    glyphs, x = [], 0.0
    for character in text.replace(" ", ""):
        glyphs.append(Glyph(character, x, x + 10, 0, 10))
        x += 10 + gap * 10
    assert compose(glyphs) == expected


def test_digits_and_words_keep_their_spaces_only() -> None:
    glyphs = [Glyph("1", 0, 3.5, 0, 10), Glyph("8", 6, 11, 0, 10), Glyph("岁", 12, 22, 0, 10)]
    assert compose(glyphs) == "18岁"
    assert compose([Glyph("a", 0, 5, 0, 10), Glyph("b", 8, 13, 0, 10, spaced=True)]) == "a b"


RADICALS = [
    # The Kangxi radical that some exporters write for 一 and 人.
    ("⼀", "一"),
    ("⼈", "人"),
    # Simplified radicals have no compatibility mapping of their own.
    ("⻓", "长"),
    ("⻔", "门"),
    # An ordinary character, and a full-width digit, stay.
    ("长", "长"),
    ("１", "１"),
]


@pytest.mark.parametrize(("printed", "plain"), RADICALS)
def test_look_alike_radicals_become_the_characters_that_they_show(printed: str, plain: str) -> None:
    assert plain_character(printed) == plain


LABELS = [
    # An article, with and without a space, and one whose heading stands in brackets.
    ("第三条 公园", True),
    ("第三条为了", True),
    ("第十八条（限制重复申请）", True),
    # A citation of one.
    ("第三条规定的", False),
    ("第三条第二款", False),
    ("第三条（一）项", False),
    # Items and points, and their citations.
    ("（一）政府", True),
    ("（一）项规定", False),
    ("1.国家", True),
    ("1.5亿元", False),
    ("一、总体要求", True),
    ("一、二级审批", False),
]


@pytest.mark.parametrize(("text", "expected"), LABELS)
def test_a_label_opens_a_clause_and_a_citation_does_not(text: str, expected: bool) -> None:
    assert opens_label(text) is expected


def test_a_ruled_table_is_a_grid_and_its_text_stands_nowhere_else() -> None:
    sheet = merged(
        line_sheet((2, "附件内容如下：")),
        table([["地区", "2023年", "<"], ["甲区", "12", "13"], ["乙区", "", "9"]], 90, 200, [80, 60, 60]),
    )
    read_text = read([sheet])
    assert paragraphs(read_text) == ["附件内容如下："]
    assert grid_texts(read_text) == [
        [
            (0, 0, 1, 1, "地区"), (0, 1, 1, 2, "2023年"),
            (1, 0, 1, 1, "甲区"), (1, 1, 1, 1, "12"), (1, 2, 1, 1, "13"),
            (2, 0, 1, 1, "乙区"), (2, 1, 1, 1, ""), (2, 2, 1, 1, "9"),
        ]
    ]  # fmt: skip
    assert read_text.text.count("甲区") == 1
    rows = [a for a in read_text.lines if read_text.grids[0].start <= a.start < read_text.grids[0].end]
    assert [a.line for a in rows] == [2, 3, 4]


def test_a_table_that_goes_on_over_the_page_is_one_and_its_repeated_head_is_set_aside() -> None:
    first = table([["指标", "分值"], ["学历", "80"], ["年龄", "20"]], 90, 600, [100, 60])
    second = table([["指标", "分值"], ["社保", "10"]], 90, 80, [100, 60])
    read_text = read([first, second])
    assert [[t for *_, t in grid] for grid in grid_texts(read_text)] == [
        ["指标", "分值", "学历", "80", "年龄", "20", "社保", "10"]
    ]
    assert furniture(read_text) == [("repeated_line", "指标 分值")]
    assert [a.page for a in read_text.lines][:4] == [1, 1, 1, 2]


def test_a_row_that_the_page_broke_is_mended() -> None:
    first = table([["时间", "工作"], ["2月25日", "到有关部门补办（更"]], 90, 600, [50, 110])
    second = table([["前", "正）。"], ["3月", "公布结果。"]], 90, 80, [50, 110])
    texts = [t for *_, t in grid_texts(read([first, second]))[0]]
    assert texts == ["时间", "工作", "2月25日前", "到有关部门补办（更正）。", "3月", "公布结果。"]


def test_tables_of_other_columns_stay_two() -> None:
    first = table([["指标", "分值"], ["学历", "80"]], 90, 600, [100, 60])
    second = table([["地区", "面积", "人口"], ["甲区", "1", "2"]], 90, 80, [80, 60, 60])
    assert len(read([first, second]).grids) == 2


FRAMES = [
    # A frame round a title has one cell.
    [(80, 180, 400, 180), (80, 260, 400, 260), (80, 180, 80, 260), (400, 180, 400, 260)],
    # A rule above and one below a heading.
    [(80, 180, 400, 180), (80, 260, 400, 260)],
]


@pytest.mark.parametrize("rules", FRAMES)
def test_a_frame_is_no_table(rules: list[tuple[float, float, float, float]]) -> None:
    read_text = read([Sheet([(100, 220, 20, "某市人民政府令"), (100, 300, 14, "第一条 公园应当开放。")], rules)])
    assert read_text.grids == () and paragraphs(read_text) == ["某市人民政府令", "第一条 公园应当开放。"]


def test_a_drawing_of_thousands_of_lines_is_no_table_and_takes_no_time() -> None:
    rules = [(float(i % 500), 0.0, float(i % 500), HEIGHT) for i in range(15_000)]
    rules += [(0.0, float(i % 800), WIDTH, float(i % 800)) for i in range(4_000)]
    read_text = read([Sheet(typeset(LAW)[0].texts, rules)])
    assert squash(read_text.text.replace("\t", "")) == squash("".join(LAW))


def test_asides_are_furniture_at_the_end_of_their_page() -> None:
    pages = pages_of(typeset(LAW))
    pages[0].asides.append(("watermark", "内部资料"))
    read_text = read_pages(pages)
    assert furniture(read_text) == [("watermark", "内部资料")] and paragraphs(read_text) == LAW


@given(
    st.lists(
        st.tuples(st.floats(-50, 650), st.floats(-50, 900), st.floats(0.5, 60), st.sampled_from("公园。1a（")),
        max_size=60,
    ),
    st.lists(st.tuples(*[st.floats(0, 800)] * 4), max_size=30),
)
@settings(max_examples=60, deadline=None)
def test_characters_scattered_anyhow_are_all_kept_once(
    texts: list[tuple[float, float, float, str]], rules: list[tuple[float, float, float, float]]
) -> None:
    pages = pages_of([Sheet(texts, rules)])
    kept = sorted(squash(read_pages(pages).text))
    printed = sorted(t for *_, t in texts)
    # The same character printed twice in one place is one character, printed bold.
    assert set(kept) == set(printed) and len(kept) <= len(printed)
