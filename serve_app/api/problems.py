"""Every error as problem details (RFC 9457)."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, cast, get_args

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Match

from callscribe.domain import Task
from callscribe.errors import CallScribeError
from callscribe.schemas import InvalidField, Problem, TaskView
from callscribe.schemas.problems import Location
from serve_app.api import kinds
from serve_app.api.kinds import Kind

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 30
"""After how long to try again what is full or does not answer."""

_PASSING = (kinds.QUEUE_FULL, kinds.UNAVAILABLE, kinds.KONTUR_TALK_UNAVAILABLE)

_log = logging.getLogger(__name__)


class ProblemError(Exception):
    """Ends a request with a problem that is the API's own and not the domain's."""

    def __init__(
        self,
        kind: Kind,
        detail: str,
        *,
        errors: Sequence[InvalidField] = (),
        task: Task | None = None,
        missing: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.errors = tuple(errors)
        self.task = task
        self.missing = missing


def invalid(location: Location, field: str, message: str) -> ProblemError:
    """Say that one field of the request cannot be accepted."""
    field_error = InvalidField(location=location, field=field, message=message)
    return ProblemError(kinds.INVALID_REQUEST, f"{field}: {message}", errors=[field_error])


def problem_response(
    request: Request,
    error: ProblemError,
    *,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Write a problem; kinds that pass with time say when to try again."""
    kind = error.kind
    problem = Problem(
        type=kind.type,
        title=kind.title,
        status=kind.status,
        detail=error.detail,
        instance=request.url.path,
        code=kind.code,
        errors=list(error.errors) or None,
        task=error.task and TaskView.of(error.task),
        missing=error.missing and dict(error.missing),
    )
    return JSONResponse(
        problem.model_dump(mode="json", exclude_none=True),
        status_code=kind.status,
        headers={**retry_headers(kind), **(headers or {})},
        media_type=MEDIA_TYPE,
    )


def retry_headers(kind: Kind) -> dict[str, str]:
    """When to try again, for kinds that pass with time."""
    return {"Retry-After": str(RETRY_SECONDS)} if kind in _PASSING else {}


def problem_of(error: CallScribeError) -> ProblemError:
    """Make an error of the domain a problem, and log it where it is ours or of something that we stand on.

    A fault of the client's or of another system's is told; ours shows nothing of how we are made inside.
    """
    kind = kinds.KINDS.get(error.code, kinds.INTERNAL_ERROR)
    others = kind.status == HTTPStatus.BAD_GATEWAY or kind is kinds.KONTUR_TALK_UNAVAILABLE
    if kind.status < HTTPStatus.INTERNAL_SERVER_ERROR or others:
        return ProblemError(kind, str(error) or kind.title)
    _log.error("%s: %s", kind.code, error, exc_info=error)
    return ProblemError(kind, "Try again later; the reason is in the server's log.")


def internal_error(request: Request) -> JSONResponse:
    """Own up to a fault of ours, without showing how we are made inside."""
    return problem_response(request, ProblemError(kinds.INTERNAL_ERROR, "The fault is in the server's log."))


def install(app: FastAPI) -> None:
    """Answer every error that a route or the framework raises with a problem."""
    app.add_exception_handler(ProblemError, _on_problem)
    app.add_exception_handler(CallScribeError, _on_domain_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(ClientDisconnect, _on_disconnect)


# Starlette types every handler as taking any exception; it calls each with the class it is installed for.
async def _on_problem(request: Request, error: Exception) -> Response:
    return problem_response(request, cast("ProblemError", error))


async def _on_domain_error(request: Request, error: Exception) -> Response:
    return problem_response(request, problem_of(cast("CallScribeError", error)))


async def _on_invalid_request(request: Request, error: Exception) -> Response:
    fields = invalid_fields(cast("RequestValidationError", error).errors())
    detail = "; ".join(f"{field.field}: {field.message}" for field in fields)
    return problem_response(request, ProblemError(kinds.INVALID_REQUEST, detail, errors=fields))


async def _on_http_error(request: Request, error: Exception) -> Response:
    http_error = cast("HTTPException", error)
    if http_error.status_code < 400:  # noqa: PLR2004 - an answer without a body, such as 204
        return Response(status_code=http_error.status_code, headers=http_error.headers)
    kind = kinds.kind_of_status(http_error.status_code)
    headers = {"Allow": _allowed(request)} if kind is kinds.METHOD_NOT_ALLOWED else http_error.headers
    return problem_response(request, ProblemError(kind, f"{request.method} {request.url.path}"), headers=headers)


def _allowed(request: Request) -> str:
    """Every method of the path: where a path has several routes, Starlette tells the first one's only."""
    routes = request.app.routes
    return ", ".join(
        method
        for method in ("DELETE", "GET", "PATCH", "POST", "PUT")
        if any(route.matches({**request.scope, "method": method})[0] is Match.FULL for route in routes)
    )


async def _on_disconnect(request: Request, error: Exception) -> Response:
    """Nobody reads this answer: it is there for the access log."""
    return problem_response(request, ProblemError(kinds.MALFORMED_BODY, "The client went away."))


def invalid_fields(errors: Sequence[Mapping[str, Any]], location: Location | None = None) -> list[InvalidField]:
    """Turn pydantic's errors, whose places begin with the location unless it is given, into fields."""
    fields: dict[str, InvalidField] = {}
    for error in errors:
        place = (location, *error["loc"]) if location else error["loc"]
        name = str(place[1]) if len(place) > 1 else str(place[0])
        where = place[0] if place[0] in get_args(Location) else "form"
        fields.setdefault(name, InvalidField(location=where, field=name, message=error["msg"]))
    return list(fields.values())
