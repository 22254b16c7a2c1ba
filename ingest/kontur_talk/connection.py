"""The requests to Kontur Talk: no faster than allowed, again when that may help, and every refusal an error."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import TypeVar

import httpx
from aiolimiter import AsyncLimiter
from pydantic import BaseModel, TypeAdapter, ValidationError
from tenacity import (
    AsyncRetrying,
    RetryCallState,
    retry_if_exception,
    stop_after_attempt,
    wait_exponential_jitter,
)

from callscribe.kontur_talk_settings import KonturTalkSettings
from ingest.kontur_talk.failures import BadAnswer, TalkUnavailable, refusal, told

T = TypeVar("T")

TOKEN_HEADER = "X-Auth-Token"  # noqa: S105 - the header's name
ATTEMPTS = 4
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 20.0
"""Who is asked to wait longer leaves the call to a later try."""

TIMEOUT = httpx.Timeout(30, connect=10)


class Connection:
    """Sends requests with the space's key. Whoever opens it closes it."""

    def __init__(self, settings: KonturTalkSettings) -> None:
        assert settings.token is not None  # noqa: S101 - nobody opens it without a key; this tells the type checker
        self.url = httpx.URL(settings.url)
        self._key = {TOKEN_HEADER: settings.token.get_secret_value()}
        self._http = httpx.AsyncClient(timeout=TIMEOUT, follow_redirects=False)
        self._limit = AsyncLimiter(1, 1 / settings.requests_per_second)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def get(self, path: str, kind: type[T], params: Mapping[str, str] | None = None) -> T:
        """Ask for JSON of this kind. Raises ``KonturTalkError``, ``TalkUnavailable``."""
        answer = await patiently(lambda: self._answer("GET", path, params=params))
        return read(answer, kind)

    async def send(self, method: str, path: str, body: BaseModel | Mapping[str, str] | None = None) -> httpx.Response:
        """Send once, since a second time could do a thing twice. Raises ``KonturTalkError``, ``TalkUnavailable``."""
        json = body.model_dump(mode="json", by_alias=True) if isinstance(body, BaseModel) else body
        return await self._answer(method, path, json=json)

    async def stream(self, url: httpx.URL, headers: Mapping[str, str]) -> AbstractAsyncContextManager[httpx.Response]:
        """Open an answer to be read piece by piece; a host that is not the space's does not get its key."""
        await self._limit.acquire()
        key = self._key if _same_origin(url, self.url) else {}
        return self._http.stream("GET", url, headers={**headers, **key})

    async def _answer(
        self, method: str, path: str, *, params: Mapping[str, str] | None = None, json: object = None
    ) -> httpx.Response:
        await self._limit.acquire()
        try:
            answer = await self._http.request(method, f"{self.url}{path}", params=params, json=json, headers=self._key)
        except httpx.RequestError as error:
            raise silent(error) from error
        if not answer.is_success:
            raise refusal(answer)
        return answer


def read(answer: httpx.Response, kind: type[T]) -> T:
    """Read an answer's JSON. Raises ``BadAnswer``."""
    try:
        return TypeAdapter(kind).validate_json(answer.content)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()[:3])
        raise BadAnswer(f"Kontur Talk's answer to {answer.request.url.path} cannot be read: {faults}") from error


def silent(error: httpx.RequestError) -> TalkUnavailable:
    """Say where nobody answers, and why."""
    address = told(error.request.url.copy_with(raw_path=b"/"))
    return TalkUnavailable(f"Kontur Talk does not answer at {address}: {str(error) or type(error).__name__}")


async def patiently(work: Callable[[], Awaitable[T]]) -> T:
    """Try again, after pauses, what may pass; raises the last error."""
    attempts = AsyncRetrying(
        retry=retry_if_exception(_worth_waiting), wait=_pause, stop=stop_after_attempt(ATTEMPTS), reraise=True
    )

    async def once() -> T:  # tenacity awaits only what it knows for a coroutine function
        return await work()

    return await attempts(once)


def _worth_waiting(error: BaseException) -> bool:
    return isinstance(error, TalkUnavailable) and (error.retry_after or 0) <= LONGEST_PAUSE_SECONDS


def _pause(state: RetryCallState) -> float:
    """What is asked for, and what grows each time and is not the same for all."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after if isinstance(error, TalkUnavailable) else None
    growing = wait_exponential_jitter(
        multiplier=FIRST_PAUSE_SECONDS, max=LONGEST_PAUSE_SECONDS, jitter=FIRST_PAUSE_SECONDS
    )
    return (asked or 0) + growing(state)


def _same_origin(one: httpx.URL, other: httpx.URL) -> bool:
    return (one.scheme, one.host, one.port) == (other.scheme, other.host, other.port)
