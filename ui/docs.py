"""``/docs``: the OpenAPI description as a page of our own, readable without script, asking no other host for anything."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from starlette.responses import Response

from ui import desk

router = APIRouter(include_in_schema=False)


@router.get("/docs")
@router.head("/docs")
async def docs(request: Request) -> Response:
    api = request.app.openapi()
    return desk.page("docs.html", api=api["info"], operations=_operations(request.app), schemas=_schemas(request.app))


@lru_cache(maxsize=4)
def _operations(app: FastAPI) -> list[dict[str, Any]]:
    """One row for each operation, in the order of the routes."""
    api = app.openapi()
    rows = []
    for path, methods in api["paths"].items():
        for method, operation in methods.items():
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
            rows.append(
                {
                    "id": operation["operationId"],
                    "method": method.upper(),
                    "path": path,
                    "tag": (operation.get("tags") or [""])[0],
                    "summary": operation.get("summary", ""),
                    "description": operation.get("description", "").replace("`", ""),
                    "parameters": [
                        {**p, "type": type_name(p["schema"]), "words": p.get("description", "")}
                        for p in operation.get("parameters", [])
                    ],
                    "body": type_name(body) if body else None,
                    "example": _example(api, body) if body else None,
                    "responses": [
                        (status, r["description"].replace("`", ""), _response_type(r))
                        for status, r in operation["responses"].items()
                    ],
                }
            )
    return rows


@lru_cache(maxsize=4)
def _schemas(app: FastAPI) -> list[dict[str, Any]]:
    found = []
    for name, schema in app.openapi().get("components", {}).get("schemas", {}).items():
        required = set(schema.get("required", ()))
        fields = [
            (field, type_name(value), field in required, value.get("description", ""))
            for field, value in schema.get("properties", {}).items()
        ]
        found.append({"name": name, "words": schema.get("description", ""), "fields": fields})
    return found


def type_name(schema: dict[str, Any]) -> str:
    """A JSON schema in a few words: ``string | null``, ``Citation[]``, ``"answered" | "partial"``."""
    if "$ref" in schema:
        return schema["$ref"].rsplit("/", 1)[1]
    if "anyOf" in schema:
        return " | ".join(type_name(s) for s in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(json.dumps(v, ensure_ascii=False) for v in schema["enum"])
    if "const" in schema:
        return json.dumps(schema["const"], ensure_ascii=False)
    if schema.get("type") == "array":
        return f"{type_name(schema.get('items', {}))}[]"
    return schema.get("type", "any")


def _example(api: dict[str, Any], schema: dict[str, Any]) -> str:
    name = type_name(schema)
    examples = api["components"]["schemas"].get(name, {}).get("examples") or [{}]
    return json.dumps(examples[0], ensure_ascii=False, indent=2)


def _response_type(response: dict[str, Any]) -> str:
    schema = response.get("content", {}).get("application/json", {}).get("schema")
    return type_name(schema) if schema else ""
