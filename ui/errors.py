"""The only place that knows status codes and their Chinese wording.

Every error a program sees is ``{"error": {"code", "message", "detail"}}``: a stable code, a sentence for people, and
facts. What the client sent is never echoed: a question is personal data.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException
from starlette.types import Scope

from assistant.models import Problem

#: code -> (status, what to tell people). Codes of the lower families (`UnknownDocument.code` …) are listed too.
PROBLEMS: dict[str, tuple[int, str]] = {
    "malformed_json": (400, "请求正文不是有效的 JSON,请检查格式和编码(UTF-8)。"),
    "not_found": (404, "没有这个地址,请查看 /docs 中列出的接口。"),
    "unknown_document": (404, "没有收录这份文件,可在 /documents 查看已收录的文件。"),
    "unknown_clause": (404, "这份文件里没有这一条款,请核对条款号。"),
    "method_not_allowed": (405, "这个地址不支持该请求方法,请查看 /docs。"),
    "slow_request": (408, "请求正文接收超时,请重试。"),
    "ambiguous_document": (409, "对应不止一份文件,请写全发文字号,例如 余府发〔2023〕19号。"),
    "ambiguous_clause": (409, "对应不止一个条款,请写全条款路径。"),
    "too_large": (413, "请求正文过大,请缩短问题或减少对话历史。"),
    "invalid_request": (422, "请求内容不符合要求,请按 detail 中列出的字段修改。"),
    "question_too_long": (422, "问题过长,请只写要问的事。"),
    "rate_limited": (429, "请求过于频繁,请稍后再试。"),
    "internal": (500, "服务内部出错,请稍后再试;仍不成功请联系管理员。"),
    "starting": (503, "服务正在启动,请稍后再试。"),
    "unavailable": (503, "文件库暂时无法使用,请稍后再试或联系管理员。"),
    "busy": (503, "当前咨询人数较多,请稍后再试。"),
    "timeout": (504, "处理超时,请稍后再试或把问题问得更具体些。"),
}
_BY_STATUS = {400: "malformed_json", 404: "not_found", 405: "method_not_allowed", 413: "too_large"}
#: Codes whose own sentence (it names the document and the clause asked for) is better than ours.
_OWN_WORDS = {"unknown_document", "unknown_clause", "ambiguous_document", "ambiguous_clause", "question_too_long"}

#: What pydantic found -> what to tell people; ``{x}`` is filled from pydantic's context.
_FIELD_WORDS = {
    "missing": "缺少这一项",
    "string_type": "应为文字",
    "string_unicode": "含有无效字符",
    "string_too_long": "最多 {max_length} 个字",
    "string_too_short": "不能为空",
    "too_long": "最多 {max_length} 项",
    "literal_error": "只能是 {expected}",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
    "list_type": "应为列表",
    "model_attributes_type": "应为 JSON 对象(请求头 Content-Type 应为 application/json)",
    "model_type": "应为 JSON 对象",
}


class ErrorBody(BaseModel):
    """What every error looks like."""

    model_config = ConfigDict(frozen=True)
    error: Problem


class ApiError(Exception):
    """An error of this room, or a lower one translated. ``retry_after`` is seconds."""

    def __init__(self, code: str, detail: Any = None, retry_after: int | None = None, message: str | None = None):
        super().__init__(message or PROBLEMS[code][1])
        self.code, self.detail, self.retry_after = code, detail, retry_after


def family_code(error: BaseException) -> str | None:
    """The stable code of an error of ours (it has ``code``, or at least says whether it is ``retryable``), else ``None``."""
    code = getattr(error, "code", None)
    if isinstance(code, str):
        return code
    return type(error).__name__.lower() if isinstance(getattr(error, "retryable", None), bool) else None


def translated(error: Exception) -> Exception:
    """A lower family's error as ours; an error that belongs to no family unchanged."""
    code = family_code(error)
    if isinstance(error, ApiError | HTTPException) or code is None:
        return error
    if code in _OWN_WORDS:
        return ApiError(code, _facts(error), message=str(error))
    if code in PROBLEMS:
        return ApiError(code, _facts(error))
    # The store or the encoder: the message may name a path on the server, so only the code goes out.
    return ApiError("unavailable", {"reason": code}, retry_after=5)


def problem_of(error: Exception) -> tuple[int, Problem, dict[str, str]]:
    """Status, problem and headers that tell a client about ``error``; an unknown error tells nothing of itself."""
    error = translated(error)
    if isinstance(error, HTTPException):
        code = _BY_STATUS.get(error.status_code, "internal" if error.status_code >= 500 else "invalid_request")
        return error.status_code, Problem(code=code, message=PROBLEMS[code][1]), dict(error.headers or {})
    if isinstance(error, ApiError):
        headers = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
        problem = Problem(code=error.code, message=str(error), detail=error.detail)
        return PROBLEMS[error.code][0], problem, headers
    return 500, Problem(code="internal", message=PROBLEMS["internal"][1]), {}


def _facts(error: Exception) -> dict[str, Any] | None:
    candidates = getattr(error, "candidates", None)
    if not candidates:
        return None
    return {"candidates": [c.model_dump() if isinstance(c, BaseModel) else str(c) for c in candidates]}


def response_for(error: Exception) -> JSONResponse:
    status, problem, headers = problem_of(error)
    return JSONResponse({"error": problem.model_dump()}, status, headers)


def field_problems(errors: Any) -> list[dict[str, str]]:
    """``[{"field": "history.0.role", "problem": "只能是 …"}]``, without the values that were sent."""
    found = []
    for error in errors:
        place = [str(part) for part in error["loc"] if part not in ("body", "query", "path")]
        words = _FIELD_WORDS.get(error["type"], "取值不符合要求")
        context: Mapping[str, Any] = error.get("ctx") or {}
        try:
            words = words.format(**context)
        except (KeyError, IndexError):
            words = "取值不符合要求"
        found.append({"field": ".".join(place) or "正文", "problem": words.replace(" or ", " 或 ")})
    return found


def error_responses(*codes: str) -> dict[int | str, dict[str, Any]]:
    """The ``responses`` of a FastAPI route that may fail with ``codes``, so that OpenAPI documents each."""
    by_status: dict[int | str, dict[str, Any]] = {}
    for code in codes:
        status, message = PROBLEMS[code]
        known = by_status.get(status)
        text = f"`{code}`:{message}"
        by_status[status] = {"model": ErrorBody, "description": f"{known['description']} {text}" if known else text}
    return by_status


Respond = Callable[[Scope, Exception], Response]


def install(app: FastAPI, respond: Respond = lambda scope, error: response_for(error)) -> None:
    """Every error that a route or the router raises leaves as ``respond`` writes it."""

    async def on_validation(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        problems = error.errors()
        if any(p["type"] == "json_invalid" for p in problems):
            return respond(request.scope, ApiError("malformed_json"))
        return respond(request.scope, ApiError("invalid_request", field_problems(problems)))

    async def on_known(request: Request, error: Exception) -> Response:
        return respond(request.scope, error)

    app.add_exception_handler(RequestValidationError, on_validation)
    app.add_exception_handler(HTTPException, on_known)
    app.add_exception_handler(ApiError, on_known)
