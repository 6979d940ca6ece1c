"""The first gazette as a whole, against what was read from the printed text and written down by hand in tests/data.

Where parser and expectation disagree, the printed text decides.
"""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

from ingest import ClausePath, Document
from ingest.cli import describe
from ingest.metadata_record import Metadata
from ingest.patterns import squash
from ingest.reader import bundled_gazettes
from ingest.sources import read_source
from tests.conftest import SHARED
from tests.ingest.builders import altered_paragraphs, lost_characters, paths

DATA = Path(__file__).resolve().parents[1] / "data"
PATHS = DATA / "xinyu-2023-04.paths.txt"
CLAUSES = json.loads((DATA / "xinyu-2023-04.clauses.json").read_text(encoding="utf-8"))
EXAMPLE = DATA / "xinyu-2023-04.example.json"


def expected_paths() -> dict[str, list[str]]:
    result: dict[str, list[str]] = {}
    for block in PATHS.read_text(encoding="utf-8").strip().split("\n\n"):
        head, *lines = block.splitlines()
        result[head.removeprefix("# ")] = lines
    return result


def by_id(documents: tuple[Document, ...]) -> dict[str, Document]:
    return {d.document_id: d for d in documents}


def gazette_text() -> str:
    return read_source(bundled_gazettes()[0])[0].text


def test_every_clause_has_its_path_and_no_other_does(gazette_documents: tuple[Document, ...]) -> None:
    expected = expected_paths()
    assert [d.document_id for d in gazette_documents] == list(expected)
    for document in gazette_documents:
        assert paths(document) == expected[document.document_id]
    assert sum(map(len, expected.values())) == 267


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda c: f"{c['document'][:14]}#{c['path']}")
def test_clause_reads_as_it_is_printed(gazette_documents: tuple[Document, ...], clause: dict[str, str]) -> None:
    assert by_id(gazette_documents)[clause["document"]].by_path[clause["path"]].text == clause["text"]


def test_written_out_clauses_are_spread_over_the_issue() -> None:
    written = {c["document"] for c in CLAUSES}
    # the masthead is names and addresses, the 38th meeting is printed like the 39th
    assert set(expected_paths()) - written == {"新余市人民政府公报2023年第4期", "市政府召开第38次常务会"}
    assert len(CLAUSES) >= 25


def test_two_documents_come_out_as_the_design_shows_them(gazette_documents: tuple[Document, ...]) -> None:
    expected = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    for wanted in expected:
        record = by_id(gazette_documents)[wanted["document_number"]].to_json()
        found = {key: record[key] for key in wanted if key != "clauses"}
        assert found == {key: value for key, value in wanted.items() if key != "clauses"}
        keys = ("path", "heading", "chapter", "text")
        assert [{k: c[k] for k in keys} for c in record["clauses"]] == wanted["clauses"]


@pytest.mark.shared
def test_our_copy_of_the_example_is_the_example() -> None:
    shared = json.loads((SHARED / "examples" / "parse_example.json").read_text(encoding="utf-8"))
    assert json.loads(EXAMPLE.read_text(encoding="utf-8")) == shared


def test_no_character_of_the_issue_is_lost(gazette_documents: tuple[Document, ...]) -> None:
    assert lost_characters(gazette_text(), gazette_documents) == ""


def test_spans_reproduce_the_text_they_claim(gazette_documents: tuple[Document, ...]) -> None:
    text = gazette_text()
    for document in gazette_documents:
        assert altered_paragraphs(text, document) == []
        for clause in document.clauses:
            assert (clause.start, clause.end) == (clause.paragraphs[0].start, clause.paragraphs[-1].end)


def test_no_printed_character_belongs_to_two_clauses(gazette_documents: tuple[Document, ...]) -> None:
    spans = sorted((p.start, p.end) for d in gazette_documents for c in d.clauses for p in c.paragraphs)
    assert [(a, b) for a, b in pairwise(spans) if b[0] < a[1]] == []


def test_furniture_is_what_the_printer_added(gazette_documents: tuple[Document, ...]) -> None:
    text = gazette_text()
    found = {
        (d.document_id, f.kind, squash(f.text))
        for d in gazette_documents
        for f in d.furniture
        if f.kind in ("running_head", "page_number", "byline", "author_note", "annex_note")
    }
    assert found == {
        ("余府发〔2023〕19号", "running_head", "市政府文件"),
        ("余府发〔2023〕19号", "running_head", "・10・市政府文件"),
        ("余府办发〔2023〕28号", "running_head", "市政府办公室文件•17•"),
        ("余府办发〔2023〕28号", "running_head", "市政府办公室文件"),
        ("余府办发〔2023〕28号", "annex_note", "附件:主要目标任务分解表"),
        ("余府办字〔2023〕32号", "running_head", "市政府办公室文件21."),
        ("优化金融供给 引流活水精准浇灌实体经济", "byline", "计平王敏龙刘隐乐"),
        ("优化金融供给 引流活水精准浇灌实体经济", "author_note", "(作者单位:市政府办公室,市政府金融工作办公室)"),
        ("关于我市锂电产业发展情况的调研与思考", "byline", "章忠华黎昱"),
        ("关于我市锂电产业发展情况的调研与思考", "author_note", "(作者单位:市政府发展研究中心)"),
        ("我市2023年上半年就业形势分析", "byline", "黄铁梅何阳洋胡明"),
        ("我市2023年上半年就业形势分析", "author_note", "(作者单位:市政府办公室)"),
        (gazette_documents[10].document_id, "byline", "廖志文王舒君龚超"),
        (gazette_documents[10].document_id, "author_note", "(作者单位:市政府办公室,市政务服务中心)"),
        ("市政府召开第38次常务会", "byline", "徐鸿主持"),
        ("市政府召开第39次常务会", "byline", "徐鸿主持"),
        ("市政府召开第40次常务会", "byline", "徐鸿主持"),
    }
    for d in gazette_documents:
        for f in d.furniture:
            assert squash(text[f.start : f.end]) == squash(f.text)


@pytest.mark.parametrize(
    ("document", "path", "count"),
    [
        # DOMAIN, requirement 4: page breaks never create a 款, printed paragraphs always do
        ("余府办发〔2023〕19号", "第八条", 4),
        ("余府办发〔2023〕19号", "第十条", 2),
        ("余府办发〔2023〕19号", "第十四条", 2),
        ("余府办发〔2023〕19号", "第十六条", 2),
        ("余府办发〔2023〕19号", "第十七条", 1),
        ("余府办字〔2023〕32号", "第六条", 4),
        ("余府办字〔2023〕32号", "第八条", 2),
        ("余府办字〔2023〕32号", "第九条", 2),
        ("余府发〔2023〕15号", "一/(二)", 3),
    ],
)
def test_paragraphs_are_counted_as_printed(
    gazette_documents: tuple[Document, ...], document: str, path: str, count: int
) -> None:
    assert len(by_id(gazette_documents)[document].by_path[path].paragraphs) == count


@pytest.mark.parametrize(
    ("document", "path", "shown"),
    [
        # the item hangs on the article, shown under the 款 that leads it in
        ("余府办字〔2023〕32号", "第八条/(一)", "第八条第二款第(一)项"),
        ("余府办字〔2023〕32号", "第九条/(二)", "第九条第一款第(二)项"),
        # one 款 goes without saying
        ("余府办发〔2023〕19号", "第七条/(一)", "第七条第(一)项"),
        ("余府办发〔2023〕19号", "第四条/(四)/4", "第四条第(四)项第4目"),
        ("余府办字〔2023〕32号", "第七条/1/(2)", "第七条第1项(2)"),
        ("余府发〔2023〕19号", "二/(六)/15", "二、(六)15."),
        ("余府办发〔2023〕28号", "三/5/一是", "三、5.一是"),
    ],
)
def test_clauses_are_shown_as_the_design_says(
    gazette_documents: tuple[Document, ...], document: str, path: str, shown: str
) -> None:
    assert by_id(gazette_documents)[document].by_path[path].display == shown


def test_chapters_are_stored_on_clauses_and_never_in_paths(gazette_documents: tuple[Document, ...]) -> None:
    document = by_id(gazette_documents)["余府办字〔2023〕32号"]
    chapters: dict[str | None, list[str]] = {}
    for clause in document.clauses:
        if len(clause.path.labels) == 1:
            chapters.setdefault(clause.chapter, []).append(str(clause.path))
    assert {c: (labels[0], labels[-1]) for c, labels in chapters.items()} == {
        None: ("通知", "通知"),
        "第一章 总则": ("第一条", "第四条"),
        "第二章 信息审核": ("第五条", "第九条"),
        "第三章 信息发布和管理": ("第十条", "第十二条"),
        "第四章 监督检查": ("第十三条", "第十四条"),
        "第五章 附则": ("第十五条", "第十八条"),
    }


def test_clauses_stand_in_document_order(gazette_documents: tuple[Document, ...]) -> None:
    for document in gazette_documents:
        given = [c.path for c in document.clauses]
        assert sorted(given) == given, document.document_id


def test_parent_and_child_share_no_text(gazette_documents: tuple[Document, ...]) -> None:
    document = by_id(gazette_documents)["余府办发〔2023〕19号"]
    article = ClausePath.parse("第四条")
    assert [str(c.path) for c in document.children(article)] == [f"第四条/({n})" for n in "一二三四五六"]
    assert len(document.descendants(article)) == 34
    assert "交通工程" not in document.by_path["第四条"].text


def test_what_stands_above_and_under_a_clause_is_what_reading_all_finds(
    gazette_documents: tuple[Document, ...],
) -> None:
    for document in gazette_documents:
        for clause in document.clauses:
            under = [c for c in document.clauses if c.path.parent == clause.path]
            above = [c for c in document.clauses if clause.path.is_within(c.path) and c is not clause]
            assert list(document.children(clause.path)) == under
            assert list(document.above(clause.path)) == sorted(above, key=lambda c: len(c.path.labels))


def test_headings_are_read_without_their_numbers(gazette_documents: tuple[Document, ...]) -> None:
    documents = by_id(gazette_documents)
    for document, path, heading in [
        ("余府发〔2023〕15号", "二", "创新引领发展,提升气象科技创新能力和水平"),
        ("余府发〔2023〕19号", "二/(六)/15", "加速数字化转型升级"),
        ("余府办发〔2023〕28号", "三/5/一是", "财政资金支持"),
        ("余府办字〔2023〕32号", "第八条/(三)", "转载审核"),
        # a sentence is no heading
        ("余府办发〔2023〕19号", "第四条/(一)/1", None),
        ("余府办发〔2023〕19号", "第七条/(三)", None),
    ]:
        assert documents[document].by_path[path].heading == heading


def test_json_and_back_is_the_same_document(gazette_documents: tuple[Document, ...]) -> None:
    for document in gazette_documents:
        assert Document.from_json(json.loads(json.dumps(document.to_json(), ensure_ascii=False))) == document


def test_json_with_paragraphs_and_spans_that_disagree_is_refused(gazette_documents: tuple[Document, ...]) -> None:
    record = json.loads(json.dumps(gazette_documents[3].to_json()))
    record["clauses"][0]["text"] += "\n多出一款"
    with pytest.raises(ValueError, match="通知"):
        Document.from_json(record)


def test_description_names_every_clause_and_finding(gazette_documents: tuple[Document, ...]) -> None:
    document = by_id(gazette_documents)["余府办发〔2023〕28号"]
    lines = describe(document)
    assert lines[0].startswith("余府办发〔2023〕28号  新余市人民政府办公室关于印发")
    assert "31 条" in lines[1]
    assert sum(f"[{c.path}]" in line for c in document.clauses for line in lines) == 31
    assert any("1_" in line and line.strip().startswith("!") for line in lines)


def test_a_record_of_the_first_release_is_still_read(gazette_documents: tuple[Document, ...]) -> None:
    document = gazette_documents[1]
    record = document.to_json()
    del record["metadata"], record["source"]["format"]
    for clause in record["clauses"]:
        for span in clause["paragraphs"]:
            del span["page"], span["line"]
    old = Document.from_json(record)
    assert [(c.path, c.text) for c in old.clauses] == [(c.path, c.text) for c in document.clauses]
    assert old.metadata == Metadata() and {p.page for c in old.clauses for p in c.paragraphs} == {None}
