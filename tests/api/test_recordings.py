"""Listening to a recording, from any place in it."""

from __future__ import annotations

import httpx
import pytest

from tests.api.house import House, assert_problem, wav_bytes

CONTENT = wav_bytes(2.0, level=258)
SIZE = len(CONTENT)


async def media(house: House, client: httpx.AsyncClient, **headers: str) -> httpx.Response:
    answer = await house.send(CONTENT, key="one")
    return await client.get(f"/api/v1/recordings/{answer.json()['task_id']}/media", headers=headers)


async def test_a_recording_is_sent_as_it_came(house: House, client: httpx.AsyncClient) -> None:
    answer = await media(house, client)

    assert answer.status_code == 200
    assert answer.content == CONTENT
    assert answer.headers["content-type"] == "audio/wav"
    assert answer.headers["content-length"] == str(SIZE)
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-0", 0, 1),
        ("bytes=100-199", 100, 200),
        ("Bytes=100-", 100, SIZE),
        ("bytes=-10", SIZE - 10, SIZE),
        (f"bytes=-{SIZE + 5}", 0, SIZE),
        (f"bytes={SIZE - 1}-{10**19}", SIZE - 1, SIZE),
    ],
)
async def test_a_part_is_sent(house: House, client: httpx.AsyncClient, asked: str, start: int, end: int) -> None:
    answer = await media(house, client, Range=asked)

    assert answer.status_code == 206
    assert answer.content == CONTENT[start:end]
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{SIZE}"
    assert answer.headers["content-length"] == str(end - start)


@pytest.mark.parametrize("asked", ["bytes=5-1", "bytes=-", "bytes=0-1,5-9", "seconds=1-2", "bytes=a-b", ""])
async def test_what_cannot_be_read_asks_for_the_whole(house: House, client: httpx.AsyncClient, asked: str) -> None:
    answer = await media(house, client, Range=asked)

    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert "content-range" not in answer.headers


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", f"bytes={SIZE + 7}-{SIZE + 9}", "bytes=-0"])
async def test_past_the_end_there_is_nothing(house: House, client: httpx.AsyncClient, asked: str) -> None:
    answer = await media(house, client, Range=asked)

    assert_problem(answer, 416, "no_such_part")
    assert answer.headers["content-range"] == f"bytes */{SIZE}"


async def test_who_has_it_is_not_sent_it_again(house: House, client: httpx.AsyncClient) -> None:
    tag = (await media(house, client)).headers["etag"]

    for known in (f'"another", {tag}', f"W/{tag}", "*"):
        assert (await media(house, client, **{"If-None-Match": known})).status_code == 304
    assert (await media(house, client, Range="bytes=0-0", **{"If-Range": tag})).status_code == 206
    assert (await media(house, client, Range="bytes=0-0", **{"If-Range": '"another"'})).status_code == 200


async def test_its_size_can_be_asked_alone(house: House, client: httpx.AsyncClient) -> None:
    task_id = (await house.send(CONTENT)).json()["task_id"]

    answer = await client.head(f"/api/v1/recordings/{task_id}/media")

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == str(SIZE)


async def test_no_task_and_no_recording_are_told_apart(house: House, client: httpx.AsyncClient) -> None:
    task_id = await house.task()
    await house.services.blobs.delete((await house.services.store.task(task_id)).media_key)

    assert_problem(await client.get(f"/api/v1/recordings/{task_id}/media"), 404, "media_gone")
    assert_problem(await client.get("/api/v1/recordings/nobody/media"), 404, "task_not_found")
