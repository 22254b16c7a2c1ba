"""What there is under the pages' address: Gradio alone would take files and calls there, from anybody."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

_FOLDERS: Final = ("/assets/", "/static/", "/modules/")
_FILES: Final = frozenset({"/theme.css", "/favicon.ico", "/wording.json", "/plotly/plotly.min.js"})


class PagesOnly:
    """ASGI middleware that lets nothing be reached but the pages, to be read, and the files that they load."""

    def __init__(self, app: ASGIApp, pages: Collection[str]) -> None:
        self._app = app
        self._known = _FILES | {f"/{page}" for page in pages}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        answer = self._answer(scope) if scope["type"] == "http" else None
        await (answer or self._app)(scope, receive, send)

    def _answer(self, scope: Scope) -> Response | None:
        """What is answered here, and not by the pages: where the first one is, or that there is nothing."""
        root: str = scope.get("root_path", "")
        path: str = scope["path"].removeprefix(root)
        is_read = scope["method"] in {"GET", "HEAD"}
        if is_read and not path:
            return RedirectResponse(f"{root}/")
        if is_read and (path in self._known or path.startswith(_FOLDERS)):
            return None
        return PlainTextResponse("Not Found", status_code=404)
