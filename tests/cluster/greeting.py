"""An application for the tests of what surrounds it: it greets, and takes its time to."""

from __future__ import annotations

import asyncio

from ray import serve
from starlette.requests import Request

from serve_app.binding import bound

CALL_SECONDS = 3.0


@serve.deployment
class Greeting:
    """Answers at once, or at ``/slowly`` after a while."""

    async def __call__(self, request: Request) -> str:
        if request.url.path.endswith("slowly"):
            await asyncio.sleep(CALL_SECONDS)
        return "hello"


app = bound(Greeting)
