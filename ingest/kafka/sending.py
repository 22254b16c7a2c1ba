"""A batch of files sent by Kafka: each goes into the blob store, and a message that refers to it to the topic."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from callscribe.blobs import Blobs
from callscribe.blobs.keys import INCOMING
from callscribe.domain import RequestedLanguage, Template
from callscribe.errors import Unavailable
from callscribe.kafka_settings import KafkaSettings
from callscribe.media.decoder import Decoder
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

    def __init__(self, settings: KafkaSettings, blobs: Blobs, decoder: Decoder, producer: AIOKafkaProducer) -> None:
        self._settings = settings
        self._blobs = blobs
        self._decoder = decoder
        self._producer = producer

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: KafkaSettings, blobs: Blobs, decoder: Decoder) -> AsyncIterator[Sender]:
        """Connect to the brokers. Raises ``Unavailable``."""
        with _told(settings):
            async with started(AIOKafkaProducer(**producing(settings))) as producer:
                yield cls(settings, blobs, decoder, producer)

    async def send(self, path: Path, asked: Asked) -> str:
        """Store a file and publish its message; return its id.

        Raises ``InvalidMedia`` or ``LimitExceeded`` for what would become a dead letter; ``Unavailable``, ``OSError``.
        """
        await self._decoder.probe(path)
        sha256 = await asyncio.to_thread(_sha256, path)
        key = f"{INCOMING}/{sha256}"
        await self._blobs.put_file(key, path)  # even where it is: its days until it is swept away begin anew
        message = RecordingMessage(
            version=1,
            source_id=f"sha256:{sha256}",
            title=title_of(None, path.name),
            media=Media(url=f"{BLOB}{key}", sha256=sha256),
            language=asked.language,
            num_speakers=asked.num_speakers,
            template=asked.template,
        )
        with _told(self._settings):
            await self._producer.send_and_wait(
                self._settings.recordings_topic, message.model_dump_json().encode(), key=sha256.encode()
            )
        return message.source_id


@contextmanager
def _told(settings: KafkaSettings) -> Iterator[None]:
    """Raise ``Unavailable`` in place of what the brokers' client raises."""
    try:
        yield
    except KafkaError as error:
        message = f"Kafka at {', '.join(settings.bootstrap_servers)} does not take messages: {error}"
        raise Unavailable(message) from error


def recordings_in(paths: Iterable[Path]) -> list[Path]:
    """The files that are named, and those of the folders that are; what is hidden in a folder is left out."""
    found: list[Path] = []
    for path in paths:
        within = sorted(path.rglob("*")) if path.is_dir() else [path]
        found += [file for file in within if file.is_file() and not _is_hidden(file.relative_to(path))]
    return found


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
