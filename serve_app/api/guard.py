"""The door: who has no key is turned away before a byte of the body is read."""

from __future__ import annotations

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from serve_app.api.callers import caller_of
from serve_app.api.keys import Keys
from serve_app.api.noted import note_caller
from serve_app.api.own_names import OwnNames
from serve_app.api.paths import is_guarded, path_of
from serve_app.api.problems import ProblemError
from serve_app.api.refusals import refusal


class Guard:
    """ASGI middleware over everything: what stands behind the door is known by its path, so that none is forgotten."""

    def __init__(self, app: ASGIApp, keys: Keys, own_names: OwnNames) -> None:
        self._app = app
        self._keys = keys
        self._own_names = own_names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http" or not is_guarded(path_of(scope)):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        try:
            note_caller(request, caller_of(request, self._keys, self._own_names))
        except ProblemError as problem:
            await refusal(request, problem)(scope, receive, send)
        else:
            await self._app(scope, receive, send)
