from __future__ import annotations

import io
import re
import zipfile
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from ingest.documents import EmptyFile, IngestError, ReadText, UnreadableFile
from ingest.readers import docx
from ingest.readers.docx_breaks import breaks_end_paragraphs, natural_paragraphs
from ingest.readers.docx_numbering import format_number
from ingest.readers.docx_package import DocxPackage
from tests.conftest import SHARED
from tests.ingest.builders import squash
from tests.ingest.readers.word_files import (
    STRICT,
    W,
    docx_file,
    docx_parts,
    footnotes,
    level,
    numbered,
    numbering,
    p,
    package,
    r,
    styles,
    tbl,
    tc,
)

BR, PAGE = "<w:r><w:br/></w:r>", '<w:r><w:br w:type="page"/></w:r>'
CENTRED, RIGHT = '<w:jc w:val="center"/>', '<w:jc w:val="right"/>'
PICTURE = (
    '<w:r><w:drawing><wp:inline><wp:extent cx="{0}" cy="{0}"/><a:graphic><a:blip r:embed="rId9"/></a:graphic>'
    "</wp:inline></w:drawing></w:r>"
)


def read(*blocks: str, **parts: str) -> ReadText:
    return docx.read(docx_file(*blocks, **parts), "某文件.docx")


def lines(*blocks: str, **parts: str) -> list[str]:
    return [line for line in read(*blocks, **parts).text.split("\n") if line]


def codes(text: ReadText) -> list[str]:
    return [f.code for f in text.findings]


def field(instruction: str, result: str | None) -> str:
    shown = "" if result is None else f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{r(result)}'
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve">{instruction}</w:instrText></w:r>'
        f'{shown}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def text_box(text: str) -> str:
    """As Word writes it: a drawing, and the same box again as VML."""
    content = f"<w:txbxContent>{p(text)}</w:txbxContent>"
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor><wps:txbx>'
        f"{content}</wps:txbx></wp:anchor></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{content}</v:textbox>"
        "</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        # what lies in wrappers is text like any other
        (f"<w:hyperlink>{r('链接')}</w:hyperlink>", "链接"),
        (f"<w:sdt><w:sdtContent>{r('控件')}</w:sdtContent></w:sdt>", "控件"),
        (f"<w:smartTag>{r('标记')}</w:smartTag>", "标记"),
        # a field shows its result, never its instruction, also inside another
        (field(" HYPERLINK &quot;http://a&quot; ", "结果"), "结果"),
        (f'<w:fldSimple w:instr=" PAGE ">{r("7")}</w:fldSimple>', "7"),
        # a number in a ring is a field without a result
        (field(r" eq \o\ac(○,11) ", None), "⑪"),
        # … but not when it has one
        (field(r" eq \o\ac(○,11) ", "⑫"), "⑫"),
        # a field that is never closed swallows nothing of the next paragraph; here, of this one
        ('<w:r><w:fldChar w:fldCharType="end"/></w:r>' + r("正文"), "正文"),
        ("<w:r><w:t>甲</w:t><w:noBreakHyphen/><w:t>乙</w:t></w:r>", "甲-乙"),
        ("<w:r><w:t>甲</w:t><w:softHyphen/><w:t>乙</w:t></w:r>", "甲乙"),
        ("<w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t></w:r>", "甲 乙"),
        # signs of fonts without letters, and an unknown one
        ('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/><w:t>是</w:t></w:r>', "☑是"),
        ('<w:r><w:sym w:font="Wingdings 3" w:char="F0FE"/><w:t>是</w:t></w:r>', "□是"),
        ('<w:r><w:sym w:font="宋体" w:char="2460"/></w:r>', "①"),
        # the reading of a word is not the word
        (f"<w:r><w:ruby><w:rt>{r('zhāi')}</w:rt><w:rubyBase>{r('砦')}</w:rubyBase></w:ruby></w:r>", "砦"),
        ("<m:oMath><m:r><m:t>a=</m:t></m:r><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath>", "a=1/2"),
        # spaces at the ends of a run count only where the file says so
        ("<w:r><w:t> 甲 </w:t></w:r><w:r><w:t xml:space=\"preserve\"> 乙</w:t></w:r>", "甲 乙"),
        # marks that nobody sees must not part a label
        (r("第\u200b一\ufeff条"), "第一条"),
    ],
)  # fmt: skip
def test_what_prints_is_text(content: str, shown: str) -> None:
    assert lines(p(content)) == [shown]


def test_an_unclosed_field_instruction_ends_with_its_paragraph() -> None:
    open_field = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>TOC</w:instrText></w:r>'
    assert lines(p(open_field, "甲"), p("乙")) == ["乙"]


def test_a_text_box_is_read_once_and_does_not_part_the_sentence() -> None:
    assert lines(p("办法"), p("第一条 为了", text_box("印章"), "管理。"), p("第二条 适用。")) == [
        "办法",
        "第一条 为了管理。",
        "印章",
        "第二条 适用。",
    ]


def test_a_text_box_on_the_first_line_is_the_letterhead() -> None:
    assert lines(p(text_box("某市人民政府文件"), "关于公园的通知")) == ["某市人民政府文件", "关于公园的通知"]


@pytest.mark.parametrize(
    ("form", "prints"),
    [
        ("decimal", {1: "1", 10: "10"}),
        ("decimalZero", {9: "09", 10: "10"}),
        ("decimalFullWidth", {12: "12"}),
        ("decimalEnclosedCircle", {1: "①", 20: "⑳", 21: "㉑", 51: "51"}),
        ("decimalEnclosedParen", {3: "⑶", 21: "21"}),
        ("upperLetter", {1: "A", 26: "Z", 27: "AA", 28: "BB"}),
        ("lowerRoman", {4: "iv", 1999: "mcmxcix", 0: "0"}),
        ("chineseCounting", {1: "一", 10: "十", 11: "十一", 20: "二十", 99: "九十九", 100: "一〇〇"}),
        ("chineseCountingThousand", {10: "十", 21: "二十一", 101: "一百零一", 110: "一百一十"}),
        # what most Chinese documents use
        ("japaneseCounting", {2: "二", 12: "十二", 30: "三十", 110: "百十"}),
        ("ideographDigital", {9: "九", 10: "一〇", 21: "二一"}),
        ("chineseLegalSimplified", {3: "叁", 10: "壹拾", 21: "贰拾壹"}),
        ("ideographTraditional", {1: "甲", 10: "癸", 11: "甲"}),
        ("ideographZodiac", {12: "亥"}),
        ("numberInDash", {5: "- 5 -"}),
        ("none", {1: ""}),
        # a format of another script prints as a decimal
        ("hebrew1", {5: "5"}),
    ],
)  # fmt: skip
def test_number_formats(form: str, prints: dict[int, str]) -> None:
    assert {n: format_number(n, form) for n in prints} == prints


LAW = (
    level("第%1章", "chineseCounting", more='<w:suff w:val="space"/>')
    + level("第%2条", "chineseCounting", at=1, more='<w:lvlRestart w:val="0"/><w:suff w:val="space"/>')
    + level("（%3）", "chineseCounting", at=2, more='<w:suff w:val="nothing"/>')
    + level("%4.", at=3, more='<w:suff w:val="nothing"/>')
    + level("%1.%4.%5", at=4, more='<w:isLgl/><w:suff w:val="nothing"/>')
)


def test_numbers_nest_restart_and_run_on() -> None:
    steps = [0, 1, 1, 2, 2, 3, 4, 1, 2, 0, 1]
    assert lines(*(numbered("文", 1, at) for at in steps), numbering=numbering(LAW)) == [
        "第一章 文", "第一条 文", "第二条 文", "（一）文", "（二）文", "1.文", "1.1.1文",
        # items restart below a new article, articles run on over chapters
        "第三条 文", "（一）文", "第二章 文", "第四条 文",
    ]  # fmt: skip


def test_lists_of_one_definition_count_on_unless_they_say_where_they_start() -> None:
    uses = (
        '<w:num w:numId="7"><w:abstractNumId w:val="1"/></w:num>'
        '<w:num w:numId="8"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
        '<w:num w:numId="9"><w:abstractNumId w:val="1"/><w:lvlOverride w:ilvl="0">'
        + level("%1)", "upperLetter", start=3)
        + "</w:lvlOverride></w:num>"
    )
    held = numbering(level("%1、", "japaneseCounting"), nums=uses)
    shown = lines(*(numbered("文", n) for n in (1, 1, 7, 8, 8, 1)), numbering=held)
    assert [line[0] for line in shown] == list("一二三一二三")
    # a list may also count by signs of its own
    assert lines(numbered("文", 9), numbering=held) == ["C) 文"]


STYLES = styles(
    '<w:style w:type="paragraph" w:default="1" w:styleId="N"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr>'
    '<w:jc w:val="center"/></w:pPr><w:rPr><w:b/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="T"><w:name w:val="条文"/><w:basedOn w:val="H1"/><w:pPr><w:outlineLvl w:val="9"/></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="B2"><w:name w:val="标题 2"/></w:style>'
    '<w:style w:type="character" w:styleId="S"><w:rPr><w:b/></w:rPr></w:style>'
)  # fmt: skip


def test_styles_number_paragraphs_and_lists_know_their_level_by_style() -> None:
    held = numbering(
        level("第%1章", "chineseCounting", more='<w:pStyle w:val="H1"/>')
        + level("第%2条", "chineseCounting", at=1, more='<w:pStyle w:val="T"/>')
    )
    no_number = '<w:numPr><w:numId w:val="0"/></w:numPr>'
    shown = lines(
        p("总则", style="H1"), p("为了。", style="T"), p("适用。", style="T"), p("无号", style="T", properties=no_number),
        styles=STYLES, numbering=held,
    )  # fmt: skip
    assert shown == ["第一章 总则", "第一条 为了。", "第二条 适用。", "无号"]


def test_bullets_give_no_mark() -> None:
    assert lines(numbered("一项", 1), numbering=numbering(level("", "bullet"))) == ["一项"]


def test_looks_come_from_the_paragraph_or_its_style() -> None:
    blocks = [
        p("总则", style="H1"),
        p("另节", style="B2"),
        p(r("粗", "<w:b/>"), r("细"), properties=CENTRED),
        p(r("粗", '<w:rStyle w:val="S"/>')),
        p(r("细", '<w:b w:val="0"/>'), style="H1"),
        p("九级即正文", properties='<w:outlineLvl w:val="9"/>'),
        p("字" * 81, style="H1"),
    ]
    shown = [(a.centred, a.bold, a.heading) for a in read(*blocks, styles=STYLES).lines]
    assert shown == [
        (True, True, 1), (False, False, 2), (True, False, None), (False, True, None), (True, False, 1), (False, False, None),
        # a whole paragraph in the style of a heading is none
        (True, True, None),
    ]  # fmt: skip


def test_lines_count_paragraphs_and_rows() -> None:
    text = read(p("甲"), p(), p("乙", BR, "　　丙"), tbl(["一", "二"], ["三", "四"]), p("丁"))
    assert [(text.text[a.start : a.end], a.line) for a in text.lines] == [
        ("甲", 1), ("乙", 3), ("丙", 3), ("一\t二", 4), ("三\t四", 5), ("丁", 6),
    ]  # fmt: skip
    assert text.is_paragraphed


@pytest.mark.parametrize(
    ("text", "breaks_end", "centred", "paragraphs"),
    [
        # a title is broken where it looks well
        ("关于印发公园\v管理办法的通知", True, True, ["关于印发公园管理办法的通知"]),
        # … but its number stands alone
        ("关于公园的通知\v某府发〔2023〕3号", False, True, ["关于公园的通知", "某府发〔2023〕3号"]),
        # one break in a typed document is the end of a line
        ("公园应当开放。\v园区应当整洁。", False, False, ["公园应当开放。园区应当整洁。"]),
        # of a page from the web it is the end of a paragraph
        ("公园应当开放。\v园区应当整洁。", True, False, ["公园应当开放。", "园区应当整洁。"]),
        # … unless the sentence goes on
        ("公园管理单位应当按照本办法规定和要求，\v做好养护工作。", True, False, ["公园管理单位应当按照本办法规定和要求，做好养护工作。"]),
        # labels open paragraphs anywhere
        ("下列人员：\v（一）甲；\v（二）乙。", False, False, ["下列人员：", "（一）甲；", "（二）乙。"]),
        ("内容。\v第二条 适用", False, False, ["内容。", "第二条 适用"]),
        # near miss: a figure, and a label that the sentence before leads into
        ("投入\v1.5亿元", False, False, ["投入1.5亿元"]),
        ("应当按照\v第三条规定办理", False, False, ["应当按照第三条规定办理"]),
        # an indent is a new paragraph, also one of hard spaces
        ("甲文\v　　乙文", False, False, ["甲文", "乙文"]),
        ("甲文\v\xa0\xa0\xa0乙文", False, False, ["甲文", "乙文"]),
        # an empty line too
        ("甲文\v\v乙文", False, False, ["甲文", "乙文"]),
        # offices and their date
        ("某市教育局\v某市财政局\v2016年3月31日", False, False, ["某市教育局", "某市财政局", "2016年3月31日"]),
        # near miss: a date inside a sentence
        ("本办法自\v2016年3月31日起施行", False, False, ["本办法自2016年3月31日起施行"]),
        # lines of a form
        ("联系人：张三\v电话：1234", False, False, ["联系人：张三", "电话：1234"]),
        # a page never ends a paragraph, an annex on it does
        ("公园应当\f开放。", True, False, ["公园应当开放。"]),
        ("特此通知。\f附件1：", False, False, ["特此通知。", "附件1："]),
        # words of Latin letters keep a space
        ("park\vrules", False, False, ["park rules"]),
        ("\v\v", True, False, []),
    ],
)  # fmt: skip
def test_line_breaks(text: str, breaks_end: bool, centred: bool, paragraphs: list[str]) -> None:
    assert natural_paragraphs(text, breaks_end=breaks_end, centred=centred) == paragraphs


@pytest.mark.parametrize(
    ("texts", "ends"),
    [
        # a page pasted from the web: breaks where sentences end
        (["甲应当开放。\v乙应当整洁。\v丙应当安全。\v丁应当便民。"], True),
        # text pasted from a PDF: breaks where the line was full
        (["公园管理单位应当按照规定和技术要求做好绿化养\v护和设施维修工作并且定期检查公园内的各类设施和\v设备，保障其完好、安全、有效，并接受社会的监督"], False),
        # two breaks say nothing
        (["甲。\v乙。\v丙。"], False),
        ([], False),
    ],
)  # fmt: skip
def test_the_breaks_of_the_whole_document_say_what_they_are(texts: list[str], ends: bool) -> None:
    assert breaks_end_paragraphs(texts) is ends


def test_tracked_changes_read_as_accepted_and_are_reported() -> None:
    deleted_end = "<w:rPr><w:del/></w:rPr>"
    text = read(
        p("公园", f"<w:ins>{r('应当')}</w:ins>", "<w:del><w:r><w:delText>可以</w:delText></w:r></w:del>", "开放"),
        p("甲", properties=deleted_end),
        p("乙"),
        "<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc><w:p/></w:tc></w:tr></w:tbl>",
    )
    assert text.text.split() == ["公园应当开放", "甲乙"]
    assert codes(text) == ["tracked_changes"]


def test_a_deleted_numbered_paragraph_counts_no_number() -> None:
    gone = p(
        "<w:del><w:r><w:delText>旧</w:delText></w:r></w:del>",
        properties='<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr><w:rPr><w:del/></w:rPr>',
    )
    held = numbering(level("%1.", more='<w:suff w:val="nothing"/>'))
    assert lines(numbered("甲"), gone, numbered("乙"), numbering=held) == ["1.甲", "2.乙"]


def test_hidden_text_is_left_out_and_reported() -> None:
    text = read(p(r("看不见", "<w:vanish/>"), "看得见", r("也看得见", '<w:vanish w:val="0"/>')))
    assert text.text == "看得见也看得见\n"
    assert codes(text) == ["hidden_text"]


def test_notes_are_furniture_at_the_end_with_the_line_of_their_mark() -> None:
    mark = '<w:r><w:footnoteReference w:id="{}"/></w:r>'
    text = read(
        p("第一条 公园", mark.format(2), "开放。"), p("第二条", mark.format(1)), footnotes=footnotes("注甲", "注乙")
    )
    assert text.text == "第一条 公园开放。\n第二条\n\n1 注乙\n2 注甲\n"
    assert [(f.kind, f.text) for f in text.furniture] == [("footnote", "1 注乙"), ("footnote", "2 注甲")]
    assert [a.line for a in text.lines] == [1, 2, 1, 2]


def grid(*rows: list[str]) -> list[tuple[int, int, int, int, str]]:
    (held,) = read(tbl(*rows)).grids
    return [(c.row, c.column, c.row_span, c.column_span, c.text) for c in held.cells]


def test_a_data_table_is_a_grid_with_its_merged_cells() -> None:
    across, down, on = '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    assert grid(
        [tc("县区", properties=down), tc("产值", properties=across)],
        [tc("", properties=on), "2024年", "2025年"],
        ["渝水区", "1", "2"],
    ) == [
        (0, 0, 2, 1, "县区"), (0, 1, 1, 2, "产值"), (1, 1, 1, 1, "2024年"), (1, 2, 1, 1, "2025年"),
        (2, 0, 1, 1, "渝水区"), (2, 1, 1, 1, "1"), (2, 2, 1, 1, "2"),
    ]  # fmt: skip


def test_older_merging_across_and_text_in_a_covered_cell_lose_nothing() -> None:
    start, on = '<w:hMerge w:val="restart"/>', '<w:hMerge w:val="continue"/>'
    cells = grid([tc("甲", properties=start), tc("余", properties=on), "乙"], ["1", "2", "3"])
    assert cells[:2] == [(0, 0, 1, 2, "甲余"), (0, 2, 1, 1, "乙")]


PASTED = [
    p(
        "公园管理单位应当按照规定做好绿化养护和设施维修工作，并且定期检查公园内的各类设施和设备，保障其完好、安全、有效。"
        * 2
    )
] * 5


@pytest.mark.parametrize(
    ("table", "n_grids", "n_lines"),
    [
        # a document pasted into one cell
        (tbl([tc(*PASTED)]), 0, 5),
        # one beside a menu
        (tbl([tc(*PASTED), "首页"], ["", "版权"]), 0, 7),
        # one column is a list
        (tbl(["甲"], ["乙"]), 0, 2),
        # one row is one line
        (tbl(["某市教育局办公室", "2016年3月17日印发"]), 0, 1),
        # an imprint is two lines
        (tbl(["抄送：市教委教研室。", ""], ["某市教育局办公室", "2016年3月17日印发"]), 0, 2),
        # near miss: a list of dates
        (tbl(["文件", "日期"], ["通知", "2016年3月17日"]), 1, 2),
        # a frame around a table: only the inner one is a table
        (tbl([tc(tbl(["甲", "1"], ["乙", "2"])), ""], ["页脚", ""]), 1, 3),
        # near miss: a plan whose cells hold several paragraphs each
        (tbl(["任务", "措施"], ["绿化", tc("植树。", "浇水。", "修枝。")], ["保洁", tc("扫。", "洗。", "运。")]), 1, 3),
        # near miss: two by two
        (tbl(["甲", "1"], ["乙", "2"]), 1, 2),
    ],
)  # fmt: skip
def test_tables_that_only_hold_a_page_together_are_unwrapped(table: str, n_grids: int, n_lines: int) -> None:
    text = read(table)
    assert len(text.grids) == n_grids
    assert len([line for line in text.text.split("\n") if line]) == n_lines


def test_numbers_in_cells_are_read() -> None:
    held = numbering(level("%1"))
    rows = [["序号", "事项"], [tc(numbered("")), "甲"], [tc(numbered("")), "乙"]]
    assert lines(tbl(*rows), numbering=held) == ["序号\t事项", "1\t甲", "2\t乙"]


def test_pictures_are_reported_where_they_may_hold_text() -> None:
    large, small = PICTURE.format(5_000_000), PICTURE.format(300_000)
    many = p("字" * 300)
    assert codes(read(many, p(large))) == ["image_not_read"]
    assert codes(read(many, p(small))) == []
    assert codes(read(p("标题"), p(small))) == ["image_not_read"]
    with pytest.raises(EmptyFile, match="只有 1 张图片"):
        read(p(large))


def test_a_page_wrapped_whole_is_read_as_text() -> None:
    parts = docx_parts('<w:altChunk r:id="rId5"/>')
    parts["word/_rels/document.xml.rels"] = '<Relationships><Relationship Id="rId5" Type="x/aFChunk" Target="afchunk.txt"/></Relationships>'  # fmt: skip
    parts["word/afchunk.txt"] = "第一条 为了公园。"
    assert "第一条 为了公园。" in docx.read(package(parts), "a.docx").text
    # beside other text it is reported: where it stood is not known
    parts["word/document.xml"] = docx_parts('<w:altChunk r:id="rId5"/>', p("正文"))["word/document.xml"]
    assert codes(docx.read(package(parts), "a.docx")) == ["embedded_part_not_read"]


def test_strict_files_read_alike() -> None:
    blocks = [p("总则", style="H1"), tbl(["甲", "1"], ["乙", "2"]), numbered("文")]
    parts = docx_parts(*blocks, styles=STYLES, numbering=numbering(LAW))
    strict = {
        path: content.replace(W, STRICT) if isinstance(content, str) else content for path, content in parts.items()
    }
    assert docx.read(package(strict), "a.docx") == docx.read(package(parts), "a.docx")


def _bomb() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * (DocxPackage.max_part + 1))
    return held.getvalue()


def _with_document(xml: str | bytes) -> bytes:
    return package({**docx_parts(p("x")), "word/document.xml": xml})


WHOLE = docx_file(p("第一条 为了公园。"), styles=STYLES)
ENTITY = '<!DOCTYPE a [<!ENTITY a "{}">]>'


@pytest.mark.parametrize(
    ("data", "found"),
    [
        # a download that stopped
        (WHOLE[: len(WHOLE) // 2], "不完整"),
        # a zip of something else
        (package({"a.txt": "x"}), "没有正文"),
        # a kilobyte that becomes a hundred megabytes
        (_bomb(), "解压后超过"),
        # entities that double, or read other files, in any encoding
        (_with_document(ENTITY.format("aaaa") + "<a>&a;</a>"), "XML"),
        (_with_document(('<?xml version="1.0" encoding="utf-16"?>' + ENTITY.format("a") + "<a>&a;</a>").encode("utf-16")), "XML"),
        # deeper than any page
        (docx_file("<w:sdt>" * 5000 + "</w:sdt>" * 5000), "XML"),
        (_with_document("<w:document"), "XML"),
        # damage in the numbering would read wrong numbers
        (package({**docx_parts(p("x"), numbering="<w:numbering")}), "numbering"),
    ],
    ids=["truncated", "other zip", "bomb", "entity", "entity utf-16", "deep", "ill-formed", "bad numbering"],
)  # fmt: skip
def test_bad_files_are_refused_in_chinese(data: bytes, found: str) -> None:
    with pytest.raises(UnreadableFile, match=found) as caught:
        docx.read(data, "坏.docx")
    assert caught.value.path == "坏.docx" and caught.value.advice.endswith("。")


def test_a_locked_part_is_refused() -> None:
    data = bytearray(WHOLE)
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        data[at + 8] |= 1
        at += 4
    with pytest.raises(UnreadableFile, match="密码"):
        docx.read(bytes(data), "a.docx")


def test_nested_tables_and_wide_spans_stay_bounded() -> None:
    deep = "<w:tbl><w:tr><w:tc>" * 80 + p("底") + "</w:tc></w:tr></w:tbl>" * 80
    assert lines(deep) == ["底"]
    wide = tbl([tc("甲", properties='<w:gridSpan w:val="999999999"/>'), "乙"], ["丙", "丁"])
    assert squash(read(wide).text) == "甲乙丙丁"


WORDS = st.text("第一二条（）甲乙。；a1 \u3000", max_size=12)


@given(st.lists(st.lists(WORDS, max_size=4), max_size=6), st.booleans())
@settings(max_examples=60, deadline=None)
def test_every_printed_character_is_held_and_spans_are_true(paragraphs: list[list[str]], in_table: bool) -> None:
    blocks = [p(*(part for text in texts for part in (r(text), BR))) for texts in paragraphs]
    text = read(tbl([tc("甲", *blocks), "乙"], ["丙", "丁"])) if in_table else read(*blocks)
    printed = squash("".join("".join(texts) for texts in paragraphs))
    held = "".join(text.text[a.start : a.end] for a in text.lines)
    assert sorted(squash(held)) == sorted(squash(text.text)) == sorted(printed + ("甲乙丙丁" if in_table else ""))
    assert all("\n" not in text.text[a.start : a.end] for a in text.lines)


@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=8))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_damage_anywhere_is_text_or_our_own_error(at: int, junk: bytes) -> None:
    try:
        docx.read(WHOLE[:at] + junk + WHOLE[at + len(junk) :], "a.docx")
    except IngestError as error:
        assert str(error).startswith("无法读取 a.docx")


@pytest.mark.shared
def test_every_printed_character_of_real_files_is_held() -> None:
    paths = sorted((SHARED / "corpora" / "policy").glob("*.docx"))
    assert len(paths) > 40
    for path in paths:
        text = docx.read(path.read_bytes(), path.name)
        with zipfile.ZipFile(path) as archive:
            root = etree.fromstring(archive.read("word/document.xml"))
        printed = Counter(c for e in root.iter(f"{{{W}}}t") for c in e.text or "" if not c.isspace() and c != "\u200b")
        lost = sum((printed - Counter(text.text)).values())
        hidden = sum(int(re.findall(r"\d+", f.message)[0]) for f in text.findings if f.code == "hidden_text")
        assert lost <= hidden, path.name
