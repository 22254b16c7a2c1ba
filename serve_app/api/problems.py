"""Errors as problem details (RFC 9457)."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, get_args

from starlette.requests import Request
from starlette.responses import JSONResponse

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
    """Ends a request with a problem that is the API's own and not the domain's.

    Kinds that pass with time say when to try again, in ``headers``.
    """

    def __init__(
        self,
        kind: Kind,
        detail: str,
        *,
        errors: Sequence[InvalidField] = (),
        task: Task | None = None,
        missing: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.errors = tuple(errors)
        self.task = task
        self.missing = missing
        self.headers = {**_retry_headers(kind), **(headers or {})}


def invalid(location: Location, field: str, message: str) -> ProblemError:
    """Say that one field of the request cannot be accepted."""
    field_error = InvalidField(location=location, field=field, message=message)
    return ProblemError(kinds.INVALID_REQUEST, f"{field}: {message}", errors=[field_error])


def problem_response(request: Request, error: ProblemError) -> JSONResponse:
    """Write a problem."""
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
        {name: value for name, value in problem.model_dump(mode="json").items() if value is not None},
        status_code=kind.status,
        headers=error.headers,
        media_type=MEDIA_TYPE,
    )


def _retry_headers(kind: Kind) -> dict[str, str]:
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


def invalid_fields(errors: Sequence[Mapping[str, Any]], location: Location | None = None) -> list[InvalidField]:
    """Turn pydantic's errors, whose places begin with the location unless it is given, into fields."""
    fields: dict[str, InvalidField] = {}
    for error in errors:
        place = (location, *error["loc"]) if location else error["loc"]
        name = str(place[1]) if len(place) > 1 else str(place[0])
        where = place[0] if place[0] in get_args(Location) else "form"
        fields.setdefault(name, InvalidField(location=where, field=name, message=error["msg"]))
    return list(fields.values())
