"""One log line a request, and the last net under every route."""

from __future__ import annotations

import logging
import re
from time import perf_counter
from typing import Final
from uuid import uuid4

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from callscribe.logs import about
from serve_app.api.refusals import internal_error

_log = logging.getLogger("serve_app.api.access")
_ID: Final = re.compile(r"[\x21-\x7e]{1,128}")
"""What is taken as a request's id: Serve's proxy gives each one that comes without."""


class AccessLog:
    """ASGI middleware that logs each request, its caller and its task, and answers 500 for what nobody has caught."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        with about(request_id=_request_id(scope)):
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        began, status = perf_counter(), 0

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception:
            with about(task_id=_task_of(scope)):
                _log.exception("%s %s failed", scope["method"], scope["path"], extra=_context(scope))
            if status:
                raise
            await internal_error(Request(scope))(scope, receive, watch)
        finally:
            milliseconds = round(1000 * (perf_counter() - began), 1)
            context = {**_context(scope), "status": status, "milliseconds": milliseconds}
            with about(task_id=_task_of(scope)):
                _log.info("%s %s %s %.1f ms", scope["method"], scope["path"], status, milliseconds, extra=context)


def _context(scope: Scope) -> dict[str, str]:
    caller = scope.get("state", {}).get("caller")
    context = {"method": scope["method"], "path": scope["path"]}
    return context | ({"caller": str(caller)} if caller else {})


def _task_of(scope: Scope) -> str | None:
    """Whose task the path names, or what came in has become."""
    named = scope.get("path_params", {}).get("task_id") or scope.get("state", {}).get("task_id")
    return str(named) if named else None


def _request_id(scope: Scope) -> str:
    """The id that the client has sent or Serve has given, which the answer bears as ``X-Request-ID``."""
    sent = Headers(scope=scope).get("x-request-id", "")
    return sent if _ID.fullmatch(sent) else str(uuid4())
