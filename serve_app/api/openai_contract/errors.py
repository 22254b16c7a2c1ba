"""Errors in OpenAI's shape, whatever the rest of the API calls them."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from itertools import groupby
from typing import Any

from pydantic import BaseModel
from starlette.responses import JSONResponse

from serve_app.api import kinds
from serve_app.api.kinds import Kind
from serve_app.api.problems import ProblemError

_ALWAYS = (kinds.UNAUTHORIZED, kinds.CROSS_SITE, kinds.RATE_LIMIT_EXCEEDED, kinds.INTERNAL_ERROR)


class ErrorDetail(BaseModel):
    """What went wrong."""

    message: str
    type: str
    param: str | None
    code: str | None


class ErrorBody(BaseModel):
    """An error as OpenAI's clients read it."""

    error: ErrorDetail


def described(*expected: Kind) -> dict[int | str, dict[str, Any]]:
    """Describe what a route may answer with, for its ``responses``."""
    by_status = groupby(sorted((*expected, *_ALWAYS), key=_status), key=_status)
    return {status: _answer(list(same)) for status, same in by_status}


def _answer(kinds_of_status: Sequence[Kind]) -> dict[str, Any]:
    return {"model": ErrorBody, "description": "; ".join(kind.title for kind in kinds_of_status)}


def error_body(problem: ProblemError) -> dict[str, Any]:
    """The problem as an answer's, or an event's, body."""
    ours = problem.kind.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    detail = ErrorDetail(
        message=problem.detail,
        type="server_error" if ours else "invalid_request_error",
        param=problem.errors[0].field if problem.errors else None,
        code=problem.kind.code,
    )
    return ErrorBody(error=detail).model_dump()


def error_response(problem: ProblemError) -> JSONResponse:
    """Answer with the problem."""
    return JSONResponse(error_body(problem), status_code=_status(problem.kind), headers=problem.headers)


def _status(kind: Kind) -> int:
    """OpenAI knows no 422."""
    return HTTPStatus.BAD_REQUEST if kind.status == HTTPStatus.UNPROCESSABLE_ENTITY else kind.status
