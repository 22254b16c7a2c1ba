"""Recordings that are taken."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest

from callscribe.domain import NewRecording, RequestedLanguage, Source, TaskStatus, Template
from callscribe.errors import Unavailable
from callscribe.schemas.recordings import title_of
from callscribe.store import Registration
from tests.api.house import QUEUE_LIMIT, House, assert_problem, wav_bytes


async def test_it_is_stored_and_registered_before_the_answer(house: House) -> None:
    content = wav_bytes()

    answer = await house.send(content, "Планёрка.v2.wav")

    accepted = answer.json()
    task_id = accepted["task_id"]
    assert answer.status_code == 202
    assert accepted == {
        "task_id": task_id,
        "status": "queued",
        "status_url": f"/api/v1/tasks/{task_id}",
        "result_url": f"/api/v1/results/{task_id}",
    }
    assert answer.headers["location"] == accepted["status_url"]
    task = (await house.claim()).task
    assert (str(task.id), task.status, task.source) == (task_id, TaskStatus.PROCESSING, Source.UPLOAD)
    assert (task.title, task.media_key, task.media_bytes) == ("Планёрка.v2", f"media/{task_id}", len(content))
    assert task.media_sha256 == hashlib.sha256(content).hexdigest()
    assert task.media_type.startswith("audio/")
    async with house.services.blobs.local(task.media_key) as path:
        assert path.read_bytes() == content


@pytest.mark.parametrize("file_first", [True, False])
async def test_fields_may_stand_before_or_after_the_file(house: House, file_first: bool) -> None:
    fields = [
        ("language", (None, "en")),
        ("num_speakers", (None, "4")),
        ("template", (None, "sales")),
        ("title", (None, "  Встреча\x00 с\nклиентом ")),
        ("started_at", (None, "2026-03-02T12:30:00+03:00")),
    ]
    file = [("file", ("a.wav", wav_bytes()))]

    answer = await house.client.post("/api/v1/transcribe", files=[*file, *fields] if file_first else [*fields, *file])

    assert answer.status_code == 202, answer.text
    task = (await house.claim()).task
    assert (task.requested_language, task.num_speakers, task.template) == (RequestedLanguage.EN, 4, Template.SALES)
    assert (task.title, task.recorded_at) == ("Встреча с клиентом", datetime(2026, 3, 2, 9, 30, tzinfo=UTC))


async def test_fields_left_empty_as_browsers_send_them_count_as_not_given(house: House) -> None:
    empty = dict.fromkeys(("title", "num_speakers", "language", "template"), "")
    answer = await house.send(fields={**empty, "started_at": " "})

    assert answer.status_code == 202, answer.text
    task = (await house.claim()).task
    assert (task.requested_language, task.num_speakers, task.title) == (RequestedLanguage.AUTO, None, "call")
    assert task.template is Template.MEETING


async def test_the_extended_form_of_a_filename_is_understood(house: House) -> None:
    disposition = f"form-data; name=\"file\"; filename*=UTF-8''{quote('Созвон.wav')}"
    body = b"--x\r\nContent-Disposition: %b\r\n\r\n%b\r\n--x--\r\n" % (disposition.encode(), wav_bytes())

    answer = await house.client.post(
        "/api/v1/transcribe", content=body, headers={"Content-Type": "multipart/form-data; boundary=x"}
    )

    assert answer.status_code == 202, answer.text
    assert (await house.claim()).task.title == "Созвон"


@pytest.mark.parametrize("piece_bytes", [1, 7, 1_000_000])
@pytest.mark.parametrize("preamble", [b"", b"\r\n", b"This is a message\r\nin --x and -- parts.\r\n\r\n--\r\n"])
async def test_a_preamble_is_left_out(house: House, preamble: bytes, piece_bytes: int) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n%b\r\n--x--\r\n'
    content = wav_bytes(0.5)
    whole = preamble + part % content

    async def body() -> AsyncIterator[bytes]:
        for start in range(0, len(whole), piece_bytes):
            yield whole[start : start + piece_bytes]

    answer = await house.client.post(
        "/api/v1/transcribe", content=body(), headers={"Content-Type": "multipart/form-data; boundary=x"}
    )

    assert answer.status_code == 202, answer.text
    assert (await house.claim()).task.media_sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("given", "filename", "title"),
    [
        (None, "C:\\calls\\Созвон 1.mp3", "Созвон 1"),
        (None, "../../etc/passwd", "passwd"),
        (None, ".mp3", ".mp3"),
        (None, "", "Recording"),
        ("\u202eabc\x07", "a.mp3", "abc"),
        ("я" * 400, "a.mp3", "я" * 300),
    ],
)
def test_titles_are_cleaned(given: str | None, filename: str, title: str) -> None:
    assert title_of(given, filename) == title


async def test_the_same_key_and_file_give_the_same_task_once(house: House) -> None:
    first = await house.send(key="call-17")
    again = await house.send(key='"call-17"')

    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json()["task_id"] == again.json()["task_id"]
    task_id = first.json()["task_id"]
    assert await house.leftovers() == ([f"media/{task_id}"], [task_id])


async def test_the_same_key_sent_twice_at_once_gives_one_task(house: House) -> None:
    answers = await asyncio.gather(*(house.send(key="call-17") for _ in range(3)))

    assert [answer.status_code for answer in answers] == [202, 202, 202]
    blobs, tasks = await house.leftovers()
    assert (len(blobs), len(tasks)) == (1, 1)


async def test_the_same_key_with_another_file_is_refused(house: House) -> None:
    first = await house.send(key="call-17")
    other = await house.send(wav_bytes(level=100), key="call-17")

    assert_problem(other, 422, "idempotency_conflict")
    task_id = first.json()["task_id"]
    assert await house.leftovers() == ([f"media/{task_id}"], [task_id])


@pytest.mark.parametrize("level", [0, 100], ids=["the same file", "another file"])
async def test_a_key_never_stands_for_a_recording_that_came_without_one(house: House, level: int) -> None:
    task_id = str(await house.task())

    answer = await house.send(wav_bytes(level=level), key=task_id)

    assert_problem(answer, 422, "idempotency_conflict")
    assert await house.leftovers() == ([f"media/{task_id}"], [task_id])


@pytest.mark.parametrize("key", ["", "я", "a" * 256, "tab\there"])
async def test_a_key_that_is_none_is_refused(house: House, key: str) -> None:
    answer = await house.client.post(
        "/api/v1/transcribe", files={"file": wav_bytes()}, headers=[(b"Idempotency-Key", key.encode())]
    )

    problem = assert_problem(answer, 422, "invalid_request")
    assert problem["errors"][0]["field"] == "Idempotency-Key"
    assert await house.leftovers() == ([], [])


async def test_a_full_queue_refuses_before_it_reads_the_file(house: House) -> None:
    for _ in range(QUEUE_LIMIT):
        await house.task()
    sent = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(4):
            sent += 1
            yield b"x" * 1000

    answer = await house.client.post(
        "/api/v1/transcribe",
        content=body(),
        headers={"Content-Type": "multipart/form-data; boundary=x"},
    )

    assert_problem(answer, 429, "queue_full")
    assert int(answer.headers["retry-after"]) > 0
    assert sent == 0
    assert [len(kind) for kind in await house.leftovers()] == [QUEUE_LIMIT, QUEUE_LIMIT]


async def test_of_many_at_once_only_as_many_as_the_queue_takes_leave_something(house: House) -> None:
    answers = await asyncio.gather(*(house.send() for _ in range(QUEUE_LIMIT + 3)))

    assert sorted(answer.status_code for answer in answers) == [202] * QUEUE_LIMIT + [429] * 3
    assert [len(kind) for kind in await house.leftovers()] == [QUEUE_LIMIT, QUEUE_LIMIT]


async def test_a_task_whose_registration_was_not_heard_of_keeps_its_recording(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    register = house.services.store.register

    async def and_lose_the_answer(recording: NewRecording, **conditions: Any) -> Registration:
        await register(recording, **conditions)
        message = "the connection broke after the commit"
        raise Unavailable(message)

    with monkeypatch.context() as broken:
        broken.setattr(house.services.store, "register", and_lose_the_answer)
        assert_problem(await house.send(key="call-17"), 503, "unavailable")
    again = await house.send(key="call-17")

    task_id = again.json()["task_id"]
    assert again.status_code == 202
    assert await house.leftovers() == ([f"media/{task_id}"], [task_id])
