"""How often one may call, counted by each replica for itself."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from limits import RateLimitItem, parse, parse_many
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from callscribe.settings import Settings
from serve_app.api import kinds
from serve_app.api.callers import address_of
from serve_app.api.noted import caller_noted
from serve_app.api.paths import SESSION, UPLOADS, is_guarded, path_of
from serve_app.api.problems import ProblemError
from serve_app.api.refusals import refusal

LOGINS: Final = (parse("10/minute"),)
"""How often one address may try to open a session."""


@dataclass(frozen=True, slots=True)
class Count:
    """Calls that are counted together: those of one kind, by one caller."""

    what: str
    whose: str
    limits: Sequence[RateLimitItem]


class RateLimits:
    """ASGI middleware that turns away, before a byte of the body is read, who calls too often.

    It stands behind the guard, which says whose key it is; who has none is known by the address.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._calls = _limits(settings.rate_limit)
        self._uploads = _limits(settings.upload_rate_limit)
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] == "http":
            request = Request(scope)
            for count in self._counts(request):
                if (seconds := await self._seconds_to_wait(count)) is not None:
                    await refusal(request, _too_many(count, seconds))(scope, receive, send)
                    return
        await self._app(scope, receive, send)

    def _counts(self, request: Request) -> Iterator[Count]:
        path, posts = path_of(request.scope), request.method == "POST"
        if path == SESSION and posts:
            yield Count("tries to open a session", address_of(request), LOGINS)
        if is_guarded(path):
            whose = caller_noted(request) or address_of(request)
            yield Count("calls", whose, self._calls)
            if path in UPLOADS and posts:
                yield Count("uploads", whose, self._uploads)

    async def _seconds_to_wait(self, count: Count) -> int | None:
        """Count a call; where it is one too many, after how many seconds it would not be."""
        for limit in count.limits:
            if not await self._limiter.hit(limit, count.what, count.whose):
                window = await self._limiter.get_window_stats(limit, count.what, count.whose)
                return max(1, math.ceil(window.reset_time - time.time()))
        return None


def _limits(setting: str | None) -> Sequence[RateLimitItem]:
    return parse_many(setting) if setting else ()


def _too_many(count: Count, seconds: int) -> ProblemError:
    allowed = " and ".join(f"{limit.amount} in {limit.get_expiry()} s" for limit in count.limits)
    detail = f"Too many {count.what}: {allowed} are taken. Try again in {seconds} s."
    return ProblemError(kinds.RATE_LIMIT_EXCEEDED, detail, headers={"Retry-After": str(seconds)})
