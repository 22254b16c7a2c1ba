"""A meeting in Kontur Talk comes in by itself, even if the replica that fetches it is killed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from callscribe.ports import free_port
from tests.kontur_talk.fake import TOKEN, FakeRecording, FakeTalk, running_fake
from tests.stack.running import Stack, new_folder, restarted_stack

pytestmark = [pytest.mark.models, pytest.mark.ray, pytest.mark.faults]

MEETING = Path(__file__).parents[2] / "demo" / "meeting_ru_mayak.flac"
SECRET = "the-secret-of-the-webhook"
REPLICA = "ServeReplica:kontur_talk:KonturTalk"
PATIENCE_SECONDS = 120


@pytest.fixture
def fake() -> Iterator[FakeTalk]:
    with running_fake() as fake:
        yield fake


@pytest.fixture
def talking_stack(fake: FakeTalk) -> Iterator[Stack]:
    port = free_port()
    settings = {
        "CALLSCRIBE_LEASE_SECONDS": "3",
        "CALLSCRIBE_KONTUR_TALK__BASE_URL": fake.url,
        "CALLSCRIBE_KONTUR_TALK__TOKEN": TOKEN,
        "CALLSCRIBE_KONTUR_TALK__WEBHOOK_SECRET": SECRET,
        "CALLSCRIBE_KONTUR_TALK__WEBHOOK_URL": f"http://127.0.0.1:{port}/api/v1/kontur-talk/webhook",
        "CALLSCRIBE_KONTUR_TALK__POLL_PERIOD_SECONDS": "1",
        "CALLSCRIBE_KONTUR_TALK__POLL_FROM": "2026-01-01T00:00:00Z",
    }
    with new_folder() as folder, restarted_stack(folder, settings, port) as stack:
        yield stack


def wait_for(what: str, seen: Any) -> Any:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if found := seen():
            return found
        time.sleep(0.1)
    raise AssertionError(f"{what} did not come")


def test_a_meeting_comes_in_once_whatever_is_killed(fake: FakeTalk, talking_stack: Stack) -> None:
    url = f"{talking_stack.url}/api/v1/kontur-talk"
    httpx.put(f"{url}/subscription", json={}, timeout=30).raise_for_status()
    wait_for("the activation", lambda: all(webhook["activated"] for webhook in fake.webhooks.values()))
    fake.troubles.slow_pieces_seconds, fake.troubles.duplicates = 0.2, 2
    fake.add(FakeRecording("mayak", MEETING.read_bytes(), tracks=[("Иван Орлов", [(1.8, 9.5), (17.0, 20.9)])]))
    assert asyncio.run(fake.announce("recordingCompleted", "mayak")) == [200, 200]
    wait_for("the download", lambda: fake.downloaded_bytes)

    talking_stack.kill(REPLICA)

    fake.troubles.slow_pieces_seconds = 0
    view = f"{url}/recordings"
    task_id = wait_for("the task", lambda: httpx.get(view, timeout=30).json()["items"][0]["task_id"])
    assert len(talking_stack.leftovers()[0]) == 1
    assert talking_stack.files_of(task_id) == [f"media/{task_id}"]
    talking_stack.delete(task_id)
