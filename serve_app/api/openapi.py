"""The API's description: problems under every route, examples, and pages that need no other server."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from fastapi import FastAPI

from callscribe.schemas import Problem
from callscribe.schemas.recordings import RecordingFields
from serve_app.api import kinds
from serve_app.api.kinds import Kind
from serve_app.api.openai_contract.form import SCHEMA as OPENAI_FORM
from serve_app.api.problems import MEDIA_TYPE

DESCRIPTION = """
Send a recording of a call or a meeting to `POST /api/v1/transcribe`, follow its task by polling or by server-sent
events, and fetch the result: who said what and when, and the protocol.

Every error is a problem (RFC 9457, `application/problem+json`): `code` is stable and meant for programs, `detail` is
a sentence for people, and `errors` names the fields at fault. Times are ISO 8601 in UTC; seconds are floats from the
recording's start.
"""
SCHEMA_TEMPLATE = "#/components/schemas/{model}"
_ALWAYS = (kinds.INTERNAL_ERROR,)


def problems(*expected: Kind) -> dict[int | str, dict[str, Any]]:
    """Describe the problems a route may answer with, by status, for its ``responses``."""
    by_status = groupby(sorted((*expected, *_ALWAYS), key=attrgetter("status")), key=attrgetter("status"))
    return {status: _response(list(same)) for status, same in by_status}


def describe(app: FastAPI) -> None:
    """Add to the generated description the schemas that no route has as its type."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        return app.openapi_schema or _completed(generate())

    # FastAPI's documented way to extend the description is to replace this method.
    app.openapi = openapi  # type: ignore[method-assign]


def _completed(schema: dict[str, Any]) -> dict[str, Any]:
    schemas = schema["components"]["schemas"]
    problem, upload = (model.model_json_schema(ref_template=SCHEMA_TEMPLATE) for model in (Problem, RecordingFields))
    schemas.update({**problem.pop("$defs"), **upload["$defs"], **OPENAI_FORM["$defs"], "Problem": problem})
    _forget_the_default_422(schema)
    return schema


def _forget_the_default_422(schema: dict[str, Any]) -> None:
    """FastAPI describes every route with parameters as answering its own kind of 422, which no route here does."""
    for operations in schema["paths"].values():
        for operation in operations.values():
            if "application/json" in operation["responses"].get("422", {}).get("content", {}):
                del operation["responses"]["422"]
    for name in ("HTTPValidationError", "ValidationError"):
        schema["components"]["schemas"].pop(name, None)


def _response(same_status: Sequence[Kind]) -> dict[str, Any]:
    return {
        "description": "; ".join(f"`{kind.code}`: {kind.title}" for kind in same_status),
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": SCHEMA_TEMPLATE.format(model="Problem")},
                "examples": {kind.code: {"value": _example(kind)} for kind in same_status},
            }
        },
    }


def _example(kind: Kind) -> dict[str, Any]:
    return {
        "type": kind.type,
        "title": kind.title,
        "status": kind.status,
        "detail": f"{kind.title}.",
        "instance": "/api/v1/…",
        "code": kind.code,
    }
