"""The API's description: problems under every route, examples, and pages that need no other server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any

from fastapi import FastAPI

from callscribe.schemas import Problem
from callscribe.schemas.base import View
from callscribe.schemas.recordings import UploadFields
from serve_app.api import kinds
from serve_app.api.callers import COOKIE
from serve_app.api.keys import Keys
from serve_app.api.kinds import Kind
from serve_app.api.openai_contract.form import SCHEMA as OPENAI_FORM
from serve_app.api.paths import is_guarded
from serve_app.api.problems import MEDIA_TYPE

DESCRIPTION = """
Send a recording of a call or a meeting to `POST /api/v1/transcribe`, follow its task by polling or by server-sent
events, and fetch the result: who said what and when, and the protocol.

Every error is a problem (RFC 9457, `application/problem+json`): `code` is stable and meant for programs, `detail` is
a sentence for people, and `errors` names the fields at fault. Times are ISO 8601 in UTC; seconds are floats from the
recording's start.
"""
SCHEMA_TEMPLATE = "#/components/schemas/{model}"
_AT_THE_DOOR = (kinds.UNAUTHORIZED, kinds.CROSS_SITE, kinds.RATE_LIMIT_EXCEEDED)
_SECURITY = {
    "key": {"type": "http", "scheme": "bearer", "description": "One of the keys of `CALLSCRIBE_API_KEYS`."},
    "session": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "Opened by `POST /api/v1/session`."},
}


def problems(*expected: Kind, guarded: bool = True) -> dict[int | str, dict[str, Any]]:
    """Describe the problems a route may answer with, by status, for its ``responses``."""
    every = (*expected, *(_AT_THE_DOOR if guarded else ()), kinds.INTERNAL_ERROR)
    by_status = groupby(sorted(every, key=attrgetter("status")), key=attrgetter("status"))
    return {status: _response(list(same)) for status, same in by_status}


def describe(app: FastAPI, keys: Keys) -> None:
    """Add to the generated description what no route says by itself: schemas of its own, and how one comes in."""
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        return app.openapi_schema or _completed(generate(), keys)

    # FastAPI's documented way to extend the description is to replace this method.
    app.openapi = openapi  # type: ignore[method-assign]


def _completed(schema: dict[str, Any], keys: Keys) -> dict[str, Any]:
    schemas = schema["components"]["schemas"]
    problem, upload = (model.model_json_schema(ref_template=SCHEMA_TEMPLATE) for model in (Problem, UploadFields))
    schemas.update({**problem.pop("$defs"), **upload["$defs"], **OPENAI_FORM["$defs"], "Problem": problem})
    _give_back_nulls(View, schemas)
    _forget_the_default_422(schema)
    _forget_what_cannot_be_null(schema)
    _say_how_one_comes_in(schema, keys)
    return schema


def _give_back_nulls(view: type[View], schemas: dict[str, Any]) -> None:
    """FastAPI drops nulls wherever they stand, even in the examples of this view and of those that build on it."""
    extra = view.model_config.get("json_schema_extra")
    if view.__name__ in schemas and isinstance(extra, dict) and "examples" in extra:
        schemas[view.__name__]["examples"] = extra["examples"]
    for each in view.__subclasses__():
        _give_back_nulls(each, schemas)


def _forget_the_default_422(schema: dict[str, Any]) -> None:
    """FastAPI describes every route with parameters as answering its own kind of 422, which no route here does."""
    for operations in (*schema["paths"].values(), *schema["webhooks"].values()):
        for operation in operations.values():
            if "application/json" in operation["responses"].get("422", {}).get("content", {}):
                del operation["responses"]["422"]
    for name in ("HTTPValidationError", "ValidationError"):
        schema["components"]["schemas"].pop(name, None)


def _forget_what_cannot_be_null(schema: dict[str, Any]) -> None:
    """Where JSON has null, a query, a header and a form leave the field out: there is no way to write it."""
    for operations in schema["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                parameter["schema"] = _without_null(parameter["schema"])
            form = operation.get("requestBody", {}).get("content", {}).get("multipart/form-data", {}).get("schema", {})
            for name, field in form.get("properties", {}).items():
                form["properties"][name] = _without_null(field)


def _without_null(field: Mapping[str, Any]) -> dict[str, Any]:
    some = [each for each in field.get("anyOf", ()) if each != {"type": "null"}]
    if not some:
        return {**field}
    others = {name: value for name, value in field.items() if name != "anyOf" and (name, value) != ("default", None)}
    return (some[0] if len(some) == 1 else {"anyOf": some}) | others


def _say_how_one_comes_in(schema: dict[str, Any], keys: Keys) -> None:
    schema["components"]["securitySchemes"] = _SECURITY
    ways: list[dict[str, list[str]]] = [{name: []} for name in _SECURITY]
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            if is_guarded(path):
                operation["security"] = ways if keys.required else [*ways, {}]
            if method == "get" and keys.required:
                operation["responses"].pop(str(kinds.CROSS_SITE.status), None)


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
