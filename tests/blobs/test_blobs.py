"""What every blob store does, run over a folder and over an S3-compatible server."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from callscribe.blobs import BlobNotFound, Blobs
from callscribe.blobs.blobs import PART_BYTES

BIG = bytes(range(256)) * 8 * 4096 * 3 + b"tail"
"""More than two parts, and no whole number of them."""


async def stream(content: bytes, piece: int = 700_000) -> AsyncIterator[bytes]:
    for start in range(0, len(content), piece):
        yield content[start : start + piece]


async def collect(blobs: Blobs, key: str, *, start: int = 0, end: int | None = None) -> bytes:
    return b"".join([part async for part in blobs.read(key, start=start, end=end)])


@pytest.mark.parametrize("content", [b"", b"one piece", BIG], ids=["empty", "small", "several parts"])
async def test_what_is_put_is_read_back_with_its_size_and_hash(blobs: Blobs, content: bytes) -> None:
    stored = await blobs.put("media/one", stream(content))

    assert stored.size == len(content) == await blobs.size("media/one")
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    assert await collect(blobs, "media/one") == content


@pytest.mark.parametrize(
    ("start", "end"),
    [(0, 1), (5, 5), (PART_BYTES - 3, PART_BYTES + 3), (len(BIG) - 4, None), (10, 10**9), (10**9, None)],
)
async def test_a_range_is_what_slicing_gives(blobs: Blobs, start: int, end: int | None) -> None:
    await blobs.put("media/one", stream(BIG))

    assert await collect(blobs, "media/one", start=start, end=end) == BIG[start:end]


async def test_putting_again_replaces(blobs: Blobs) -> None:
    await blobs.put("media/one", stream(BIG))
    await blobs.put("media/one", stream(b"new"))

    assert await collect(blobs, "media/one") == b"new"


@pytest.mark.parametrize("arrived", [0, 1000, 2 * PART_BYTES + 1])
async def test_a_stream_that_breaks_leaves_nothing_and_its_own_error(blobs: Blobs, arrived: int) -> None:
    async def breaking() -> AsyncIterator[bytes]:
        async for piece in stream(BIG[:arrived]):
            yield piece
        raise ConnectionResetError("the client went away")

    with pytest.raises(ConnectionResetError, match="the client went away"):
        await blobs.put("media/one", breaking())

    assert await blobs.keys() == []
    assert not await blobs.exists("media/one")


async def test_a_broken_stream_does_not_touch_what_was_there(blobs: Blobs) -> None:
    async def breaking() -> AsyncIterator[bytes]:
        yield BIG
        raise ConnectionResetError

    await blobs.put("media/one", stream(b"old"))
    with pytest.raises(ConnectionResetError):
        await blobs.put("media/one", breaking())

    assert await collect(blobs, "media/one") == b"old"


async def test_a_cancelled_put_leaves_nothing(blobs: Blobs) -> None:
    sent = asyncio.Event()

    async def stalling() -> AsyncIterator[bytes]:
        yield BIG
        sent.set()
        await asyncio.Event().wait()

    put = asyncio.create_task(blobs.put("media/one", stalling()))
    await sent.wait()
    put.cancel()
    with pytest.raises(asyncio.CancelledError):
        await put

    assert await blobs.keys() == []


async def test_deleting_twice_is_no_error(blobs: Blobs) -> None:
    await blobs.put("media/one", stream(b"x"))
    await blobs.delete("media/one")
    await blobs.delete("media/one")

    assert not await blobs.exists("media/one")


async def test_what_is_not_there_is_said_so(blobs: Blobs) -> None:
    with pytest.raises(BlobNotFound):
        await blobs.size("media/none")
    with pytest.raises(BlobNotFound):
        await collect(blobs, "media/none")
    with pytest.raises(BlobNotFound):
        async with blobs.local("media/none"):
            pass
    assert not await blobs.exists("media/none")


@pytest.mark.parametrize("key", ["media", "media/one/below"], ids=["folder", "below"])
async def test_where_no_blob_can_be_there_is_none(blobs: Blobs, key: str) -> None:
    """Of a folder's errors these tell the same as a missing file: what waits for them to pass waits for ever."""
    await blobs.put("media/one", stream(b"x"))

    with pytest.raises(BlobNotFound):
        await blobs.size(key)
    await blobs.delete(key)

    assert await blobs.keys() == ["media/one"]


async def test_keys_are_listed_by_whole_segments_in_order(blobs: Blobs) -> None:
    for key in ("media/b", "media/a", "mediate/c", "audio/b.wav"):
        await blobs.put(key, stream(b"x"))

    assert await blobs.keys() == ["audio/b.wav", "media/a", "media/b", "mediate/c"]
    assert await blobs.keys("media") == await blobs.keys("media/") == ["media/a", "media/b"]
    assert await blobs.keys("nothing") == []


@pytest.mark.parametrize(
    "key",
    [
        "",
        "/etc/passwd",
        "../up",
        "media/../../up",
        "a//b",
        "a/",
        "a\0b",
        "media/.hidden",
        "a\\b",
        "media/a#1",
        "й",
        f"media/{'n' * 201}",
    ],
)
async def test_a_key_that_could_leave_the_store_is_refused(blobs: Blobs, key: str) -> None:
    with pytest.raises(ValueError, match="no blob key"):
        await blobs.put(key, stream(b"x"))
    with pytest.raises(ValueError, match="no blob key"):
        await blobs.delete(key)
    with pytest.raises(ValueError, match="no blob key"):
        await blobs.size(key)


async def test_a_file_is_stored_and_given_back_as_a_local_path(blobs: Blobs, tmp_path: Path) -> None:
    source = tmp_path / "источник.bin"
    source.write_bytes(BIG)

    stored = await blobs.put_file("media/one", source)
    async with blobs.local("media/one") as path:
        assert path.read_bytes() == BIG
        lent = path

    assert stored.sha256 == hashlib.sha256(BIG).hexdigest()
    assert source.exists()
    assert await blobs.exists("media/one")
    assert lent.exists() == ("blobs" in lent.parts), "a temporary copy goes, the blob itself stays"


async def test_a_hundred_megabytes_pass_in_bounded_memory(blobs: Blobs) -> None:
    piece = bytes(1024 * 1024)
    before = _resident_bytes()
    most = before

    async def long() -> AsyncIterator[bytes]:
        nonlocal most
        for _ in range(160):
            yield piece
            most = max(most, _resident_bytes())

    await blobs.put("media/long", long())
    async for _ in blobs.read("media/long"):
        most = max(most, _resident_bytes())

    assert most - before < 100 * 1024 * 1024


def _resident_bytes() -> int:
    return int(psutil.Process().memory_info().rss)
