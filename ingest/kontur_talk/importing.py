"""From an arrival to a task: fetch the file, keep it in the blob store, register it by the door, in that order.

Killed at any moment, it is done again when the lease ends, under another id, so that one who only seemed to be dead
overwrites nothing; what the one before has stored is removed.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from callscribe.arrivals import Arrival
from callscribe.attempts import while_renewing
from callscribe.blobs import Blobs, StoredBlob
from callscribe.blobs.keys import media_key
from callscribe.domain import NewRecording, Source, TaskId
from callscribe.errors import ClaimLost, Unavailable
from callscribe.intake import Intake
from callscribe.logs import about
from callscribe.media.decoder import Decoder, MediaInfo
from callscribe.schemas.recordings import MAX_TITLE
from callscribe.scratch import scratch_folder
from callscribe.settings import Settings
from callscribe.store import Store
from ingest.endless import endlessly
from ingest.kontur_talk.client import KonturTalk
from ingest.kontur_talk.failures import NotThere
from ingest.kontur_talk.models import Recording
from ingest.kontur_talk.patience import Failed, Gone, is_refused, verdict
from ingest.kontur_talk.people import people_of
from ingest.kontur_talk.qualities import other_quality

log = logging.getLogger(__name__)

IDLE_SECONDS = 2.0
"""How often an importer without work looks for some."""


@dataclass(frozen=True, slots=True)
class Stands:
    """What the work stands on."""

    store: Store
    blobs: Blobs
    decoder: Decoder
    talk: KonturTalk
    settings: Settings


class Importer:
    """Fetches up to ``downloads`` recordings at a time until it is cancelled."""

    def __init__(self, stands: Stands) -> None:
        self._stands = stands
        self._store = stands.store
        self._settings = stands.settings
        self._intake = Intake(stands.store, stands.blobs, queue_limit=stands.settings.queue_limit)

    async def run(self) -> None:
        """Take arrivals for ever."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self._settings.kontur_talk.downloads):
                group.create_task(endlessly(self._turn, what="the importer of Kontur Talk"))

    async def _turn(self) -> float:
        return 0 if await self.import_one() else IDLE_SECONDS

    async def import_one(self) -> bool:
        """Take one arrival that is due and try it; say whether there was one, and room in the queue."""
        if await self._store.queue_size() >= self._settings.queue_limit:
            return False
        arrival = await self._store.arrivals.claim(lease=self._settings.lease)
        if arrival is None:
            return False
        await self._try(arrival)
        return True

    async def _try(self, arrival: Arrival) -> None:
        lease = self._settings.lease
        try:
            await while_renewing(
                self._attempt(arrival), lambda: self._store.arrivals.renew(arrival, lease=lease), lease
            )
        except ClaimLost:
            log.info("arrival lost to another importer", extra={"key": arrival.key})
        except Unavailable:
            log.warning("arrival left to its lease", extra={"key": arrival.key}, exc_info=True)

    async def _attempt(self, arrival: Arrival) -> None:
        try:
            await self._import(arrival)
        except ClaimLost:
            raise
        except Exception as error:  # noqa: BLE001 - the boundary: whatever broke, the arrival must not hang
            await self._ended_badly(arrival, error)

    async def _ended_badly(self, arrival: Arrival, error: Exception) -> None:
        refused = await is_refused(error, self._stands.talk)
        outcome = verdict(arrival, error, self._settings.kontur_talk.patience, refused=refused)
        log.warning(
            "recording given up" if isinstance(outcome, Failed) else "recording not fetched yet",
            extra={"key": arrival.key, "attempt": arrival.attempts},
            exc_info=error,
        )
        if not isinstance(outcome, Failed):
            await self._store.arrivals.postpone(arrival, delay=outcome.delay, refused=refused, error=outcome.error)
            return
        await self._store.arrivals.fail(arrival, outcome.error)
        if await self._store.known(Source.KONTUR_TALK, arrival.key) is None:
            await self._forget_media(arrival)

    async def _import(self, arrival: Arrival) -> None:
        known = await self._store.known(Source.KONTUR_TALK, arrival.key)
        if known is not None:
            await self._store.arrivals.imported(arrival, known.id)
            return
        recording = await self._described(arrival.key)
        if recording.key != arrival.key:
            await self._merge(arrival, recording.key)
            return
        task_id = await self._fetch(arrival, recording)
        with about(task_id=task_id):
            log.info("recording imported", extra={"key": arrival.key})

    async def _merge(self, arrival: Arrival, key: str) -> None:
        """The space takes a key in any case of letters: whatever a recording is asked for as, it is one arrival."""
        await self._forget_media(arrival)
        await self._store.arrivals.merge_into(arrival, key)
        log.info("it is another arrival's recording", extra={"key": arrival.key, "right_key": key})

    async def _fetch(self, arrival: Arrival, recording: Recording) -> TaskId:
        await self._store.arrivals.name(arrival, _title_of(recording))
        with scratch_folder() as scratch:
            path = scratch / "recording"
            await self._download(recording, path)
            info = await self._stands.decoder.probe(path)
            fetched = _Fetched(recording, await people_of(self._stands.talk, recording), info)

            async def receive(recording_id: TaskId, key: str) -> NewRecording:
                await self._forget_media(arrival)
                await self._store.arrivals.store_as(arrival, recording_id)
                stored = await self._stands.blobs.put_file(key, path)
                return _new_recording(arrival, fetched, recording_id, stored)

            return (await self._intake.take_in(receive, arrival=arrival)).task.id

    async def _forget_media(self, arrival: Arrival) -> None:
        """Remove what a try that was killed has stored. It has lost its lease, and never makes a task of it."""
        if arrival.stored_before is not None:
            await self._stands.blobs.delete(media_key(arrival.stored_before))

    async def _described(self, key: str) -> Recording:
        try:
            return await self._stands.talk.recording(key)
        except NotThere as error:
            raise Gone("Kontur Talk has no such recording: it was deleted there, or never was.") from error

    async def _download(self, recording: Recording, path: Path) -> None:
        talk, quality = self._stands.talk, self._settings.kontur_talk.quality
        most = self._settings.max_upload_bytes
        try:
            await talk.download(recording.key, quality, path, max_bytes=most)
        except NotThere:
            other = await other_quality(talk, recording, missing=quality)
            if other is None:
                raise NotThere("The recording's file is not there yet.") from None
            await talk.download(recording.key, other, path, max_bytes=most)


@dataclass(frozen=True, slots=True)
class _Fetched:
    """What is known of a recording whose file is here."""

    recording: Recording
    people: tuple[str, ...]
    info: MediaInfo


def _new_recording(arrival: Arrival, fetched: _Fetched, recording_id: TaskId, stored: StoredBlob) -> NewRecording:
    return NewRecording(
        id=recording_id,
        source=Source.KONTUR_TALK,
        source_id=arrival.key,
        media_key=stored.key,
        media_bytes=stored.size,
        media_sha256=stored.sha256,
        media_type=fetched.info.media_type,
        title=_title_of(fetched.recording),
        started_at=_started_at(fetched.recording, fetched.info),
        meeting_id=fetched.recording.room_name,
        participants=fetched.people,
        duration_seconds=fetched.info.duration_seconds,
    )


def _started_at(recording: Recording, info: MediaInfo) -> datetime | None:
    """About when the meeting began: its recording is stored when it has ended."""
    if recording.created_date is None:
        return None
    try:
        return recording.created_date - timedelta(seconds=info.duration_seconds or 0)
    except OverflowError:  # a file may claim any duration
        return None


def _title_of(recording: Recording) -> str:
    for text in (recording.title, recording.room_name):
        if text and (cleaned := " ".join(text.split())[:MAX_TITLE]):
            return cleaned
    return recording.key
