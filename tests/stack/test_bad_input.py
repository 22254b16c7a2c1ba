"""Bad input through the real front door, HAProxy: each gets its documented answer and leaves nothing behind."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest

from tests.sounds import (
    Sound,
    music,
    noise,
    silence,
    speech,
    telephone,
    text_named_mp3,
    truncated_mp4,
    video_without_sound,
    write,
)
from tests.stack.conftest import MAX_UPLOAD_BYTES, QUEUE_LIMIT
from tests.stack.running import Stack

pytestmark = [pytest.mark.models, pytest.mark.ray]

PIECE = bytes(64 * 1024)
BEGINNING = b'--x\r\nContent-Disposition: form-data; name="file"; filename="long.wav"\r\n\r\n'
MULTIPART = {"Content-Type": "multipart/form-data; boundary=x"}


@pytest.fixture(autouse=True)
def nothing_is_left(stack: Stack) -> Iterator[None]:
    """After each test, the tasks that it did not delete itself, and all files, are those that were there before."""
    before = stack.leftovers()
    yield
    assert stack.leftovers() == before


def refused(answer: httpx.Response, status: int, code: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == code


@pytest.mark.parametrize(
    ("name", "make", "refusal"),
    [
        ("empty.mp3", lambda path: path.write_bytes(b""), (422, "empty_file")),
        ("notes.mp3", text_named_mp3, (415, "not_media")),
        ("silent.mp4", video_without_sound, (422, "no_audio")),
        ("cut.mp4", lambda path: truncated_mp4(path, speech(5), faststart=False), (422, "damaged_media")),
    ],
)
def test_files_that_are_no_recordings(
    stack: Stack, tmp_path: Path, name: str, make: Callable[[Path], object], refusal: tuple[int, str]
) -> None:
    make(tmp_path / name)
    refused(stack.upload(tmp_path / name), *refusal)


def test_a_field_that_is_not_known(stack: Stack, tmp_path: Path) -> None:
    refused(stack.upload(write(tmp_path / "call.wav", speech(2)), speaker="2"), 422, "invalid_request")


def test_an_id_that_is_not_there(stack: Stack) -> None:
    for path in ("tasks", "results"):
        answer = httpx.get(f"{stack.url}/api/v1/{path}/0123")
        refused(answer, 404, "task_not_found")


def test_too_large_by_its_own_word(stack: Stack) -> None:
    headers = MULTIPART | {"Content-Length": str(sum(map(len, twice_too_much())))}
    answer = httpx.post(f"{stack.url}/api/v1/transcribe", content=twice_too_much(), headers=headers, timeout=60)
    refused(answer, 413, "too_large")


def test_too_large_while_it_streams(stack: Stack) -> None:
    answer = httpx.post(f"{stack.url}/api/v1/transcribe", content=twice_too_much(), headers=MULTIPART, timeout=60)
    refused(answer, 413, "too_large")


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not on this machine")
def test_curl_is_told_too(stack: Stack, tmp_path: Path) -> None:
    """What a user's curl does, ``Expect: 100-continue`` among it."""
    large = tmp_path / "large.wav"
    large.write_bytes(bytes(MAX_UPLOAD_BYTES + 1))
    command = ["curl", "-sS", "-F", f"file=@{large}", f"{stack.url}/api/v1/transcribe"]
    answer = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert '"code":"too_large"' in answer.stdout.replace(" ", ""), answer


def test_a_full_queue(stack: Stack, tmp_path: Path) -> None:
    call = write(tmp_path / "call.flac", speech(60))
    taken: list[str] = []
    for _ in range(QUEUE_LIMIT + 20):
        answer = stack.upload(call)
        if answer.status_code != httpx.codes.ACCEPTED:
            break
        taken.append(answer.json()["task_id"])
    refused(answer, 429, "queue_full")
    assert int(answer.headers["retry-after"]) > 0
    assert len(taken) >= QUEUE_LIMIT
    for task_id in taken:
        stack.delete(task_id)


@pytest.mark.parametrize(
    "sound",
    [silence(20 * 60), noise(60), music(60)],
    ids=["20 minutes of silence", "noise", "music"],
)
def test_where_nobody_speaks_the_task_completes_without_segments(stack: Stack, tmp_path: Path, sound: Sound) -> None:
    task = stack.transcribe(write(tmp_path / "call.flac", sound))
    assert task["status"] == "completed", task
    result = stack.result(task["task_id"])
    assert result["segments"] == []
    assert result["summary"], "it says so"
    stack.delete(task["task_id"])


def test_a_telephone_recording_with_a_voice_on_each_side(stack: Stack, tmp_path: Path) -> None:
    left, right = speech(10, rate=8000), speech(8, start=10, rate=8000)
    right = np.concatenate([silence(10, rate=8000), right], axis=1)
    task = stack.transcribe(telephone(tmp_path / "call.wav", left, right), language="ru")
    assert task["status"] == "completed", task
    text = stack.result(task["task_id"])["transcription"].lower()
    assert "коллеги" in text
    assert "бюджету" in text
    stack.delete(task["task_id"])


def test_a_recording_that_was_cut_off_is_transcribed_as_far_as_it_goes(stack: Stack, tmp_path: Path) -> None:
    cut = tmp_path / "cut.mp4"
    truncated_mp4(cut, speech(20), faststart=True)
    task = stack.transcribe(cut)
    assert task["status"] == "completed", task
    assert stack.result(task["task_id"])["segments"]
    stack.delete(task["task_id"])


def twice_too_much() -> Iterator[bytes]:
    """The beginning of an upload, and twice as many bytes as are allowed."""
    yield BEGINNING
    for _ in range(2 * MAX_UPLOAD_BYTES // len(PIECE)):
        yield PIECE
