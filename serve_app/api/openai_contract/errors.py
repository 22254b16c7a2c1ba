"""Errors in OpenAI's shape, whatever the rest of the API calls them."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from http import HTTPStatus
from itertools import groupby
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from callscribe.errors import CallScribeError
from serve_app.api import kinds
from serve_app.api.kinds import Kind
from serve_app.api.problems import ProblemError, problem_of, retry_headers

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class OpenAIRoute(APIRoute):
    """A route whose errors are OpenAI's."""

    def get_route_handler(self) -> Handler:
        """Wrap the handler."""
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except ProblemError as error:
                return _response(error)
            except CallScribeError as error:
                return _response(problem_of(error))
            except RequestValidationError as error:
                return _response(ProblemError(kinds.INVALID_REQUEST, str(error)))

        return handled


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
    by_status = groupby(sorted(expected, key=_status), key=_status)
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


def _response(problem: ProblemError) -> JSONResponse:
    return JSONResponse(error_body(problem), status_code=_status(problem.kind), headers=retry_headers(problem.kind))


def _status(kind: Kind) -> int:
    """OpenAI knows no 422."""
    return HTTPStatus.BAD_REQUEST if kind.status == HTTPStatus.UNPROCESSABLE_ENTITY else kind.status
