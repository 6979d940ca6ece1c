"""The clause desk over real HTTP: verbatim text in its place, and pages for wrong addresses."""

from __future__ import annotations

from html import escape, unescape
from urllib.parse import quote, unquote

import httpx
import pytest

from tests.ui.fakes import held
from tests.ui.test_markdown import Seen

HTML = {"Accept": "text/html"}


def clause_page(http: httpx.Client, document: str, clause: str) -> httpx.Response:
    return http.get("/clauses", params={"document": document, "clause": clause}, headers=HTML)


def test_clause_page_shows_the_clause_in_its_place(http: httpx.Client) -> None:
    page = clause_page(http, "余府办发〔2023〕19号", "第四条/(一)/2").raise_for_status().text
    document = next(d for d in held() if d.document_id == "余府办发〔2023〕19号")
    assert escape(document.by_path["第四条/(一)/2"].text) in page
    text = unescape(page)
    assert "暂行文件" in text and "时效:未核实" in text and "(余府办发〔2023〕19号)" in text
    for neighbour in ("第四条/(一)/1", "第四条/(一)/3"):
        assert f"clause={quote(neighbour, safe='')}" in page
    assert 'aria-current="page"' in page
    # every clause of the document is in the outline
    for clause in document.clauses:
        assert f"clause={quote(str(clause.path), safe='')}".replace("%20", "+") in page


def test_research_is_labelled_as_no_basis(http: httpx.Client) -> None:
    research = next(d for d in held() if d.kind == "research")
    page = clause_page(http, research.document_id, str(research.clauses[0].path)).text
    assert "不能作为政策依据" in page


def test_documents_page_lists_every_document(http: httpx.Client) -> None:
    page = http.get("/documents", headers=HTML).raise_for_status().text
    for document in held():
        assert document.title in unescape(page)


@pytest.mark.parametrize("document", held(), ids=lambda d: d.document_id)
def test_document_page_reproduces_every_clause(http: httpx.Client, document) -> None:
    page = http.get(f"/documents/{quote(document.document_id, safe='')}", headers=HTML).raise_for_status().text
    shown = unescape(page)
    for clause in document.clauses:
        assert clause.text in shown
    Seen.of(page.split("<main", 1)[1].split("</main>")[0].partition(">")[2])


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/clauses?document=x&clause=y", 404, "没有收录这份文件"),
        (
            "/clauses?document=%E4%BD%99%E5%BA%9C%E5%8F%91%E3%80%942023%E3%80%9519%E5%8F%B7&clause=zzz",
            404,
            "没有这一条款",
        ),
        ("/documents/x", 404, "没有收录这份文件"),
        ("/documents/19%E5%8F%B7", 409, "余府办发〔2023〕19号"),
        ("/clauses", 422, "不能为空"),
        ("/clauses?document=" + "x" * 301 + "&clause=y", 422, "最多 300 个字"),
        ("/nothing", 404, "没有这个地址"),
    ],
)
def test_wrong_addresses_get_a_page_for_people(http: httpx.Client, path: str, status: int, words: str) -> None:
    response = http.get(path, headers=HTML)
    assert response.status_code == status
    assert response.headers["content-type"].startswith("text/html")
    assert words in unescape(response.text) and "<h1>" in response.text


def test_ambiguous_document_page_links_the_candidates(http: httpx.Client) -> None:
    page = http.get("/documents/19号", headers=HTML).text
    assert "/documents/余府发〔2023〕19号" in unquote(page)


def test_address_is_escaped_in_the_page(http: httpx.Client) -> None:
    response = clause_page(http, "<script>alert(1)</script>", "\"'><img src=x>")
    assert response.status_code == 404
    assert "<script>alert" not in response.text and "<img" not in response.text


def test_api_errors_stay_json_for_browsers(http: httpx.Client) -> None:
    assert http.get("/api/v1/nothing", headers=HTML).json()["error"]["code"] == "not_found"


def test_pages_link_nothing_outside(http: httpx.Client) -> None:
    for path in ("/documents", "/docs", "/nothing"):
        page = http.get(path, headers=HTML).text
        assert "http://" not in page and "https://" not in page and "//" not in page.replace("<!doctype", "")
