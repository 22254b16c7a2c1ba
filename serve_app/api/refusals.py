"""Every error, told in the shape of the contract that the path belongs to: problem details, or OpenAI's."""

from __future__ import annotations

from typing import cast

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Match

from callscribe.errors import CallScribeError
from serve_app.api import kinds
from serve_app.api.openai_contract.errors import error_response
from serve_app.api.paths import is_openai, path_of
from serve_app.api.problems import ProblemError, invalid_fields, problem_of, problem_response


def refusal(request: Request, problem: ProblemError) -> Response:
    """Answer with a problem."""
    return error_response(problem) if is_openai(path_of(request.scope)) else problem_response(request, problem)


def internal_error(request: Request) -> Response:
    """Own up to a fault of ours, without showing how we are made inside."""
    return refusal(request, ProblemError(kinds.INTERNAL_ERROR, "The fault is in the server's log."))


def install(app: FastAPI) -> None:
    """Answer every error that a route or the framework raises."""
    app.add_exception_handler(ProblemError, _on_problem)
    app.add_exception_handler(CallScribeError, _on_domain_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(ClientDisconnect, _on_disconnect)


# Starlette types every handler as taking any exception; it calls each with the class it is installed for.
async def _on_problem(request: Request, error: Exception) -> Response:
    return refusal(request, cast("ProblemError", error))


async def _on_domain_error(request: Request, error: Exception) -> Response:
    return refusal(request, problem_of(cast("CallScribeError", error)))


async def _on_invalid_request(request: Request, error: Exception) -> Response:
    fields = invalid_fields(cast("RequestValidationError", error).errors())
    detail = "; ".join(f"{field.field}: {field.message}" for field in fields)
    return refusal(request, ProblemError(kinds.INVALID_REQUEST, detail, errors=fields))


async def _on_http_error(request: Request, error: Exception) -> Response:
    http_error = cast("HTTPException", error)
    if http_error.status_code < 400:  # noqa: PLR2004 - an answer without a body, such as 204
        return Response(status_code=http_error.status_code, headers=http_error.headers)
    kind = kinds.kind_of_status(http_error.status_code)
    headers = {"Allow": _allowed(request)} if kind is kinds.METHOD_NOT_ALLOWED else http_error.headers
    return refusal(request, ProblemError(kind, f"{request.method} {request.url.path}", headers=headers))


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
    return refusal(request, ProblemError(kinds.MALFORMED_BODY, "The client went away."))
