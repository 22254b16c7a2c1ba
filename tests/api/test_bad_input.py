"""Recordings that are refused: each gets its documented answer, and none leaves anything behind."""

from __future__ import annotations

import logging
import struct
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from callscribe.media.decoder import Decoder
from callscribe.settings import DecodeLimits
from serve_app.api import Services, create_app
from tests.api.house import MAX_UPLOAD_BYTES, House, assert_problem, wav_bytes
from tests.sounds import text_named_mp3, tone, truncated_mp4, video_without_sound, write

Part = tuple[str, tuple[str | None, bytes]]
MULTIPART = {"Content-Type": "multipart/form-data; boundary=x"}


@pytest.mark.parametrize(
    ("name", "make", "refusal"),
    [
        ("empty.mp3", lambda path: path.write_bytes(b""), (422, "empty_file")),
        ("text.mp3", text_named_mp3, (415, "not_media")),
        ("noise.wav", lambda path: path.write_bytes(bytes(range(256)) * 100), (415, "not_media")),
        ("silent.mp4", video_without_sound, (422, "no_audio")),
        ("cut.mp4", lambda path: truncated_mp4(path, tone(5), faststart=False), (422, "damaged_media")),
    ],
)
async def test_files(
    house: House, tmp_path: Path, name: str, make: Callable[[Path], object], refusal: tuple[int, str]
) -> None:
    path = tmp_path / name
    make(path)

    answer = await house.send(path.read_bytes(), name)

    assert_problem(answer, *refusal)
    assert await house.leftovers() == ([], [])


async def test_a_recording_that_says_it_is_too_long_is_refused_at_once(house: House, services: Services) -> None:
    limited = replace(services, decoder=Decoder(DecodeLimits(duration_seconds=2)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(create_app(limited)), base_url="http://api") as client:
        answer = await client.post("/api/v1/transcribe", files={"file": wav_bytes(9)})

    assert_problem(answer, 422, "limit_exceeded")
    assert await house.leftovers() == ([], [])


@pytest.mark.parametrize("seconds", [-100.0, float("nan"), 0.0])
async def test_a_length_that_cannot_be_is_no_length(house: House, tmp_path: Path, seconds: float) -> None:
    content = bytearray(write(tmp_path / "a.mkv", tone(2)).read_bytes())
    place = content.index(b"\x44\x89\x88") + 3  # Duration, eight bytes long
    content[place : place + 8] = struct.pack(">d", seconds)

    answer = await house.send(bytes(content), "a.mkv")

    assert answer.status_code == 202, answer.text


async def test_the_name_of_a_file_decides_nothing(house: House) -> None:
    answer = await house.send(wav_bytes(), "notes.txt")

    assert answer.status_code == 202


@pytest.mark.parametrize(
    ("fields", "at_fault"),
    [
        ({"langauge": "ru"}, "langauge"),
        ({"language": "klingon"}, "language"),
        ({"template": "party"}, "template"),
        ({"num_speakers": "0"}, "num_speakers"),
        ({"num_speakers": "many"}, "num_speakers"),
        ({"started_at": "yesterday"}, "started_at"),
        ({"started_at": "2026-03-02T12:30:00"}, "started_at"),
        ({"started_at": "20260302"}, "started_at"),
        ({"started_at": "1772409600.5"}, "started_at"),
        ({"started_at": "0001-01-01T00:00:00+14:00"}, "started_at"),
        ({"title": "a" * 301}, "title"),
        ({"title": "a" * 5000}, "title"),
    ],
)
async def test_fields_before_and_after_the_file(house: House, fields: dict[str, str], at_fault: str) -> None:
    texts: list[Part] = [(name, (None, value.encode())) for name, value in fields.items()]
    file: list[Part] = [("file", ("a.wav", wav_bytes()))]

    for parts in ([*file, *texts], [*texts, *file]):
        answer = await house.client.post("/api/v1/transcribe", files=parts)

        problem = assert_problem(answer, 422, "invalid_request")
        assert [(error["location"], error["field"]) for error in problem["errors"]] == [("form", at_fault)]
        assert await house.leftovers() == ([], [])


@pytest.mark.parametrize(
    ("parts", "at_fault"),
    [
        ([("title", (None, b"no file"))], "file"),
        ([("file", ("a.wav", wav_bytes())), ("file", ("b.wav", wav_bytes()))], "file"),
        ([("title", (None, b"a")), ("title", (None, b"b")), ("file", ("a.wav", wav_bytes()))], "title"),
        ([("title", (None, b"\xff\xfe")), ("file", ("a.wav", wav_bytes()))], "title"),
        ([("recording", ("a.wav", wav_bytes()))], "recording"),
    ],
)
async def test_forms(house: House, parts: list[Part], at_fault: str) -> None:
    answer = await house.client.post("/api/v1/transcribe", files=parts)

    problem = assert_problem(answer, 422, "invalid_request")
    assert [error["field"] for error in problem["errors"]] == [at_fault]
    assert await house.leftovers() == ([], [])


@pytest.mark.parametrize(
    ("content_type", "body", "status", "code"),
    [
        (None, b"", 415, "not_multipart"),
        ("application/json", b"{}", 415, "not_multipart"),
        ("audio/wav", wav_bytes(), 415, "not_multipart"),
        ("multipart/form-data", b"", 400, "malformed_body"),
        ("multipart/form-data; boundary=" + "x" * 300, b"", 400, "malformed_body"),
        ("multipart/form-data; boundary=x", b"", 400, "malformed_body"),
        ("multipart/form-data; boundary=x", b"no boundary here", 400, "malformed_body"),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\nno headers\r\n--x--\r\n", 400, "malformed_body"),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\n' + wav_bytes(),
            400,
            "malformed_body",
        ),
    ],
)
async def test_bodies(house: House, content_type: str | None, body: bytes, status: int, code: str) -> None:
    headers = {} if content_type is None else {"Content-Type": content_type}

    answer = await house.client.post("/api/v1/transcribe", content=body, headers=headers)

    assert_problem(answer, status, code)
    assert await house.leftovers() == ([], [])


async def test_one_byte_too_many_is_refused(house: House) -> None:
    whole = wav_bytes(9).ljust(MAX_UPLOAD_BYTES, b"\0")

    taken, refused = await house.send(whole), await house.send(whole + b"\0")

    assert taken.status_code == 202, taken.text
    assert_problem(refused, 413, "too_large")
    task_id = taken.json()["task_id"]
    assert await house.leftovers() == ([f"media/{task_id}"], [task_id])


async def test_a_length_that_is_too_large_is_refused_before_the_first_byte(house: House) -> None:
    pieces_read = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal pieces_read
        pieces_read += 1
        yield b"--x"

    answer = await house.client.post(
        "/api/v1/transcribe", content=body(), headers={**MULTIPART, "Content-Length": str(10 * MAX_UPLOAD_BYTES)}
    )

    assert_problem(answer, 413, "too_large")
    assert pieces_read == 0


@pytest.mark.parametrize(
    "beginning",
    [b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\n', b"", b'--x\r\nContent-Disposition: form-data; n="'],
)
async def test_a_body_without_end_is_refused_while_it_streams(house: House, beginning: bytes) -> None:
    async def body() -> AsyncIterator[bytes]:
        yield beginning
        while True:
            yield b"\r\n" * 5000

    answer = await house.client.post("/api/v1/transcribe", content=body(), headers=MULTIPART)

    assert answer.status_code in (400, 413)
    assert await house.leftovers() == ([], [])


@pytest.mark.parametrize("task_id", [str(UUID(int=1)), "17", "%00", "00000000-0000-0000-0000-00000000000g"])
async def test_ids_that_are_not_there(house: House, task_id: str) -> None:
    for method, path in (
        ("GET", f"/api/v1/tasks/{task_id}"),
        ("GET", f"/api/v1/tasks/{task_id}/events"),
        ("POST", f"/api/v1/tasks/{task_id}/retry"),
        ("POST", f"/api/v1/tasks/{task_id}/cancel"),
        ("DELETE", f"/api/v1/tasks/{task_id}"),
        ("GET", f"/api/v1/results/{task_id}"),
        ("GET", f"/api/v1/results/{task_id}/export?format=txt"),
    ):
        assert_problem(await house.client.request(method, path), 404, "task_not_found")


async def test_a_client_that_goes_away_in_the_middle_leaves_nothing(
    served: httpx.AsyncClient, house: House, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "serve_app.api.access")

    async def body() -> AsyncIterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n' + wav_bytes()
        while not await served.get("/api/v1/tasks"):
            pass
        raise ConnectionAbortedError

    with pytest.raises(ConnectionAbortedError):
        await served.post("/api/v1/transcribe", content=body(), headers=MULTIPART)
    await _until_logged(served, caplog)

    assert await house.leftovers() == ([], [])
    assert [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()] == []


async def _until_logged(served: httpx.AsyncClient, caplog: pytest.LogCaptureFixture) -> None:
    """The upload's line in the access log is written when its request has ended."""
    while not any("/api/v1/transcribe" in record.getMessage() for record in caplog.records):
        await served.get("/healthz")
