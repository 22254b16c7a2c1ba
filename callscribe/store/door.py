"""The door: what is registered here is never lost, and the queue never holds more than it may."""

from __future__ import annotations

from typing import TYPE_CHECKING

from callscribe.arrivals import Arrival
from callscribe.domain import NewRecording
from callscribe.errors import IdempotencyConflict, QueueFull
from callscribe.search.words import folded
from callscribe.store.archive import KNOWN
from callscribe.store.arrivals import end_well
from callscribe.store.codec import encode_source_id, stored_text, task_of
from callscribe.store.database import DatabaseUser
from callscribe.store.locks import Lock
from callscribe.store.values import Registration

if TYPE_CHECKING:
    from asyncpg import Record

    from callscribe.store.database import Connection

QUEUED = "SELECT count(*) FROM tasks WHERE status = 'queued'"
REGISTER = """
WITH recording AS (
    INSERT INTO recordings (id, source, source_id, meeting_id, title, title_folded, media_key, media_bytes,
        media_sha256, media_type, requested_language, num_speakers, template, recorded_at, participants,
        duration_seconds, webhook_url)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
    RETURNING id
)
INSERT INTO tasks (id, created_at, held_at, request_id)
SELECT id, came, LEAST($14, came), $18 FROM recording, LATERAL (SELECT clock_timestamp()) AS moment (came)
"""


class Door(DatabaseUser):
    """Registration, and how full the queue is."""

    async def register(
        self,
        recording: NewRecording,
        *,
        queue_limit: int,
        arrival: Arrival | None = None,
        request_id: str | None = None,
    ) -> Registration:
        """Idempotent on (source, source_id). Raises ``QueueFull`` or ``IdempotencyConflict`` (other sha256).

        What is known already is answered even when the queue is full. Raises ``ValueError`` for a source's id of
        more than 2048 bytes; ``ClaimLost`` where it comes of an arrival that is no longer held: one that is ends here.
        """
        source_id = encode_source_id(recording.source_id)
        row = (*_row(recording, source_id), request_id)
        inserted = False

        async def work(connection: Connection) -> Registration:
            nonlocal inserted
            known = await connection.fetchrow(KNOWN, recording.source, source_id)
            if known is None:
                async with connection.transaction():
                    known, new = await _insert(connection, recording, row, queue_limit, arrival)
                    inserted = inserted or new
            # An insert whose commit was not confirmed may have held: then it is found, under this call's id.
            return _registration(known, recording, created=inserted and known["id"] == recording.id)

        return await self._database.run(work)

    async def queue_size(self) -> int:
        """How many tasks are queued."""
        size: int = await self._database.run(lambda connection: connection.fetchval(QUEUED))
        return size


async def lock_door(connection: Connection) -> None:
    """Let in one at a time until this transaction ends, before it locks anything else."""
    await connection.execute("SELECT pg_advisory_xact_lock($1)", Lock.DOOR)


async def check_room(connection: Connection, queue_limit: int) -> None:
    """Raise ``QueueFull`` unless one more may be queued; the count holds while the door is locked."""
    if await connection.fetchval(QUEUED) >= queue_limit:
        raise QueueFull(f"The queue holds {queue_limit} tasks, as many as it may.")


async def _insert(
    connection: Connection, recording: NewRecording, row: tuple[object, ...], queue_limit: int, arrival: Arrival | None
) -> tuple[Record, bool]:
    """Insert unless known by now; one registration at a time, so that the count holds until the commit."""
    name = row[1:3]  # at its source
    await lock_door(connection)
    known = await connection.fetchrow(KNOWN, *name)
    if known is not None:
        return known, False
    await check_room(connection, queue_limit)
    await connection.execute(REGISTER, *row)
    if arrival is not None:
        await end_well(connection, arrival, recording.id)
    inserted = await connection.fetchrow(KNOWN, *name)
    assert inserted is not None  # noqa: S101 - this very transaction has put it there
    return inserted, True


def _row(recording: NewRecording, source_id: str) -> tuple[object, ...]:
    title = stored_text(recording.title)
    return (
        recording.id,
        recording.source,
        source_id,
        None if recording.meeting_id is None else stored_text(recording.meeting_id),
        title,
        folded(title),
        stored_text(recording.media_key),
        recording.media_bytes,
        recording.media_sha256,
        stored_text(recording.media_type),
        recording.language,
        recording.num_speakers,
        recording.template,
        recording.started_at,
        [stored_text(name) for name in recording.participants],
        recording.duration_seconds,
        recording.webhook_url,
    )


def _registration(known: Record, recording: NewRecording, *, created: bool) -> Registration:
    if known["media_sha256"] != recording.media_sha256:
        raise IdempotencyConflict(f"{recording.source} {recording.source_id!r} came before with other content.")
    return Registration(task_of(known), created)
