"""How long a body may be."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from serve_app.api import kinds
from serve_app.api.intake import length_of
from serve_app.api.paths import UPLOADS, path_of
from serve_app.api.problems import ProblemError
from serve_app.api.refusals import refusal

MOST_BODY_BYTES: Final = 1024 * 1024
"""What a body may have that is no recording."""


class BodyLimit:
    """ASGI middleware that refuses a body which says itself that it is too long; recordings are none of its business.

    FastAPI counts those that do not say (``max_body_size``), and would answer those that do in plain text.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] == "http" and _is_too_long(request := Request(scope)):
            detail = f"A body that is no recording may have at most {MOST_BODY_BYTES} bytes."
            await refusal(request, ProblemError(kinds.TOO_LARGE, detail))(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _is_too_long(request: Request) -> bool:
    return path_of(request.scope) not in UPLOADS and length_of(request) > MOST_BODY_BYTES
