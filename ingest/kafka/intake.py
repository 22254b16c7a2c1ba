"""From a message to a registered task; knows nothing of Kafka's protocol."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from callscribe.blobs import BlobForbidden, BlobNotFound, Blobs, StoredBlob
from callscribe.domain import NewRecording, Source, Task, TaskId
from callscribe.errors import IdempotencyConflict, LimitExceeded, MediaRefused, MediaUnavailable
from callscribe.intake import Intake
from callscribe.kafka_settings import MediaLimits
from callscribe.media.decoder import Decoder
from callscribe.store import Store
from ingest.fetching import Fetcher
from ingest.kafka.recordings import Media, RecordingMessage

log = logging.getLogger(__name__)


class RecordingIntake:
    """Takes recordings in, each once by its source's id, however often its message comes."""

    def __init__(
        self, store: Store, blobs: Blobs, decoder: Decoder, *, limits: MediaLimits, queue_limit: int, fetcher: Fetcher
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._decoder = decoder
        self._limits = limits
        self._fetcher = fetcher
        self._intake = Intake(store, blobs, queue_limit=queue_limit)

    async def take_in(self, value: bytes | None) -> Task:
        """Register what a message refers to; a known one's media is not fetched again.

        Raises ``InvalidMessage``, ``MediaRefused`` and what else no other try can mend; ``QueueFull``; and
        ``MediaUnavailable`` or another ``Unavailable``, which may pass.
        """
        message = RecordingMessage.parse(value)
        task = await self._known(message) or await self._register(message)
        if message.media.key is not None:
            await self._remove(message.media.key)
        return task

    async def _known(self, message: RecordingMessage) -> Task | None:
        task = await self._store.known(Source.KAFKA, message.source_id)
        if task is not None and not await self._is_media_of(task, message.media):
            raise IdempotencyConflict(f"{message.source_id!r} came before with other content.")
        return task

    async def _remove(self, key: str) -> None:
        """Remove a blob whose recording is taken in, or leave it where its folder does not let us."""
        try:
            await self._blobs.delete(key)
        except BlobForbidden as error:
            log.warning("a blob is left that was taken in: %s", error, extra={"key": key})

    async def _is_media_of(self, task: Task, media: Media) -> bool:
        """Whether it is what was taken in, as far as the message and its blob tell; of a URL nothing is fetched."""
        if media.sha256 not in {None, task.media_sha256}:
            return False
        if media.key is None:
            return True
        with _given_out():
            return await self._is_content_of(task, media.key)

    async def _is_content_of(self, task: Task, key: str) -> bool:
        """Whether a blob, if it is still there, has the bytes that were taken in."""
        try:
            if await self._blobs.size(key) != task.media_bytes:
                return False
            digest = hashlib.sha256()
            async for piece in self._blobs.read(key):
                digest.update(piece)
        except BlobNotFound:
            return True
        return digest.hexdigest() == task.media_sha256

    async def _register(self, message: RecordingMessage) -> Task:
        await self._intake.refuse_when_full()

        async def receive(task_id: TaskId, key: str) -> NewRecording:
            return await self._receive(message, task_id, key)

        try:
            return (await self._intake.take_in(receive)).task
        except BlobNotFound:
            # The same message in another partition may have been quicker: then it has taken the blob away.
            if (task := await self._known(message)) is None:
                raise
            return task

    async def _receive(self, message: RecordingMessage, task_id: TaskId, key: str) -> NewRecording:
        stored = await self._copy(message.media, key)
        if stored.size == 0:
            raise MediaRefused("The media has no bytes.")
        if message.media.sha256 not in {None, stored.sha256}:
            raise MediaRefused(f"The media has another SHA-256 than its message says: {stored.sha256}.")
        async with self._blobs.local(key) as path:
            info = await self._decoder.probe(path)
        return NewRecording(
            id=task_id,
            source=Source.KAFKA,
            source_id=message.source_id,
            media_key=key,
            media_bytes=stored.size,
            media_sha256=stored.sha256,
            media_type=info.media_type,
            title=message.shown_title,
            language=message.language,
            num_speakers=message.num_speakers,
            template=message.template,
            started_at=message.started_at,
            meeting_id=message.meeting_id,
            participants=message.participants,
            duration_seconds=info.duration_seconds,
        )

    async def _copy(self, media: Media, key: str) -> StoredBlob:
        if media.key is None:
            return await self._fetcher.fetch(media.url, lambda content: self._blobs.put(key, content))
        with _given_out():
            return await self._copy_blob(media.key, key)

    async def _copy_blob(self, incoming: str, key: str) -> StoredBlob:
        if await self._blobs.size(incoming) > self._limits.max_bytes:
            raise LimitExceeded(f"The media is larger than {self._limits.max_bytes} bytes.")
        return await self._blobs.put(key, self._blobs.read(incoming))


@contextmanager
def _given_out() -> Iterator[None]:
    """Take a blob that its folder does not give out for what it is: media whose host does not give it out."""
    try:
        yield
    except BlobForbidden as error:
        raise MediaUnavailable(str(error)) from error
