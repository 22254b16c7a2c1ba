"""Files that come in pieces, from a host that sends, byte for byte, what the test says."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from callscribe.kontur_talk_settings import KonturTalkSettings
from callscribe.ports import free_port
from ingest.kontur_talk import connection
from ingest.kontur_talk.client import KonturTalk
from ingest.kontur_talk.failures import BadAnswer, NotThere, TalkUnavailable

OLD, NEW = b"old" * 1000, b"new" * 1000
HALF = len(OLD) // 2
MONDAY, TUESDAY = "Mon, 02 Mar 2026 09:00:00 GMT", "Tue, 03 Mar 2026 09:00:00 GMT"


Headers = dict[str, str]


def whole(body: bytes, headers: Headers | None = None, *, length: int | None = len(OLD)) -> bytes:
    """A 200; ``length`` is what it says of its length, ``None`` where it says nothing and ends with the connection."""
    told = {} if length is None else {"Content-Length": str(length)}
    return _answer("200 OK", told | (headers or {}), body)


def rest(body: bytes, headers: Headers | None = None, *, begin: int = HALF, total: int | str = len(OLD)) -> bytes:
    """A 206 that brings everything from ``begin`` on."""
    told = {"Content-Range": f"bytes {begin}-{begin + len(body) - 1}/{total}", "Content-Length": str(len(body))}
    return _answer("206 Partial Content", told | (headers or {}), body)


def no_more(total: int | None = None) -> bytes:
    told = {} if total is None else {"Content-Range": f"bytes */{total}"}
    return _answer("416 Range Not Satisfiable", {"Content-Length": "0"} | told, b"")


def _moved(location: str) -> bytes:
    return _answer("302 Found", {"Location": location, "Content-Length": "0"}, b"")


def _answer(status: str, headers: Headers, body: bytes) -> bytes:
    lines = [f"HTTP/1.1 {status}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


class Host:
    """Answers with what it was given, in order, and closes each connection after it; the last one again and again."""

    def __init__(self, answers: tuple[bytes, ...]) -> None:
        self._answers = list(answers)
        self.asked: list[dict[str, str]] = []

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()[1:-1]
        self.asked.append({name.lower(): value for name, _, value in (line.partition(": ") for line in lines)})
        writer.write(self._answers.pop(0) if len(self._answers) > 1 else self._answers[0])
        await writer.drain()
        writer.close()


@asynccontextmanager
async def fetching(*answers: bytes) -> AsyncIterator[tuple[Host, KonturTalk]]:
    host = Host(answers)
    async with await asyncio.start_server(host.take, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        settings = KonturTalkSettings(
            base_url=f"http://127.0.0.1:{port}", token=SecretStr("x"), requests_per_second=1000
        )
        async with KonturTalk.open(settings) as talk:
            yield host, talk


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(connection, "FIRST_PAUSE_SECONDS", 0.01)
    return tmp_path / "file"


async def fetch(talk: KonturTalk, path: Path) -> bytes:
    await talk.download("one", "900p", path, max_bytes=10 * len(OLD))
    return await asyncio.to_thread(path.read_bytes)


@pytest.mark.parametrize(
    ("first", "then", "total"),
    [
        ({}, {}, len(OLD) + 3),
        ({"Last-Modified": MONDAY}, {"Last-Modified": TUESDAY}, len(OLD)),
        ({"ETag": '"1"'}, {"ETag": '"2"'}, len(OLD)),
        ({"ETag": 'W/"1"'}, {"ETag": 'W/"2"'}, len(OLD)),
        ({"ETag": '"1"', "Last-Modified": MONDAY}, {"ETag": '"1"', "Last-Modified": TUESDAY}, len(OLD)),
    ],
    ids=["its length", "its date", "its tag", "its weak tag", "its date alone"],
)
async def test_the_rest_of_another_file_is_not_put_to_what_has_come(
    path: Path, first: Headers, then: Headers, total: int
) -> None:
    cut = whole(OLD[:HALF], first)
    async with fetching(cut, rest(NEW[HALF:], then, total=total), whole(NEW)) as (host, talk):
        assert await fetch(talk, path) == NEW
    assert [asked.get("range") for asked in host.asked] == [None, f"bytes={HALF}-", None]


@pytest.mark.parametrize(
    ("told", "condition"),
    [
        ({"ETag": '"1"', "Last-Modified": MONDAY}, '"1"'),
        ({"ETag": 'W/"1"', "Last-Modified": MONDAY}, MONDAY),
        ({"Last-Modified": MONDAY}, MONDAY),
        ({"ETag": 'W/"1"'}, None),
        ({}, None),
    ],
)
async def test_the_rest_is_asked_for_of_the_same_file(path: Path, told: Headers, condition: str | None) -> None:
    async with fetching(whole(OLD[:HALF], told), rest(OLD[HALF:], told)) as (host, talk):
        assert await fetch(talk, path) == OLD
    assert (host.asked[1]["range"], host.asked[1].get("if-range")) == (f"bytes={HALF}-", condition)


async def test_a_file_that_nothing_is_told_of_begins_anew(path: Path) -> None:
    async with fetching(whole(OLD[:HALF], length=None), whole(OLD, length=None)) as (host, talk):
        assert await fetch(talk, path) == OLD
    assert not any("range" in asked for asked in host.asked)


async def test_an_answer_without_a_length_that_was_cut_goes_on(path: Path) -> None:
    cut = whole(OLD[:HALF], {"Last-Modified": MONDAY}, length=None)
    async with fetching(cut, rest(OLD[HALF:], {"Last-Modified": MONDAY})) as (_, talk):
        assert await fetch(talk, path) == OLD


@pytest.mark.parametrize("total", [len(OLD), None])
async def test_an_answer_without_a_length_is_whole_when_nothing_comes_after_it(path: Path, total: int | None) -> None:
    async with fetching(whole(OLD, {"ETag": '"1"'}, length=None), no_more(total)) as (host, talk):
        assert await fetch(talk, path) == OLD
    assert len(host.asked) == 2


async def test_a_file_that_has_become_shorter_begins_anew(path: Path) -> None:
    async with fetching(whole(OLD[:HALF], {"ETag": '"1"'}), no_more(6), whole(b"newest", length=6)) as (_, talk):
        assert await fetch(talk, path) == b"newest"


async def test_a_rest_in_pieces_is_put_together(path: Path) -> None:
    pieces = [rest(OLD[HALF : HALF + 100]), rest(OLD[HALF + 100 :], begin=HALF + 100)]
    async with fetching(whole(OLD[:HALF]), *pieces) as (_, talk):
        assert await fetch(talk, path) == OLD


async def test_another_part_than_was_asked_for_is_no_answer(path: Path) -> None:
    async with fetching(whole(OLD[:HALF]), rest(OLD[1:], begin=1)) as (_, talk):
        with pytest.raises(BadAnswer, match="another part"):
            await fetch(talk, path)


async def test_a_file_that_is_another_each_time_is_left_for_later(path: Path) -> None:
    answers = [whole(OLD[:HALF], {"ETag": f'"{number}"'}) for number in range(20)]
    async with fetching(*answers) as (host, talk):
        with pytest.raises(TalkUnavailable):
            await fetch(talk, path)
    assert len(host.asked) < 10


async def test_lengths_that_no_number_can_hold_tell_nothing(path: Path) -> None:
    tag = {"ETag": '"1"'}
    async with fetching(whole(OLD[:HALF], tag), rest(OLD[HALF:], tag, total="9" * 5000)) as (_, talk):
        with pytest.raises(BadAnswer, match="another part"):
            await fetch(talk, path)


@pytest.mark.parametrize("location", ["http://[", "https://x:99999999/", "http://\x7f/"])
async def test_a_redirect_to_nowhere_is_no_answer(path: Path, location: str) -> None:
    async with fetching(_moved(location)) as (_, talk):
        with pytest.raises((BadAnswer, TalkUnavailable)):
            await fetch(talk, path)


async def test_another_host_is_not_given_the_spaces_key(path: Path) -> None:
    async with (
        fetching(whole(OLD)) as (other, elsewhere),
        fetching(_moved(f"{elsewhere._connection.url}/file")) as (host, talk),
    ):
        assert await fetch(talk, path) == OLD
    assert [asked.get("x-auth-token") for asked in (*host.asked, *other.asked)] == ["x", None]


@pytest.mark.parametrize("refused", [True, False])
async def test_an_address_is_told_without_what_lets_in(path: Path, refused: bool) -> None:
    async with fetching(_answer("404 Not Found", {"Content-Length": "0"}, b"")) as (_, elsewhere):
        there = elsewhere._connection.url.copy_with(userinfo=b"robot:hunter2", path="/file", query=b"signature=s3cret")
        if not refused:
            there = there.copy_with(port=free_port())
        async with fetching(_moved(str(there))) as (_, talk):
            with pytest.raises(
                NotThere if refused else TalkUnavailable, match=f"http://127.0.0.1:{there.port}/"
            ) as error:
                await fetch(talk, path)
    assert not any(secret in str(error.value) for secret in ("robot", "hunter2", "s3cret"))


async def test_what_is_sent_packed_is_counted_and_kept_as_it_came(path: Path) -> None:
    bomb = gzip.compress(bytes(100 * len(OLD)))
    async with fetching(whole(bomb, {"Content-Encoding": "gzip"}, length=len(bomb))) as (host, talk):
        assert await fetch(talk, path) == bomb
    assert [asked["accept-encoding"] for asked in host.asked] == ["identity"]


async def test_an_empty_answer_is_no_file_yet(path: Path) -> None:
    async with fetching(whole(b"", length=0)) as (_, talk):
        with pytest.raises(NotThere):
            await fetch(talk, path)
