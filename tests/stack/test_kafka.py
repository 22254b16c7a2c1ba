"""A recording that comes by Kafka, through the whole stack and out again."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer

from callscribe.blobs import Blobs
from callscribe.kafka_settings import KafkaSettings
from callscribe.media.decoder import Decoder
from callscribe.settings import DecodeLimits
from ingest.kafka.sending import Asked, Sender
from tests.api.house import wav_bytes
from tests.brokers import Broker
from tests.stack.running import TASK_SECONDS, Stack

pytestmark = [pytest.mark.models, pytest.mark.ray]


async def test_a_recording_comes_by_kafka_and_its_end_is_told_there(
    stack: Stack, broker: Broker, tmp_path: Path
) -> None:
    settings = KafkaSettings(bootstrap_servers=[broker.address])
    recording = tmp_path / "звонок.wav"
    recording.write_bytes(wav_bytes(3))
    blobs = Blobs.open((stack.data_dir / "blobs").as_uri(), {})
    async with Sender.open(settings, blobs, Decoder(DecodeLimits())) as sender:
        source_id = await sender.send(recording, Asked())

    events = await asyncio.wait_for(told_of(settings, source_id), TASK_SECONDS)

    assert events[0]["task"]["status"] == "queued"
    assert events[0]["task"]["title"] == "звонок"
    assert events[-1]["task"]["status"] == "completed", events[-1]
    assert events[-1]["result"]["result_url"] == f"/api/v1/results/{events[-1]['task']['task_id']}"
    task = stack.task(events[-1]["task"]["task_id"])
    assert (task["source"], task["source_id"], task["status"]) == ("kafka", source_id, "completed")
    assert await blobs.keys("incoming") == []


async def told_of(settings: KafkaSettings, source_id: str) -> list[dict[str, Any]]:
    """Every event of a recording, to the end of its task."""
    events: list[dict[str, Any]] = []
    async with AIOKafkaConsumer(
        settings.events_topic, bootstrap_servers=settings.bootstrap_servers, auto_offset_reset="earliest"
    ) as consumer:
        async for record in consumer:
            event = json.loads(record.value)
            if event["task"]["source_id"] == source_id:
                events.append(event)
                if event["task"]["finished_at"]:
                    return events
    raise AssertionError("the events' topic ends")
