"""The janitor: removes what killed processes have left behind, and nothing that a task may own, here or elsewhere."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from callscribe.blobs import Blobs
from callscribe.blobs.keys import AUDIO, MEDIA, owner_key, task_of
from callscribe.domain import TaskId
from callscribe.errors import Unavailable
from callscribe.scratch import abandoned_scratch, remove_scratch
from callscribe.store import Store
from serve_app.owners import claim_blobs

log = logging.getLogger(__name__)

EVERY = timedelta(hours=1)
GRACE = timedelta(days=1)
"""Nothing younger is touched: no upload and no decoding lasts as long."""


class Janitor:
    """Sweeps at its start and every hour. Several may do so at once: what one has removed, another does not miss."""

    def __init__(self, store: Store, blobs: Blobs) -> None:
        self._store = store
        self._blobs = blobs

    async def run(self) -> None:
        """Sweep for ever."""
        while True:
            try:
                await self.sweep(before=datetime.now(UTC) - GRACE)
            except Unavailable:
                log.warning("not swept", exc_info=True)
            await asyncio.sleep(EVERY.total_seconds())

    async def sweep(self, *, before: datetime) -> None:
        """Remove what was left before that moment.

        That is: halves of uploads, scratch folders and, where no other database keeps its recordings in the same
        blob store, recordings that were never registered and decoded audio of tasks that have ended or are gone.
        Raises ``Unavailable``.
        """
        removed = await self._blobs.drop_unfinished(before=before)
        for key in await self._unowned(before):
            await self._blobs.delete(key)
            removed += 1
        for folder in abandoned_scratch(before.timestamp()):
            await asyncio.to_thread(remove_scratch, folder)
            removed += 1
        if removed:
            log.info("removed what killed processes had left", extra={"removed": removed})

    async def _unowned(self, before: datetime) -> list[str]:
        if others := await claim_blobs(self._store, self._blobs):
            log.warning(
                "recordings are not swept: other databases may own them. Delete the blobs of those that are gone",
                extra={"owners": [owner_key(other) for other in sorted(others)]},
            )
            return []
        media = _by_task(await self._blobs.keys(MEDIA, before=before))
        audio = _by_task(await self._blobs.keys(AUDIO, before=before))
        statuses = await self._store.statuses(media.keys() | audio.keys())
        live = {task_id for task_id, status in statuses.items() if not status.is_final}
        return [
            *(key for task_id, key in media.items() if task_id not in statuses),
            *(key for task_id, key in audio.items() if task_id not in live),
        ]


def _by_task(keys: list[str]) -> dict[TaskId, str]:
    return {task_id: key for key in keys if (task_id := task_of(key)) is not None}
