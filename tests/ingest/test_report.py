"""The page that shows a parse beside its source: everything in it, nothing from outside, nothing from a file acts."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import html

from ingest.batch import Reading
from ingest.documents import EmptyFile, Finding, Furniture, PrintedLine, ReadText, SourceFile
from ingest.reader import bundled_gazettes, parse_source
from ingest.report import MAX_CHARACTERS, Report, section
from ingest.sources import read_source
from ingest.summary import failed, summarise
from tests.ingest.builders import document_text, source_of

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&{{ 7*7 }}<!--"


def read(text: str, path: str = "某市公报.txt") -> Reading:
    source = replace(source_of(text), path=path)
    return Reading(source, text.encode("utf-8", "replace"), parse_source(source))


def page_of(tmp_path: Path, *readings: Reading, max_html: int | None = None) -> html.HtmlElement:
    path = tmp_path / "out.html"
    report = Report(path) if max_html is None else Report(path, max_html)
    for reading in readings:
        summary = summarise(reading)
        report.add(summary, section(reading, summary))
    report.write()
    return html.document_fromstring(path.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))


@pytest.fixture(scope="module")
def gazette() -> Reading:
    source, data = read_source(bundled_gazettes()[0])
    return Reading(source, data, parse_source(source))


@pytest.fixture(scope="module")
def gazette_page(gazette: Reading, tmp_path_factory: pytest.TempPathFactory) -> html.HtmlElement:
    return page_of(tmp_path_factory.mktemp("report"), gazette)


def text_of(element: html.HtmlElement) -> str:
    return "".join("".join(element.itertext()).split())


def test_every_link_leads_to_one_place_in_the_page(gazette_page: html.HtmlElement) -> None:
    ids = gazette_page.xpath("//@id")
    assert len(ids) == len(set(ids))
    targets = gazette_page.xpath("//@href")
    assert len(targets) > 500 and {t[0] for t in targets} == {"#"}
    assert {t[1:] for t in targets} <= set(ids)


def test_every_clause_is_shown_beside_its_source(gazette: Reading, gazette_page: html.HtmlElement) -> None:
    cards = gazette_page.xpath("//*[starts-with(@class, 'card l')]")
    clauses = [c for d in gazette.documents for c in d.clauses]
    assert [text_of(c.xpath(".//*[@class='path']")[0]) for c in cards] == [
        "".join(str(c.path).split()) for c in clauses
    ]
    for card, clause in zip(cards, clauses, strict=True):
        assert "".join(text_of(p) for p in card.xpath("./p")) == "".join(clause.text.split())
        beginning = card.xpath(".//a[@class='label']/@href")[0][1:]
        printed = text_of(gazette_page.get_element_by_id(beginning))
        assert printed and "".join(gazette.source.text[clause.start : clause.end].split()).startswith(printed)


def test_all_of_the_source_is_shown_once(gazette: Reading, gazette_page: html.HtmlElement) -> None:
    shown = gazette_page.xpath("//*[@class='text']")
    for row in shown:
        for note in row.xpath(".//*[starts-with(@class, 'find ')]"):
            note.drop_tree()
    assert "".join(text_of(row) for row in shown) == "".join(gazette.source.text.split())


def test_the_verdict_is_the_first_thing_said(gazette_page: html.HtmlElement) -> None:
    words = gazette_page.xpath("//header//*[starts-with(@class, 'verdict')]")[0].text_content()
    assert words.startswith("1 个文件,读出 1 个:14 份文件、267 条。")
    row = gazette_page.xpath("//table[@class='index']/tbody/tr")[0].text_content()
    assert "编号连续(第X条 39 个)" in row and "40071 字无遗漏" in row


def test_findings_stand_where_they_are_with_their_advice(tmp_path: Path) -> None:
    reading = read(document_text("第一条 甲。", "第三条 丙。"))
    finding = Finding("x", "warning", "这里可疑", "第三条", reading.source.text.index("第三条"), "请核对原件")
    documents = [replace(reading.documents[0], findings=(finding,))]
    page = page_of(tmp_path, replace(reading, documents=documents))
    (row,) = [r for r in page.xpath("//*[@class='row']") if "第三条" in r.text_content()]
    assert "警告:这里可疑(第三条) 建议:请核对原件" in " ".join(row.text_content().split())
    (card,) = [c for c in page.xpath("//*[starts-with(@class, 'card l')]") if "这里可疑" in c.text_content()]
    assert card.xpath(".//*[@class='path']")[0].text == "第三条"
    assert "编号不连续:第三条 前缺 第二条" in page.text_content()


def test_lost_and_repeated_characters_are_marked(tmp_path: Path) -> None:
    reading = read(document_text("第一条 甲甲。", "第二条 乙乙。"))
    (held,) = reading.documents
    twice = Furniture("byline", held.clauses[0].start, held.clauses[0].end, "第一条 甲甲。")
    broken = replace(held, clauses=held.clauses[:1], furniture=(*held.furniture, twice, twice))
    page = page_of(tmp_path, replace(reading, documents=[broken]))
    assert "".join(text_of(e) for e in page.xpath("//article//*[@class='lost']")) == "第二条乙乙。"
    assert "".join(text_of(e) for e in page.xpath("//article//*[@class='twice']")) == "第一条甲甲。"


def test_nothing_from_a_file_becomes_markup(tmp_path: Path) -> None:
    text = document_text(f"第一条 {HOSTILE}。", f"(一){HOSTILE}", title=f"某市{HOSTILE}办法")
    reading = read(text, path=f"a{HOSTILE}.txt")
    documents = [
        replace(d, issuer=HOSTILE, findings=(Finding("x", HOSTILE, HOSTILE, HOSTILE, 3, HOSTILE),), addressees=HOSTILE)
        for d in reading.documents
    ]
    page = page_of(tmp_path, replace(reading, documents=documents))
    assert not page.xpath("//script | //img | //iframe | //link | //@onerror | //@style | //@src | //comment()")
    assert not page.xpath("//meta[@http-equiv='refresh']")
    assert page.text_content().count("<script>alert(1)</script>") >= 8 and "{{ 7*7 }}" in page.text_content()


def test_the_policy_of_the_page_allows_its_own_style_alone(tmp_path: Path) -> None:
    page = page_of(tmp_path, read(document_text("第一条 甲。")))
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    (style,) = page.xpath("//style")
    digest = base64.b64encode(hashlib.sha256(style.text.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert "url(" not in style.text and "@import" not in style.text


def test_characters_that_a_browser_acts_on_are_shown_as_replaced(tmp_path: Path) -> None:
    page = page_of(tmp_path, read(document_text("第一条 甲\x00乙\u202e丙\ud800丁。")))
    assert "第一条 甲�乙�丙�丁。" in page.xpath("//*[starts-with(@class, 'card l')]")[0].text_content()


def test_pages_and_lines_are_as_printed(tmp_path: Path) -> None:
    text = "某市公园管理办法\n第一条 为了管理公园,制定本办法。\n第二条 公园免费。\n"
    second, third = text.index("公园,"), text.index("第二条")
    lines = (
        PrintedLine(0, 8, 1, 1), PrintedLine(9, second, 1, 2), PrintedLine(second, third - 1, 2, 1), PrintedLine(third, len(text) - 1, 2, 2)
    )  # fmt: skip
    source = SourceFile("a.pdf", "0" * 64, text, "pdf", ReadText(text, True, lines))
    page = page_of(tmp_path, Reading(source, b"", parse_source(source)))
    rows = [
        (r.xpath("./*[@class='place']")[0].text, r.xpath("./*[@class='text']")[0].text_content())
        for r in page.xpath("//*[@class='row']")
    ]
    assert rows == [
        ("第1页 1", "某市公园管理办法"), ("2", "第一条 为了管理"), ("第2页 1", "公园,制定本办法。"), ("2", "第二条 公园免费。")
    ]  # fmt: skip


def test_files_that_could_not_be_read_are_in_the_index(tmp_path: Path) -> None:
    report = Report(tmp_path / "out.html")
    report.add(failed(Path("坏.txt"), EmptyFile("坏.txt", "文件是空的", "请检查。")), None)
    report.write()
    page = html.parse(str(tmp_path / "out.html")).getroot()
    (row,) = page.xpath("//table[@class='index']/tbody/tr")
    assert "✗" in row.text_content() and "文件是空的。请检查。" in row.text_content() and not row.xpath(".//a")
    assert "1 个需要核对" in page.xpath("//header")[0].text_content()


def test_a_page_that_would_grow_too_large_says_what_is_left_out(tmp_path: Path) -> None:
    readings = [read(document_text("第一条 甲。" * 200), path=f"{i}.txt") for i in range(5)]
    size = len(str(section(readings[0], summarise(readings[0]))).encode())
    page = page_of(tmp_path, *readings, max_html=int(size * 2.5))
    assert len(page.xpath("//main/section")) == 2
    assert "3 个文件只列入索引,未展开" in page.text_content()
    assert page.xpath("//table[@class='index']/tbody")[0].text_content().count("(未展开)") == 3


def test_a_document_that_is_too_long_is_cut_with_a_word_about_it(tmp_path: Path) -> None:
    text = document_text(*("第一条 甲。" if i == 0 else "乙" * 500 + "。" for i in range(MAX_CHARACTERS // 500 + 10)))
    page = page_of(tmp_path, read(text))
    shown = sum(len(r.text_content()) for r in page.xpath("//*[@class='text']"))
    assert MAX_CHARACTERS * 0.9 < shown <= MAX_CHARACTERS
    assert f"其余 {len(text) - MAX_CHARACTERS} 字从略" in page.text_content()


def test_a_report_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "out.html"
    target.write_text("the old one", encoding="utf-8")
    report = Report(target)
    reading = read(document_text("第一条 甲。"))
    report.add(summarise(reading), section(reading, summarise(reading)))
    assert target.read_text(encoding="utf-8") == "the old one"
    report.write()
    assert "第一条" in target.read_text(encoding="utf-8")
    assert [p.name for p in tmp_path.iterdir()] == ["out.html"]
