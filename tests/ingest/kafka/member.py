"""A consumer in a process of its own, to be killed: ``python -m tests.ingest.kafka.member KAFKA DSN BLOBS [halting]``.

``halting``: says "registered" and stands still between a task's registration and the commit of its offset.
"""

from __future__ import annotations

import asyncio
import sys

from callscribe.blobs import Blobs
from callscribe.domain import Task
from callscribe.kafka_settings import KafkaSettings
from callscribe.store import Store
from ingest.fetching import Fetcher
from ingest.kafka.consumer import RecordingsConsumer
from ingest.kafka.intake import RecordingIntake
from tests.ingest.kafka.house import QuickDecoder


async def _consume(settings: KafkaSettings, dsn: str, blob_url: str, *, halting: bool) -> None:
    store, blobs = await Store.connect(dsn), Blobs.open(blob_url, {})
    fetcher = Fetcher(settings.media)
    intake = RecordingIntake(store, blobs, QuickDecoder(), limits=settings.media, queue_limit=10_000, fetcher=fetcher)

    async def take_in(value: bytes | None) -> Task:
        task = await intake.take_in(value)
        if halting:
            print("registered", flush=True)  # noqa: T201 - this is how the parent learns it
            await asyncio.Event().wait()
        return task

    print("running", flush=True)  # noqa: T201
    await RecordingsConsumer(settings, take_in).run()


if __name__ == "__main__":
    asyncio.run(
        _consume(
            KafkaSettings.model_validate_json(sys.argv[1]), sys.argv[2], sys.argv[3], halting="halting" in sys.argv[4:]
        )
    )
