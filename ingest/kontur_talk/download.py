"""A recording's file, streamed to disk: goes on where a broken connection has left it, if the server can do that."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import httpx

from callscribe.errors import LimitExceeded
from ingest.kontur_talk.connection import Connection, patiently, silent
from ingest.kontur_talk.failures import BadAnswer, NotThere, TalkUnavailable, refusal

MOST_REDIRECTS = 5
NO_FILE_YET = frozenset({httpx.codes.ACCEPTED, httpx.codes.NO_CONTENT})
_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


async def download(connection: Connection, url: httpx.URL, path: Path, *, max_bytes: int) -> None:
    """Write the file. Raises ``KonturTalkError``, ``LimitExceeded``, ``TalkUnavailable`` (no progress any more)."""
    part = _Part(connection, url, path, max_bytes)

    async def to_the_end() -> None:
        furthest = part.size
        while not part.whole:
            try:
                await part.fetch_more()
            except TalkUnavailable:
                if part.size <= furthest:
                    raise
                furthest = part.size

    await patiently(to_the_end)


class _Part:
    """What has come of a file so far."""

    def __init__(self, connection: Connection, url: httpx.URL, path: Path, max_bytes: int) -> None:
        self._connection = connection
        self._url = url
        self._path = path
        self._max_bytes = max_bytes
        self._etag: str | None = None
        self.size = 0
        self.whole = False

    async def fetch_more(self) -> None:
        """Ask for the rest; a server that knows no ranges sends all anew."""
        headers = {"Accept-Encoding": "identity"}
        if self.size:
            headers["Range"] = f"bytes={self.size}-"
            if self._etag and not self._etag.startswith("W/"):
                headers["If-Range"] = self._etag
        try:
            await self._follow(self._url, headers)
        except httpx.RequestError as error:
            raise silent(error) from error

    async def _follow(self, url: httpx.URL, headers: dict[str, str]) -> None:
        for _ in range(MOST_REDIRECTS):
            async with await self._connection.stream(url, headers) as answer:
                if answer.has_redirect_location:
                    url = answer.url.join(answer.headers["Location"])
                    continue
                await self._take(answer)
                return
        raise BadAnswer("Kontur Talk sends from one address to another without end.")

    async def _take(self, answer: httpx.Response) -> None:
        if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            self.size = 0  # the file is another by now
            raise TalkUnavailable("The file has changed while it was fetched.")
        if not answer.is_success:
            raise refusal(answer)
        if answer.status_code in NO_FILE_YET:
            raise NotThere("The recording's file is not there yet.")
        expected = self._begin(answer)
        if expected is not None and expected > self._max_bytes:
            raise self._too_large()
        with self._path.open("r+b" if self.size else "wb") as file:
            file.seek(self.size)
            file.truncate()
            async for piece in answer.aiter_bytes():
                await asyncio.to_thread(file.write, piece)
                self.size += len(piece)
                if self.size > self._max_bytes:
                    raise self._too_large()
        if expected is not None and self.size != expected:
            raise TalkUnavailable("The connection broke while the file was fetched.")
        if not self.size:
            raise NotThere("The recording's file is empty yet.")
        self.whole = True

    def _begin(self, answer: httpx.Response) -> int | None:
        """Find where this answer's bytes belong; return the whole file's size, if it tells."""
        self._etag = answer.headers.get("ETag")
        given = _RANGE.fullmatch(answer.headers.get("Content-Range", ""))
        if answer.status_code == httpx.codes.PARTIAL_CONTENT and given and int(given[1]) == self.size:
            return int(given[2]) if given[2].isdecimal() else None
        if answer.status_code == httpx.codes.PARTIAL_CONTENT:
            raise BadAnswer("Kontur Talk sends another part of the file than the one that was asked for.")
        self.size = 0
        length = answer.headers.get("Content-Length", "")
        return int(length) if length.isdecimal() else None

    def _too_large(self) -> LimitExceeded:
        return LimitExceeded(f"The recording's file has more than {self._max_bytes} bytes.")
