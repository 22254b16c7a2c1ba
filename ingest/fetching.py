"""Media by reference: fetched over HTTP from hosts that the operator has named, within limits, as a stream."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from fnmatch import fnmatchcase
from http import HTTPStatus
from ssl import SSLContext
from typing import Final

import httpcore
import httpx

from callscribe.addresses import AddressPolicy
from callscribe.blobs import StoredBlob
from callscribe.errors import AddressRefused, LimitExceeded, MediaRefused, MediaUnavailable
from callscribe.kafka_settings import MediaLimits
from ingest.absences import Absences
from ingest.asking import guarded_pool, header_of, named, target_of

MOST_REDIRECTS: Final = 5
TIMEOUTS: Final = {"connect": 10.0, "read": 60.0, "write": 10.0, "pool": 10.0}
"""Seconds that may pass without anything coming or going."""

ABSENCE_MEMORY_SECONDS: Final = 300.0
"""A host that was not asked for longer may have been back meanwhile, and have answered other members."""

REDIRECTS: Final = frozenset(
    {
        HTTPStatus.MOVED_PERMANENTLY,
        HTTPStatus.FOUND,
        HTTPStatus.SEE_OTHER,
        HTTPStatus.TEMPORARY_REDIRECT,
        HTTPStatus.PERMANENT_REDIRECT,
    }
)
PASSING: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})
"""Refusals that may pass; those of the server itself, from 500 on, may too."""

USUAL_PORTS: Final = {"http": 80, "https": 443}
"""Those that a URL need not tell; a host that is named without a port may be asked by these alone."""

Save = Callable[[AsyncIterator[bytes]], Awaitable[StoredBlob]]


class Fetcher:
    """Fetches over HTTP and HTTPS, without proxies and without credentials.

    A connection is made to an admitted address only, at every redirect anew.
    """

    def __init__(self, limits: MediaLimits, *, ssl_context: SSLContext | None = None) -> None:
        self._limits = limits
        self._policy = AddressPolicy(limits.networks)
        self._absences = Absences(ABSENCE_MEMORY_SECONDS)
        self._ssl_context = ssl_context

    async def fetch(self, url: str, save: Save) -> StoredBlob:
        """Hand what stands at ``url`` to ``save``, piece by piece.

        Raises ``MediaRefused`` or ``LimitExceeded``, which no other try can mend, and ``MediaUnavailable``.
        """
        checked = self._checked(url)
        with self._absences.noted(checked.netloc.decode()):
            return await self._fetch(checked, save)

    async def _fetch(self, url: httpx.URL, save: Save) -> StoredBlob:
        pool = guarded_pool(self._policy, self._ssl_context)
        try:
            async with asyncio.timeout(self._limits.seconds), pool:
                return await self._follow(pool, url, save)
        except AddressRefused as error:
            raise MediaRefused(str(error)) from error
        except TimeoutError as error:
            raise MediaUnavailable(f"The media did not come within {self._limits.seconds:g} s.") from error
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
            raise MediaUnavailable(f"The media did not come: {error or type(error).__name__}.") from error

    async def _follow(self, pool: httpcore.AsyncConnectionPool, url: httpx.URL, save: Save) -> StoredBlob:
        for _ in range(MOST_REDIRECTS + 1):
            async with pool.stream(
                "GET",
                target_of(url),
                headers=[*named(url), (b"Accept", b"*/*"), (b"Accept-Encoding", b"identity")],
                extensions={"timeout": TIMEOUTS},
            ) as answer:
                if answer.status not in REDIRECTS:
                    _judge(answer.status)
                    return await self._save(answer, save)
                url = self._redirected(url, answer)
        raise MediaRefused(f"The media's host redirects more than {MOST_REDIRECTS} times.")

    async def _save(self, answer: httpcore.Response, save: Save) -> StoredBlob:
        length = header_of(answer, b"content-length")
        if length is None and header_of(answer, b"transfer-encoding") is None:
            raise MediaRefused(
                "The media's host tells neither its length nor its end: what breaks off would look whole."
            )
        if length is not None and length.isdecimal() and int(length) > self._limits.max_bytes:
            raise self._too_large()
        async with aclosing(self._bounded(answer)) as pieces:
            return await save(pieces)

    async def _bounded(self, answer: httpcore.Response) -> AsyncGenerator[bytes, None]:
        size = 0
        async for piece in answer.aiter_stream():
            size += len(piece)
            if size > self._limits.max_bytes:
                raise self._too_large()
            yield piece

    def _too_large(self) -> LimitExceeded:
        return LimitExceeded(f"The media is larger than {self._limits.max_bytes} bytes.")

    def _redirected(self, url: httpx.URL, answer: httpcore.Response) -> httpx.URL:
        location = header_of(answer, b"location")
        if location is None:
            raise MediaRefused(f"The media's host answers {answer.status} and does not say where to.")
        redirected = self._checked(location, after=url)
        if url.scheme == "https" and redirected.scheme != "https":
            raise MediaRefused("The media's host redirects from https to http.")
        return redirected

    def _checked(self, text: str, *, after: httpx.URL | None = None) -> httpx.URL:
        """Let pass what may be asked for."""
        try:
            url = httpx.URL(text) if after is None else after.join(text)
        except (httpx.InvalidURL, ValueError) as error:
            raise MediaRefused(f"The media's URL is none: {error}.") from error
        if url.scheme not in USUAL_PORTS or not url.raw_host:
            raise MediaRefused("The media's URL should begin with http:// or https:// and name a host.")
        if url.userinfo:
            raise MediaRefused("The media's URL holds credentials, which are not sent.")
        if not any(_is_named(url, name) for name in self._limits.hosts):
            raise MediaRefused(f"{url.netloc.decode()} is not among the hosts that media may be fetched from.")
        return url


def _is_named(url: httpx.URL, name: str) -> bool:
    """Whether the host is the one that is named, or below it where the name begins with ``*.``; and so is the port."""
    authority = url.netloc.decode()
    spellings = [authority, f"{authority}:{USUAL_PORTS[url.scheme]}"] if url.port is None else [authority]
    return any(fnmatchcase(each, name) if name.startswith("*.") else each == name for each in spellings)


def _judge(status: int) -> None:
    if status in PASSING or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise MediaUnavailable(f"The media's host answers {status}.")
    if status != HTTPStatus.OK:
        raise MediaRefused(f"The media's host answers {status}.")
