"""Every character is counted once, and what is lost, doubled or altered is named with its place."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import Clause, ClausePath, Document, SourceFile
from ingest.conservation import Place, account, account_alone
from ingest.documents import Furniture, Grid, Paragraph, ReadText
from ingest.reader import bundled_gazettes, parse_source
from ingest.sources import read_source
from tests.ingest.builders import document_text, source_of

CLASSES = ("clause", "heading", "title", "table", "furniture", "unaccounted")


def clause(path: str, *paragraphs: Paragraph, heading: str | None = None, label: str = "") -> Clause:
    return Clause(ClausePath.parse(path), label, heading, None, paragraphs)


def document(clauses: tuple[Clause, ...] = (), furniture: tuple[Furniture, ...] = ()) -> Document:
    return Document(
        title="某市公园管理办法", document_number=None, document_number_raw=None, issuer=None, signed_on=None, kind="policy",
        openness=None, attached_title=None, addressees=None, gazette=None, source_path="某市公报.txt", source_sha256="0" * 64,
        clauses=clauses, furniture=furniture,
    )  # fmt: skip


def printed(text: str, words: str, start: int = 0) -> Paragraph:
    """The paragraph that prints ``words`` in ``text``, behind ``start``."""
    at = text.index(words, start)
    return Paragraph(words, at, at + len(words))


def piece(kind: str, text: str, words: str) -> Furniture:
    at = text.index(words)
    return Furniture(kind, at, at + len(words), words)


TEXT = "某市办法\n第一条 目的。\n第二条 公园\n- 3 -\n免费。\n"
TITLE = piece("title", TEXT, "某市办法")
PAGE = piece("page_number", TEXT, "- 3 -")
FIRST = clause("第一条", printed(TEXT, "第一条 目的。"), label="第一条")
#: Runs around the page number that stands in the middle of its sentence.
SECOND = clause("第二条", Paragraph("第二条 公园免费。", TEXT.index("第二条"), TEXT.rindex("\n")), label="第二条")


def counts(text: str, *documents: Document) -> dict[str, int]:
    shares = account(source_of(text), documents)
    return {name: getattr(shares, name) for name in CLASSES if getattr(shares, name)}


def test_each_character_is_counted_in_one_class() -> None:
    held = document((FIRST, SECOND), (TITLE, PAGE))
    assert counts(TEXT, held) == {"clause": 14, "title": 4, "furniture": 3}
    shares = account(source_of(TEXT), [held])
    assert shares.total == 21 and shares.is_conserved and shares.conserved == 1
    assert shares.furniture_kinds == {"page_number": 3}
    assert shares.share("clause") == pytest.approx(14 / 21)


def test_what_no_document_holds_is_unaccounted_with_its_place() -> None:
    shares = account(source_of(TEXT), [document((SECOND,), (TITLE, PAGE))])
    start = TEXT.index("第一条")
    # The space in the middle is no character of the text, so it parts two places.
    assert shares.unaccounted_places == (Place(start, start + 3, "第一条"), Place(start + 4, start + 7, "目的。"))
    assert shares.unaccounted == 6 and not shares.is_conserved and shares.conserved == pytest.approx(15 / 21)


def test_nothing_parsed_is_all_unaccounted() -> None:
    assert counts(TEXT) == {"unaccounted": 21}


def test_white_space_alone_is_conserved() -> None:
    shares = account(source_of(" \n\t　\n"), [])
    assert shares.total == 0 and shares.is_conserved and shares.conserved == 1 and shares.share("clause") == 0


@pytest.mark.parametrize(
    ("documents", "repeated"),
    [
        # One paragraph in two clauses.
        ((document((FIRST, replace(FIRST, path=ClausePath.parse("第三条")), SECOND), (TITLE, PAGE)),), 6),
        # … in two documents.
        ((document((FIRST, SECOND), (TITLE, PAGE)), document((FIRST,))), 6),
        # A title that two documents claim.
        ((document((FIRST, SECOND), (TITLE, PAGE)), document((), (TITLE,))), 4),
        # Furniture inside a paragraph that leaves it out is no repetition.
        ((document((FIRST, SECOND), (TITLE, PAGE)),), 0),
    ],
)
def test_what_two_hold_is_repeated(documents: tuple[Document, ...], repeated: int) -> None:
    shares = account(source_of(TEXT), documents)
    assert shares.repeated == repeated and shares.is_conserved == (not repeated)
    assert sum(getattr(shares, name) for name in CLASSES) == shares.total


@pytest.mark.parametrize(
    ("words", "is_altered"),
    [
        # As printed, without the page number that stands inside.
        ("第二条 公园免费。", False),
        # Only white space differs.
        ("第二条公园 免费。", False),
        # A word is lost.
        ("第二条 免费。", True),
        # A sign is repaired.
        ("第二条 公园免费;", True),
        # The page number is read as wording.
        ("第二条 公园- 3 -免费。", True),
        # Something is added.
        ("第二条 公园免费。。", True),
    ],
)
def test_a_paragraph_reproduces_what_its_span_prints(words: str, is_altered: bool) -> None:
    paragraph = replace(SECOND.paragraphs[0], text=words)
    shares = account(source_of(TEXT), [document((FIRST, replace(SECOND, paragraphs=(paragraph,))), (TITLE, PAGE))])
    assert [p.text for p in shares.altered] == ([words] if is_altered else [])
    assert shares.is_conserved != is_altered


@pytest.mark.parametrize(
    ("text", "label", "heading", "expected"),
    [
        # The number and the heading behind it, the sentence after them not.
        ("一、总体要求。坚持公益。", "一、", "总体要求", {"heading": 6, "clause": 6}),
        # All of a line that is a heading.
        ("(一)总体要求", "(一)", "总体要求", {"heading": 7}),
        # An article's heading stands in brackets.
        ("第一条 【目的】为了公园。", "第一条", "目的", {"heading": 6, "clause": 6}),
        # The same words further on in the sentence are no heading.
        ("一、为了完善公园的总体要求。", "一、", "总体要求", {"clause": 14}),
        # No heading.
        ("一、坚持公益。", "一、", None, {"clause": 7}),
    ],
)
def test_a_heading_is_its_number_and_its_words(
    text: str, label: str, heading: str | None, expected: dict[str, int]
) -> None:
    assert counts(text, document((clause("一", printed(text, text), heading=heading, label=label),))) == expected


def test_headings_of_parts_are_headings() -> None:
    text = "第一章 总则\n第一条 目的。"
    held = document((clause("第一条", printed(text, "第一条 目的。")),), (piece("part_heading", text, "第一章 总则"),))
    assert counts(text, held) == {"heading": 5, "clause": 6}


def test_rows_of_a_table_are_counted_as_table() -> None:
    text = "见下表。\n县区\t产值\t增长\n渝水区\t76\t3\n"
    rows = [printed(text, words) for words in ("见下表。", "县区\t产值\t增长", "渝水区\t76\t3")]
    held = document((clause("前言", *rows),))
    assert counts(text, held) == {"clause": 4, "table": 12}
    # A grid that the reader saw is a table also where it has one column.
    read = ReadText(text, True, grids=(Grid(0, 4, ()),))
    assert account(SourceFile("a.docx", "0" * 64, text, "docx", read), [held]).table == 16


def test_bars_of_a_markdown_table_are_no_wording() -> None:
    text = "| 县区 | 产值 |\n"
    held = document((clause("前言", Paragraph("县区\t产值", 0, len(text) - 1)),))
    assert account(source_of(text), [held]).is_conserved


def test_a_document_alone_counts_from_its_first_character_to_its_last() -> None:
    text = document_text("第一条 甲。") + document_text("第一条 乙乙。", title="某市广场管理办法")
    source = source_of(text)
    whole = account(source, parse_source(source))
    one = [account_alone(source, d) for d in parse_source(source)]
    assert [s.unaccounted for s in one] == [0] * len(one)
    for name in CLASSES:
        assert sum(getattr(s, name) for s in one) == getattr(whole, name)


def test_the_gazette_is_conserved() -> None:
    source, _ = read_source(bundled_gazettes()[0])
    shares = account(source, parse_source(source))
    assert (shares.unaccounted, shares.repeated, shares.altered) == (0, 0, ())
    assert sum(getattr(shares, name) for name in CLASSES) == shares.total == 40071
    assert shares.table > 300 and shares.heading > 1000 and shares.clause > 30_000


def test_a_character_taken_out_of_the_gazette_is_missed() -> None:
    source, _ = read_source(bundled_gazettes()[0])
    documents = parse_source(source)
    fifth = documents[5]
    lost = fifth.clauses[3]
    documents[5] = replace(fifth, clauses=tuple(c for c in fifth.clauses if c is not lost))
    shares = account(source, documents)
    assert shares.unaccounted == len("".join(source.text[lost.start : lost.end].split()))
    assert shares.unaccounted_places[0].start == lost.start


SPANS = st.lists(st.tuples(st.integers(-3, 40), st.integers(-3, 40)).map(sorted), max_size=6)


@given(st.text(alphabet="条 。\n\ta|", max_size=36), SPANS, SPANS)
def test_classes_add_up_whatever_the_spans_are(
    text: str, paragraphs: list[list[int]], furniture: list[list[int]]
) -> None:
    held = document(
        tuple(clause("一", Paragraph("条", a, b)) for a, b in paragraphs),
        tuple(Furniture("title" if i % 2 else "byline", a, b, "条") for i, (a, b) in enumerate(furniture)),
    )
    shares = account(source_of(text), [held])
    assert sum(getattr(shares, name) for name in CLASSES) == shares.total == len("".join(text.split()))
    assert shares.to_json()["total"] == shares.total
