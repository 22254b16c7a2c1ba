"""A batch of files sent by Kafka: each goes into the blob store, and a message that refers to it to the topic."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from callscribe.blobs import Blobs
from callscribe.blobs.keys import INCOMING
from callscribe.domain import RequestedLanguage, Template
from callscribe.errors import Unavailable
from callscribe.kafka_settings import KafkaSettings
from callscribe.schemas.recordings import title_of
from ingest.kafka.client import producing, started
from ingest.kafka.recordings import BLOB, Media, RecordingMessage


@dataclass(frozen=True, slots=True)
class Asked:
    """What is said of every recording of a batch."""

    language: RequestedLanguage = RequestedLanguage.AUTO
    num_speakers: int | None = None
    template: Template = Template.MEETING


class Sender:
    """Sends files. A file's id is its content's hash: what is sent twice is taken in once."""

    def __init__(self, settings: KafkaSettings, blobs: Blobs, producer: AIOKafkaProducer) -> None:
        self._topic = settings.recordings_topic
        self._blobs = blobs
        self._producer = producer

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: KafkaSettings, blobs: Blobs) -> AsyncIterator[Sender]:
        """Connect to the brokers. Raises ``Unavailable``."""
        try:
            async with started(AIOKafkaProducer(**producing(settings))) as producer:
                yield cls(settings, blobs, producer)
        except KafkaError as error:
            message = f"Kafka at {', '.join(settings.bootstrap_servers)} does not take messages: {error}"
            raise Unavailable(message) from error

    async def send(self, path: Path, asked: Asked) -> str:
        """Store a file and publish its message; return its id. Raises ``Unavailable``, ``OSError``."""
        sha256 = await asyncio.to_thread(_sha256, path)
        key = f"{INCOMING}/{sha256}"
        if not await self._blobs.exists(key):
            await self._blobs.put_file(key, path)
        message = RecordingMessage(
            version=1,
            source_id=f"sha256:{sha256}",
            title=title_of(None, path.name),
            media=Media(url=f"{BLOB}{key}", sha256=sha256),
            language=asked.language,
            num_speakers=asked.num_speakers,
            template=asked.template,
        )
        await self._producer.send_and_wait(self._topic, message.model_dump_json().encode(), key=sha256.encode())
        return message.source_id


def recordings_in(paths: Iterable[Path]) -> list[Path]:
    """The files that are named, and those of the folders that are; hidden ones are left out of folders."""
    found: list[Path] = []
    for path in paths:
        within = sorted(path.rglob("*")) if path.is_dir() else [path]
        found += [file for file in within if file.is_file() and (file == path or not file.name.startswith("."))]
    return found


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
