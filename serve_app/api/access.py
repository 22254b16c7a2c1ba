"""One log line a request, and the last net under every route."""

from __future__ import annotations

import logging
from time import perf_counter

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serve_app.api.problems import internal_error

_log = logging.getLogger("serve_app.api.access")


class AccessLog:
    """ASGI middleware that logs each request with its task, and answers 500 for what nobody else has caught."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = perf_counter(), 0

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception:
            _log.exception("%s %s failed", scope["method"], scope["path"], extra=_context(scope))
            if status:
                raise
            await internal_error(Request(scope))(scope, receive, watch)
        finally:
            milliseconds = round(1000 * (perf_counter() - began), 1)
            context = {**_context(scope), "status": status, "milliseconds": milliseconds}
            _log.info("%s %s %s %.1f ms", scope["method"], scope["path"], status, milliseconds, extra=context)


def note_task(request: Request, task_id: object) -> None:
    """Make a task known to the log line of a request whose path does not name it."""
    request.state.task_id = str(task_id)


def _context(scope: Scope) -> dict[str, str]:
    task_id = scope.get("path_params", {}).get("task_id") or scope.get("state", {}).get("task_id")
    context = {"method": scope["method"], "path": scope["path"]}
    return {**context, "task": str(task_id)} if task_id else context
