"""The same recording by every way in at once: one task per source and source's id."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from callscribe.blobs import Blobs
from callscribe.blobs.keys import INCOMING
from callscribe.kafka_settings import KafkaSettings
from callscribe.media.decoder import Decoder
from callscribe.settings import DecodeLimits
from ingest.kafka.sending import Asked, Sender
from tests.api.house import wav_bytes
from tests.brokers import Broker
from tests.kontur_talk.fake import FakeRecording, FakeTalk, Troubles
from tests.stack.running import Stack

pytestmark = [pytest.mark.models, pytest.mark.ray]

KEY = "everywhere"
TIMES = 3
PATIENCE_SECONDS = 120


@pytest.fixture
async def api(stack: Stack) -> Any:
    async with httpx.AsyncClient(base_url=f"{stack.url}/api/v1", timeout=60) as client:
        yield client


async def test_a_recording_that_comes_from_everywhere_at_once_is_one_task_a_source(
    stack: Stack, broker: Broker, space: FakeTalk, api: httpx.AsyncClient, tmp_path: Path
) -> None:
    recording = tmp_path / "планёрка.wav"
    recording.write_bytes(wav_bytes(2.5))
    blobs = Blobs.open((stack.data_dir / "blobs").as_uri(), {})
    before = await tasks(api)
    space.troubles = Troubles(duplicates=TIMES)
    await subscribed(space, api)
    space.add(FakeRecording(KEY, recording.read_bytes()))  # from now on the poller finds it too
    idempotency_key = uuid4().hex

    settings = KafkaSettings(bootstrap_servers=[broker.address])
    async with Sender.open(settings, blobs, Decoder(DecodeLimits())) as sender:
        uploaded, sent, answered, asked = await asyncio.gather(
            asyncio.gather(*(upload(api, recording, idempotency_key) for _ in range(TIMES))),
            asyncio.gather(*(sender.send(recording, Asked()) for _ in range(TIMES))),
            space.announce("recordingCompleted", KEY),
            asyncio.gather(*(by_hand(api) for _ in range(TIMES))),
        )
    imported = await until(lambda: imported_task(api))
    await until(lambda: all_taken(blobs))
    polled = await until(lambda: polled_at(api))
    await until(lambda: polled_again(api, polled))

    assert (len(set(uploaded)), len(set(sent)), answered) == (1, 1, [200] * TIMES)
    assert {state for state, _ in asked} <= {"waiting", "fetching", "imported"}
    made = {task_id: task for task_id, task in (await tasks(api)).items() if task_id not in before}
    assert sorted((task["source"], task["source_id"]) for task in made.values()) == [
        ("kafka", sent[0]),
        ("kontur_talk", KEY),
        ("upload", idempotency_key),
    ]
    assert await by_hand(api) == ("imported", imported), "the second import is the first task"
    assert await space.announce("recordingCompleted", KEY) == [200] * TIMES
    assert set(await tasks(api)) == before.keys() | made.keys()
    for task_id in made:
        assert f"media/{task_id}" in stack.leftovers()[1]
        stack.delete(task_id)
    assert not [key for key in await blobs.keys() if any(task_id in key for task_id in made)]
    del space.recordings[KEY]


async def subscribed(space: FakeTalk, api: httpx.AsyncClient) -> None:
    (await api.put("/kontur-talk/subscription", json={})).raise_for_status()

    async def active() -> bool:
        return all(webhook["activated"] for webhook in space.webhooks.values())

    await until(active)


async def upload(api: httpx.AsyncClient, recording: Path, idempotency_key: str) -> str:
    """Upload as a client does that is asked to come again when the queue is full; the task's id."""
    while True:
        answer = await api.post(
            "/transcribe",
            files={"file": (recording.name, await asyncio.to_thread(recording.read_bytes))},
            headers={"Idempotency-Key": idempotency_key},
        )
        if answer.status_code != httpx.codes.TOO_MANY_REQUESTS:
            answer.raise_for_status()
            return str(answer.json()["task_id"])
        await asyncio.sleep(0.5)


async def by_hand(api: httpx.AsyncClient) -> tuple[str, str | None]:
    """Ask for the recording; its state and its task."""
    answer = (await api.post(f"/kontur-talk/recordings/{KEY}/import")).raise_for_status().json()
    return answer["state"], answer["task_id"]


async def imported_task(api: httpx.AsyncClient) -> str | None:
    page = (await api.get("/kontur-talk/recordings", params={"state": "imported"})).raise_for_status().json()
    return next((item["task_id"] for item in page["items"] if item["key"] == KEY), None)


async def all_taken(blobs: Blobs) -> bool:
    """Whether every message has been: each takes away the blob that it refers to."""
    return not await blobs.keys(INCOMING)


async def polled_at(api: httpx.AsyncClient) -> str | None:
    subscription = (await api.get("/kontur-talk/subscription")).raise_for_status().json()
    assert subscription["trouble"] is None
    found: str | None = subscription["polled_at"]
    return found


async def polled_again(api: httpx.AsyncClient, before: str) -> bool:
    return await polled_at(api) != before


async def tasks(api: httpx.AsyncClient) -> dict[str, dict[str, Any]]:
    page = (await api.get("/tasks", params={"limit": 100})).raise_for_status().json()
    return {task["task_id"]: task for task in page["items"]}


async def until(seen: Callable[[], Awaitable[Any]]) -> Any:
    """Wait for what the stack does by itself; what was seen."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not (found := await seen()):  # noqa: ASYNC110 - what another process does
            await asyncio.sleep(0.2)
        return found
