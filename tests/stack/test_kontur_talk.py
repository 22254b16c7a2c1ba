"""A meeting in Kontur Talk comes in by itself, even if the replica that fetches it is killed."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.kontur_talk.fake import FakeRecording, FakeTalk
from tests.stack.running import Stack

pytestmark = [pytest.mark.models, pytest.mark.ray, pytest.mark.faults]

MEETING = Path(__file__).parents[2] / "demo" / "meeting_ru_mayak.flac"
REPLICA = "ServeReplica:kontur_talk:KonturTalk"
PATIENCE_SECONDS = 120


def wait_for(what: str, seen: Any) -> Any:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if found := seen():
            return found
        time.sleep(0.1)
    raise AssertionError(f"{what} did not come")


def test_a_meeting_comes_in_once_whatever_is_killed(space: FakeTalk, stack: Stack) -> None:
    url, before = f"{stack.url}/api/v1/kontur-talk", stack.leftovers()[0]
    httpx.put(f"{url}/subscription", json={}, timeout=30).raise_for_status()
    wait_for("the activation", lambda: all(webhook["activated"] for webhook in space.webhooks.values()))
    space.troubles.slow_pieces_seconds, space.troubles.duplicates = 0.2, 2
    space.add(FakeRecording("mayak", MEETING.read_bytes(), tracks=[("Иван Орлов", [(1.8, 9.5), (17.0, 20.9)])]))
    assert asyncio.run(space.announce("recordingCompleted", "mayak")) == [200, 200]
    wait_for("the download", lambda: space.downloaded_bytes)

    stack.kill(REPLICA)

    space.troubles.slow_pieces_seconds = 0
    view = f"{url}/recordings"
    task_id = wait_for("the task", lambda: httpx.get(view, timeout=30).json()["items"][0]["task_id"])
    assert len(stack.leftovers()[0] - before) == 1
    assert stack.files_of(task_id) == [f"media/{task_id}"]
    stack.delete(task_id)
