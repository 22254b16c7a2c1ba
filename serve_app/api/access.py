"""One log line a request, and the last net under every route."""

from __future__ import annotations

import logging
from time import perf_counter

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serve_app.api.refusals import internal_error

_log = logging.getLogger("serve_app.api.access")


class AccessLog:
    """ASGI middleware that logs each request, its caller and its task, and answers 500 for what nobody has caught."""

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


def _context(scope: Scope) -> dict[str, str]:
    state = scope.get("state", {})
    noted = {"task": scope.get("path_params", {}).get("task_id") or state.get("task_id"), "caller": state.get("caller")}
    context = {"method": scope["method"], "path": scope["path"]}
    return context | {name: str(value) for name, value in noted.items() if value}
