"""The reviser: makes degraded protocols again until the LLM is back, without a hand and without a new task."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from callscribe.errors import EngineFailed, TaskNotFound, TaskNotReady, Unavailable
from callscribe.store import Store
from callscribe.store.values import Revision
from serve_app.briefing import brief_of
from serve_app.models import Models

log = logging.getLogger(__name__)

LOOK_EVERY = timedelta(seconds=15)
LEASE = timedelta(minutes=30)
"""How long a revision is left to the replica that has taken it: longer than any protocol's making."""


class Reviser:
    """Takes degraded protocols one by one, the longest waiting first."""

    def __init__(self, store: Store, models: Models) -> None:
        self._store = store
        self._models = models

    async def run(self) -> None:
        """Revise for ever. Outages are waited out."""
        while True:
            try:
                while await self.revise_one():
                    pass
            except (EngineFailed, Unavailable):
                log.warning("not revised", exc_info=True)
            await asyncio.sleep(LOOK_EVERY.total_seconds())

    async def revise_one(self) -> bool:
        """Make one protocol that is due again; say whether there was one. Raises ``EngineFailed``, ``Unavailable``."""
        revision = await self._store.due_revision(lease=LEASE)
        if revision is None:
            return False
        try:
            await self._revise(revision)
        except (TaskNotFound, TaskNotReady):
            log.info("nothing to revise any more", extra={"task_id": str(revision.task_id)})
        return True

    async def _revise(self, revision: Revision) -> None:
        protocol = await self._models.summarize(brief_of(await self._store.result(revision.task_id)))
        if await self._store.revise(revision, protocol):
            log.info("protocol revised", extra={"task_id": str(revision.task_id), "status": protocol.status})
