"""A receiver of webhooks: it keeps what it gets, and misbehaves in every way that it is told to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.ingest.media_host import Answer, MediaHost

SECRET = "whsec_QSBzZWNyZXQgdGhhdCBvbmx5IHRlc3RzIGtub3c="
WELL = Answer(status=204)
BROKEN = Answer(status=500)


@dataclass(frozen=True, slots=True)
class Received:
    """One request."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def message(self) -> Any:
        return json.loads(self.body)


@dataclass
class Receiver(MediaHost):
    """Gives the answers that it has been told, one after the other, then that of the path, else a good one.

    Where it is told none it hangs up.
    """

    told: list[Answer | None] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def wait_for(self, count: int) -> list[Received]:
        """What has been received, once it is so much."""
        async with asyncio.timeout(30), self.news:
            await self.news.wait_for(lambda: len(self.received) >= count)
        return self.received

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.answering.add(asyncio.current_task())
        try:
            received = await _read(reader)
            async with self.news:
                self.received.append(received)
                self.news.notify_all()
            answer = self.told.pop(0) if self.told else self.answers.get(received.path, WELL)
            if answer is not None:
                await self._write(answer, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


async def _read(reader: asyncio.StreamReader) -> Received:
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").strip().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return Received(first.split(" ")[1], headers, await reader.readexactly(int(headers["content-length"])))
