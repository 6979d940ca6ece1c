"""The clause desk: documents and clauses as plain pages, verbatim, with their place. No script is needed to read them."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from fastapi import APIRouter, Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, Response
from starlette.types import Scope

from assistant.models import ClauseView, DocumentSummary
from ingest import Clause, Document
from ui import render, schemas
from ui.errors import ApiError, problem_of, response_for

templates = Environment(
    loader=PackageLoader("ui", "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
)
templates.globals.update(
    KINDS=render.KINDS,
    NOTICE=render.NOTICE,
    NOT_A_BASIS=render.NOT_A_BASIS,
    desk_url=render.desk_url,
    provisional=render.provisional,
    chips=render.chips,
    facts=render.facts,
)
_ERROR_TITLES = {404: "没有找到", 409: "需要写得更具体", 422: "地址不完整", 429: "请稍候", 503: "请稍候"}
router = APIRouter(include_in_schema=False)


def page(name: str, status: int = 200, headers: dict[str, str] | None = None, **values: Any) -> HTMLResponse:
    return HTMLResponse(templates.get_template(name).render(**values), status, headers)


def waiting_page() -> str:
    """Shown in place of the chat page while it is being built; reloads itself."""
    return templates.get_template("waiting.html").render()


@router.get("/documents")
@router.head("/documents")
async def documents(request: Request) -> Response:
    listed: list[DocumentSummary] = await request.app.state.backend.call(lambda a: a.documents())
    groups = [
        ("文件", [d for d in listed if d.kind not in {*render.NOT_A_BASIS, "masthead"}]),
        ("同刊登载的其他内容(非政策依据)", [d for d in listed if d.kind in {*render.NOT_A_BASIS, "masthead"}]),
    ]
    return page("documents.html", groups=[(name, docs) for name, docs in groups if docs], total=len(listed))


@router.get("/documents/{spelling:path}")
@router.head("/documents/{spelling:path}")
async def document(request: Request, spelling: str) -> Response:
    _check_length(document=spelling)
    found: Document = await request.app.state.backend.call(lambda a: a.document(spelling))
    return page("document.html", document=found, outline=outline(found), source=PurePath(found.source_path).name)


@router.get("/clauses")
@router.head("/clauses")
async def clause(request: Request, document: str = "", clause: str = "") -> Response:
    _check_length(document=document, clause=clause)
    view, whole = await request.app.state.backend.call(lambda a: _clause_with_document(a, document, clause))
    return page(
        "clause.html",
        view=view,
        document=whole,
        ancestors=ancestors(whole, view.clause),
        names={str(c.path): c.display for c in whole.clauses},
        outline=outline(whole),
    )


def _clause_with_document(assistant: Any, document: str, clause: str) -> tuple[ClauseView, Document]:
    view = assistant.clause(document, clause)
    return view, assistant.document(view.document)


def _check_length(**addresses: str) -> None:
    words = {"document": "文件(document)", "clause": "条款(clause)"}
    wrong = [
        {"field": name, "problem": "不能为空" if not value.strip() else f"最多 {schemas.MAX_ADDRESS} 个字"}
        for name, value in addresses.items()
        if not value.strip() or len(value) > schemas.MAX_ADDRESS
    ]
    if wrong:
        raise ApiError("invalid_request", [{**w, "field": words[w["field"]]} for w in wrong])


def ancestors(document: Document, path: str) -> list[Clause]:
    """The clauses around ``path``, outermost first; a level that has no text of its own in the document is left out."""
    labels = path.split("/")
    above = ["/".join(labels[:n]) for n in range(1, len(labels))]
    return [document.by_path[p] for p in above if p in document.by_path]


def outline(document: Document) -> list[dict[str, Any]]:
    """Every clause in order, with the headings (编 章 节) it stands under where they change."""
    rows: list[dict[str, Any]] = []
    chapter = None
    for clause in document.clauses:
        if clause.chapter and clause.chapter != chapter:
            rows.append({"chapter": clause.chapter})
        chapter = clause.chapter
        words = clause.heading or clause.text.removeprefix(clause.label).strip()
        rows.append(
            {
                "path": str(clause.path),
                "depth": len(clause.path.labels) - 1,
                "label": (clause.label if len(clause.path.labels) > 1 else "") or clause.display,
                "words": words if len(words) <= 40 else words[:39] + "…",
            }
        )
    return rows


def error_response(scope: Scope, error: Exception) -> Response:
    """A page for people who opened a wrong address in a browser; the error object for programs and all under /api."""
    accept = Headers(scope=scope).get("accept", "")
    if scope["path"].startswith("/api/") or "text/html" not in accept:
        return response_for(error)
    status, problem, headers = problem_of(error)
    detail = problem.detail
    return page(
        "error.html",
        status,
        headers,
        title=_ERROR_TITLES.get(status, "出错了"),
        message=problem.message,
        fields=detail if isinstance(detail, list) else [],
        candidates=[_candidate(c) for c in detail.get("candidates", [])] if isinstance(detail, dict) else [],
    )


def _candidate(found: Any) -> tuple[str, str]:
    """(words, address) of a document or clause that an ambiguous spelling may mean."""
    if isinstance(found, dict):
        document = found.get("document_number") or found.get("document") or found.get("title") or ""
        return f"{document} {found.get('label') or ''}".strip(), render.desk_url(document, found.get("clause"))
    return str(found), render.desk_url(str(found))
