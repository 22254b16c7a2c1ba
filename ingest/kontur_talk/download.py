"""A recording's file, streamed to disk: goes on where a broken connection has left it, if the server can do that."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx

from callscribe.errors import LimitExceeded
from ingest.kontur_talk.connection import Connection, patiently, silent
from ingest.kontur_talk.failures import BadAnswer, NotThere, TalkUnavailable, refusal
from ingest.kontur_talk.ranges import Content

MOST_REDIRECTS = 5
NO_FILE_YET = frozenset({httpx.codes.ACCEPTED, httpx.codes.NO_CONTENT})


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
        self._content = Content()
        self._end: int | None = None
        """Where an answer ended that did not say whether that was all."""
        self.size = 0
        self.whole = False

    async def fetch_more(self) -> None:
        """Ask for the rest; a server that knows no ranges sends all anew."""
        headers = {"Accept-Encoding": "identity"}
        if self.size:
            headers |= self._content.rest_from(self.size)
        try:
            await self._follow(self._url, headers)
        except httpx.RequestError as error:
            raise silent(error) from error

    async def _follow(self, url: httpx.URL, headers: dict[str, str]) -> None:
        for _ in range(MOST_REDIRECTS):
            async with await self._connection.stream(url, headers) as answer:
                if answer.has_redirect_location:
                    url = _target(answer)
                    continue
                await self._take(answer)
                return
        raise BadAnswer("Kontur Talk sends from one address to another without end.")

    async def _take(self, answer: httpx.Response) -> None:
        content = Content.of(answer)
        if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            self._end_here(content)
            return
        if not answer.is_success:
            raise refusal(answer)
        if answer.status_code in NO_FILE_YET:
            raise NotThere("The recording's file is not there yet.")
        self._begin(answer, content)
        if (self._content.total or 0) > self._max_bytes:
            raise self._too_large()
        await self._write(answer)
        if not self.size:
            raise NotThere("The recording's file is empty yet.")
        self._check_end(told=answer.status_code == httpx.codes.OK and "Transfer-Encoding" in answer.headers)

    def _begin(self, answer: httpx.Response, content: Content) -> None:
        """Find where this answer's bytes belong: after those that are here, or in their place."""
        if answer.status_code != httpx.codes.PARTIAL_CONTENT:
            self.size, self._content = 0, content
        elif content.begin != self.size:
            raise BadAnswer("Kontur Talk sends another part of the file than the one that was asked for.")
        elif self.size and not content.continues(self._content):
            raise self._changed()
        else:
            self._content = content.joined(self._content)

    def _check_end(self, *, told: bool) -> None:
        """An answer without a length that breaks off looks whole: it is believed when another ends at the same byte."""
        if self._content.total is not None:
            if self.size > self._content.total:
                raise self._changed()
            self.whole = self.size == self._content.total
        else:
            self.whole = told or self.size == self._end
        if not self.whole:
            self._end = self.size
            raise TalkUnavailable("The connection broke while the file was fetched.")

    def _end_here(self, content: Content) -> None:
        """There is nothing after what is here: that was all, or the file is another by now."""
        self.whole = self.size == (self._end if content.total is None else content.total)
        if not self.whole:
            raise self._changed()

    def _changed(self) -> TalkUnavailable:
        self.size, self._content, self._end = 0, Content(), None
        return TalkUnavailable("The file has changed while it was fetched.")

    async def _write(self, answer: httpx.Response) -> None:
        with self._path.open("r+b" if self.size else "wb") as file:
            file.seek(self.size)
            file.truncate()
            async for piece in answer.aiter_raw():  # what was sent packed although nobody asked is left packed
                await asyncio.to_thread(file.write, piece)
                self.size += len(piece)
                if self.size > self._max_bytes:
                    raise self._too_large()

    def _too_large(self) -> LimitExceeded:
        return LimitExceeded(f"The recording's file has more than {self._max_bytes} bytes.")


def _target(answer: httpx.Response) -> httpx.URL:
    try:
        return answer.url.join(answer.headers["Location"])
    except httpx.InvalidURL as error:
        raise BadAnswer("Kontur Talk sends on to an address that is none.") from error
