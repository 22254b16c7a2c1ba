"""A host that gives out media over HTTP, and misbehaves in every way that it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ssl import SSLContext
from typing import TypeVar


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered; ``cut`` is how much of the body comes before the connection ends, ``endless`` never ends it,
    ``untold`` does not tell its length."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int | None = None
    endless: bool = False
    silent: bool = False
    untold: bool = False


@dataclass
class MediaHost:
    """Answers by path, and remembers what it was asked."""

    port: int = 0
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    answering: set[asyncio.Task[None] | None] = field(default_factory=set)

    def url(self, path: str, *, host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.answering.add(asyncio.current_task())
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            path = head[0].split(" ")[1]
            host = next(line.split(" ", 1)[1] for line in head if line.lower().startswith("host:"))
            self.asked.append((path, host))
            await self._write(self.answers.get(path, Answer(status=404)), writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _write(self, answer: Answer, writer: asyncio.StreamWriter) -> None:
        if answer.silent:
            await asyncio.Event().wait()
        headers = dict(answer.headers)
        if answer.endless:
            headers |= {"Transfer-Encoding": "chunked"}
        elif not answer.untold:
            headers = {"Content-Length": str(len(answer.body))} | headers
        lines = [f"HTTP/1.1 {answer.status} X", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        writer.write("\r\n".join(lines).encode("latin-1"))
        while answer.endless:
            writer.write(b"10000\r\n" + bytes(0x10000) + b"\r\n")
            await writer.drain()
        writer.write(answer.body[: answer.cut])
        await writer.drain()


Host = TypeVar("Host", bound=MediaHost)


@asynccontextmanager
async def media_host(*, ssl: SSLContext | None = None) -> AsyncIterator[MediaHost]:
    async with serving(MediaHost(), ssl=ssl) as host:
        yield host


@asynccontextmanager
async def serving(host: Host, *, ssl: SSLContext | None = None) -> AsyncIterator[Host]:
    server = await asyncio.start_server(host.answer, "127.0.0.1", 0, ssl=ssl)
    host.port = server.sockets[0].getsockname()[1]
    try:
        yield host
    finally:
        server.close()
        left = [task for task in host.answering if task is not None]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
