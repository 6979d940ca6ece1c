"""One file in one line: numbering checked from the paths and, beside it, from the lines; characters; findings; totals."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ingest import ClausePath, Document
from ingest.batch import Reading
from ingest.documents import EmptyFile, Paragraph
from ingest.numbering import count_article_lines, count_articles, find_gaps
from ingest.reader import bundled_gazettes, parse_source
from ingest.sources import read_source
from ingest.summary import (
    FileSummary,
    describe_summary,
    describe_totals,
    failed,
    summarise,
    totals,
    worst_first,
)
from tests.ingest.builders import document_text, source_of
from tests.ingest.test_conservation import clause, document


def numbered(*paths: str) -> Document:
    return document(tuple(clause(path, Paragraph("甲。", i * 3, i * 3 + 2)) for i, path in enumerate(paths)))


@pytest.mark.parametrize(
    ("paths", "gaps"),
    [
        # 第一条 … 第三条, without a gap.
        (("第一条", "第二条", "第三条"), []),
        # One is missing.
        (("第一条", "第三条"), ["第三条 前缺 第二条"]),
        # What follows a gap is not one more gap.
        (("第一条", "第三条", "第四条"), ["第三条 前缺 第二条"]),
        # 第二条之一 follows 第二条, and 第三条 follows it.
        (("第一条", "第二条", "第二条之一", "第二条之二", "第三条"), []),
        # 第二条之二 without 第二条之一.
        (("第一条", "第二条", "第二条之二"), ["第二条之二 前缺 第三条"]),
        # Items begin again in every article.
        (("第一条", "第一条/(一)", "第一条/(二)", "第二条", "第二条/(一)"), []),
        # … or count on through the whole document.
        (("一", "一/1", "一/2", "二", "二/3", "二/4"), []),
        # … but not with a gap.
        (("一", "一/1", "一/2", "二", "二/4"), ["二/4 前缺 二/3"]),
        # The first item of all is not the first.
        (("第一条", "第一条/(二)"), ["第一条/(二) 前缺 第一条/(一)"]),
        # Each level for itself.
        (("一", "一/(一)", "一/(三)", "二"), ["一/(三) 前缺 一/(二)"]),
        # An annex and a covering notice count for themselves.
        (("通知", "通知/一", "通知/二", "第一条", "附件1", "附件1/第一条", "附件2", "附件2/第一条"), []),
        # … so that a gap in an annex shows though the body had that number.
        (("第一条", "第二条", "第三条", "附件", "附件/第四条"), ["附件/第四条 前缺 附件/第一条"]),
        # What has no number has no gap.
        (("前言", "结尾"), []),
        # A text that begins in the middle (a book of a code) says so once.
        (("第四百六十三条", "第四百六十四条"), ["第四百六十三条 前缺 第一条"]),
        # Questions of a page of answers.
        (("问1", "问2", "问4"), ["问4 前缺 问3"]),
        # Beyond what a numeral prints, still no error.
        (("1", "9999"), ["9999 前缺 2"]),
    ],
)
def test_gaps_are_told_from_the_paths(paths: tuple[str, ...], gaps: list[str]) -> None:
    assert [str(gap) for gap in find_gaps(numbered(*paths))] == gaps


@pytest.mark.parametrize(
    ("text", "n"),
    [
        # Lines that open with the number that is due.
        ("第一条 甲。\n第二条 乙。\n第三条 丙。", 3),
        # Spaces of the typesetter, marks of a converter, Arabic numbers.
        ("　　第 一 条 甲。\n- 第二条 乙。\n## 第3条 丙。", 3),
        # A reference at the beginning of a line is none, even where its number would be due.
        ("第一条 甲。\n第二条规定的事项。\n第二条 乙。", 2),
        ("第一条 甲。\n第二条、第三条所称公园。", 1),
        # A number far away is cited.
        ("第一条 甲。\n第五十条 乙。", 1),
        # A number that is missing does not end the count.
        ("第一条 甲。\n第三条 丙。\n第四条 丁。", 3),
        # A second document begins again.
        ("第一条 甲。\n第二条 乙。\n第一条 甲。", 3),
        # 之一 is an article of its own, not counted here and no repeat of its base.
        ("第一条 甲。\n第一条之一 乙。\n第二条 丙。", 2),
        # Two on one line, where the second is due and a space stands behind it.
        ("第一条 甲。第二条 乙。", 2),
        # … but not in the middle of a sentence.
        ("第一条 依照第二条 的规定。", 1),
        # A book of a code begins in its middle.
        ("第四百六十三条 甲。\n第四百六十四条 乙。", 2),
        # No number at all.
        ("第条 甲。\n一、乙。", 0),
    ],
)
def test_articles_are_counted_line_by_line(text: str, n: int) -> None:
    assert count_article_lines(text) == n


def test_articles_are_counted_among_the_clauses() -> None:
    assert count_articles(numbered("前言", "第一条", "第一条/(一)", "第一条之一", "附件/第一条").clauses) == 2


def summary_for(text: str) -> FileSummary:
    source = source_of(text)
    return summarise(Reading(source, text.encode(), parse_source(source)))


def test_summary_of_a_sound_file() -> None:
    s = summary_for(document_text("第一条 甲。", "第二条 乙。", "第三条 丙。"))
    assert (s.documents, s.clauses, s.articles, s.article_lines, s.gaps) == (1, 3, 3, 3, ())
    assert s.shares and s.shares.is_conserved and not any(s.badness)
    line = "\n".join(describe_summary(s))
    assert line.startswith("✓") and "编号连续(第X条 3 个)" in line and "字无遗漏" in line and "无疑点" in line


def test_summary_of_a_file_with_a_gap_says_where() -> None:
    s = summary_for(document_text("第一条 甲。", "第二条 乙。", "第四条 丁。"))
    assert [str(gap) for gap in s.gaps] == ["第四条 前缺 第三条"] and not s.is_contiguous
    assert s.findings and s.findings["warning"] >= 1
    lines = describe_summary(s)
    assert lines[0].startswith("△") and any("第四条 前缺 第三条" in line for line in lines)


def test_disagreement_of_the_two_counts_is_shown() -> None:
    s = replace(summary_for(document_text("第一条 甲。", "第二条 乙。")), articles=1)
    assert "第X条 1 个,逐行数得 2" in "\n".join(describe_summary(s)) and describe_summary(s)[0].startswith("△")
    assert "未解析出第X条,逐行数得 2" in "\n".join(describe_summary(replace(s, articles=0)))


def test_the_gazette_in_one_line() -> None:
    source, data = read_source(bundled_gazettes()[0])
    s = summarise(Reading(source, data, parse_source(source)))
    assert (s.format, s.documents, s.clauses, s.gaps) == ("txt", 14, 267, ())
    assert s.articles == s.article_lines == 39 and s.shares and s.shares.is_conserved


def test_the_worst_file_comes_first() -> None:
    good = summary_for(document_text("第一条 甲。"))
    gap = summary_for(document_text("第一条 甲。", "第三条 丙。"))
    assert good.shares
    lost = replace(good, path="lost", shares=replace(good.shares, unaccounted=5))
    unread = failed(Path("unread"), EmptyFile("unread", "文件是空的", "请检查。"))
    assert worst_first([good, gap, unread, lost]) == [unread, lost, gap, good]


def test_summary_of_an_unread_file_keeps_code_and_words() -> None:
    error = EmptyFile("a.txt", "文件是空的", "请检查。")
    s = failed(Path("a.txt"), error, 0.5)
    assert (s.error, s.seconds) == ("empty_file", 0.5) and "文件是空的" in describe_summary(s)[0]


def test_totals_are_by_format_and_of_all() -> None:
    good = replace(summary_for(document_text("第一条 甲。")), seconds=1.0)
    gap = replace(summary_for(document_text("第一条 甲。", "第三条 丙。")), format="docx", seconds=2.0)
    rows = totals([good, gap, replace(good, format="docx"), failed(Path("x"), None)])
    assert [(t.format, t.files, t.failed) for t in rows] == [("?", 1, 1), ("docx", 2, 0), ("txt", 1, 0), ("all", 4, 1)]
    docx, whole = rows[1], rows[-1]
    assert (docx.contiguous, docx.agreeing, docx.conserved, docx.clauses) == (1, 2, 2, 3)
    assert whole.clauses == 4 and whole.seconds == 4.0 and whole.unaccounted == 0
    assert describe_totals(rows)[-1].startswith("合计:4 个文件(未能读取 1)")


def test_json_names_gaps_and_shares() -> None:
    record = summary_for(document_text("第一条 甲。", "第三条 丙。")).to_json()
    assert record["contiguous"] is False and record["gaps"][0]["found"] == "第三条"
    assert record["shares"]["conserved"] == 1.0 and record["error"] is None
    assert ClausePath.parse(record["gaps"][0]["expected"]).labels == ("第二条",)
