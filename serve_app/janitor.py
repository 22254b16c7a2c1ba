"""The janitor: removes what killed processes left and can be made again, and what was brought and never taken in."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from functools import partial

from callscribe.blobs import BlobForbidden, Blobs
from callscribe.blobs.keys import AUDIO, INCOMING, MEDIA, task_of
from callscribe.domain import TaskId
from callscribe.errors import Unavailable
from callscribe.scratch import abandoned_scratch, remove_scratch
from callscribe.settings import Settings
from callscribe.store import Store

log = logging.getLogger(__name__)

EVERY = timedelta(hours=1)
GRACE = timedelta(days=1)
"""Nothing younger is touched: no upload and no decoding lasts as long."""


class Janitor:
    """Sweeps at its start and every hour. Several may do so at once: what one has removed, another does not miss."""

    def __init__(self, store: Store, blobs: Blobs, settings: Settings) -> None:
        self._store = store
        self._blobs = blobs
        self._kafka = settings.kafka
        self._webhook = settings.webhook

    async def run(self) -> None:
        """Sweep for ever."""
        while True:
            await self.do_all()
            await asyncio.sleep(EVERY.total_seconds())

    async def do_all(self) -> None:
        """Do every duty once; one that cannot be done keeps no other from it."""
        before = datetime.now(UTC) - GRACE
        sweep = partial(self.sweep, before=before)
        for duty in (sweep, self.sweep_incoming, self.look_after_outbox, self.shorten_webhooks_log):
            try:
                await duty()
            except Unavailable:
                log.warning("not swept", exc_info=True)

    async def sweep(self, *, before: datetime) -> None:
        """Remove what was left before that moment and can be made again: halves of uploads, decoded audio, scratch.

        A recording that was taken in is never removed, even one that no task knows: the database may be one restored
        from a backup, or share the blob store with another. Raises ``Unavailable``.
        """
        removed = await self._blobs.drop_unfinished(before=before)
        for key in await self._idle_audio(before):
            await self._blobs.delete(key)
            removed += 1
        for folder in abandoned_scratch(before.timestamp()):
            await asyncio.to_thread(remove_scratch, folder)
            removed += 1
        if removed:
            log.info("removed what killed processes had left", extra={"removed": removed})
        await self._tell_of_unknown_recordings(before)

    async def sweep_incoming(self) -> None:
        """Remove what was put into the blob store for a message long ago, and is there still: no task is made of it.

        Where Kafka is not set nobody brings any. Raises ``Unavailable``.
        """
        if not self._kafka.enabled:
            return
        before = datetime.now(UTC) - timedelta(days=self._kafka.media.incoming_days)
        removed = [key for key in await self._blobs.keys(INCOMING, before=before) if await self._is_removed(key)]
        if removed:
            log.warning("removed blobs that no message has brought in", extra={"incoming": removed})

    async def _is_removed(self, key: str) -> bool:
        try:
            await self._blobs.delete(key)
        except BlobForbidden as error:
            log.warning("a blob is left: %s", error, extra={"key": key})
            return False
        return True

    async def look_after_outbox(self) -> None:
        """Keep within its bound what waits to be told by Kafka, and say so where it waits for long.

        Raises ``Unavailable``.
        """
        if dropped := await self._store.outbox.thin(self._kafka.outbox_events):
            log.warning("too many events wait for Kafka: each task keeps its newest alone", extra={"dropped": dropped})
        level = await self._store.outbox.level()
        if level.since is not None and level.since < datetime.now(UTC) - EVERY:
            log.warning(
                "events wait for Kafka: its brokers are away, or nobody publishes",
                extra={"waiting": level.waiting, "since": level.since.isoformat()},
            )
        if level.aside:
            log.error("events are set aside that cannot be told", extra={"aside": level.aside})

    async def shorten_webhooks_log(self) -> None:
        """Forget the deliveries that ended long ago. Raises ``Unavailable``."""
        if forgotten := await self._store.deliveries.forget(self._webhook.log_age):
            log.info("forgot old deliveries of webhooks", extra={"forgotten": forgotten})

    async def _idle_audio(self, before: datetime) -> list[str]:
        """Decoded audio that no task needs: that of ended or unknown ones."""
        audio = _by_task(await self._blobs.keys(AUDIO, before=before))
        statuses = await self._store.statuses(audio.keys())
        live = {task_id for task_id, status in statuses.items() if not status.is_final}
        return [key for task_id, key in audio.items() if task_id not in live]

    async def _tell_of_unknown_recordings(self, before: datetime) -> None:
        media = _by_task(await self._blobs.keys(MEDIA, before=before))
        unknown = media.keys() - (await self._store.statuses(media.keys())).keys()
        if unknown:
            log.warning("the blob store has recordings that no task knows: kept", extra={"recordings": len(unknown)})


def _by_task(keys: list[str]) -> dict[TaskId, str]:
    return {task_id: key for key in keys if (task_id := task_of(key)) is not None}
