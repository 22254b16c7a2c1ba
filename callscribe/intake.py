"""The way to the door: a recording is received and registered, in that order, or nothing of it is left behind."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from time import perf_counter
from uuid import uuid4

import anyio

from callscribe.arrivals import Arrival
from callscribe.blobs import Blobs
from callscribe.blobs.keys import media_key
from callscribe.domain import NewRecording, TaskId
from callscribe.errors import QueueFull, TaskNotFound, Unavailable
from callscribe.logs import about, about_task, request_id, seconds_since
from callscribe.store import Registration, Store

Receive = Callable[[TaskId, str], Awaitable[NewRecording]]
"""Stores a recording's media under a key, looks into it, and says what there is to register."""

log = logging.getLogger(__name__)


class Intake:
    """What every way in stands on; at most ``queue_limit`` tasks may wait."""

    def __init__(self, store: Store, blobs: Blobs, *, queue_limit: int) -> None:
        self._store = store
        self._blobs = blobs
        self._queue_limit = queue_limit

    async def take_in(self, receive: Receive, *, arrival: Arrival | None = None) -> Registration:
        """Receive and register. Raises what ``receive`` raises, ``QueueFull`` and ``IdempotencyConflict``.

        What comes of an ``arrival`` is registered only while that is held: else raises ``ClaimLost``.
        """
        task_id = TaskId(uuid4())
        with about_task(task_id, request_id()):
            return await self._take_in(receive, task_id, arrival)

    async def _take_in(self, receive: Receive, task_id: TaskId, arrival: Arrival | None) -> Registration:
        key, began = media_key(task_id), perf_counter()
        registering = kept = False
        try:
            recording = await receive(task_id, key)
            registering = True
            registration = await self._store.register(
                recording, queue_limit=self._queue_limit, arrival=arrival, request_id=request_id()
            )
            kept = registration.created
        finally:
            if not kept:
                with anyio.CancelScope(shield=True):
                    await self._discard(task_id, key, certain=not registering)
        _tell(recording, registration, seconds_since(began))
        return registration

    async def refuse_when_full(self) -> None:
        """Raise ``QueueFull`` before the first byte where register would after the last."""
        if await self._store.queue_size() >= self._queue_limit:
            message = f"{self._queue_limit} recordings are waiting already."
            raise QueueFull(message)

    async def _discard(self, task_id: TaskId, key: str, *, certain: bool) -> None:
        """Remove what was received, unless its task may be registered after all and only the answer was lost."""
        try:
            if not certain:
                await self._store.task(task_id)
                return
        except TaskNotFound:
            pass
        except Unavailable:
            log.warning("kept a blob whose task may exist", extra={"key": key})
            return
        await self._blobs.delete(key)


def _tell(recording: NewRecording, registration: Registration, seconds: float) -> None:
    """Of what was known already its task tells, and where it came a second time."""
    with about(task_id=registration.task.id):
        log.info(
            "recording received" if registration.created else "recording known already",
            extra={"source": recording.source, "bytes": recording.media_bytes, "seconds": seconds},
        )
