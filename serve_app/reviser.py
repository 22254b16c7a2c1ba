"""The reviser: makes degraded protocols again until the LLM is back, without a hand and without a new task."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from callscribe.domain import Stage
from callscribe.errors import LlmTimeout, LlmUnavailable, TaskNotFound, TaskNotReady
from callscribe.glossary.terms import Terms
from callscribe.logs import about_task
from callscribe.store import Store
from callscribe.store.values import Revision
from serve_app.briefing import as_stored, brief_of
from serve_app.models import Models
from serve_app.pauses import Pauses

log = logging.getLogger(__name__)

AWAY = frozenset({LlmUnavailable.code, LlmTimeout.code})
"""Why a protocol is degraded that shows that the others would be too."""


class Reviser:
    """Takes degraded protocols one by one, the longest waiting first.

    ``lease`` is how long a revision is left to the replica that has taken it: longer than any protocol's making.
    """

    def __init__(self, store: Store, models: Models, pauses: Pauses, *, glossary: Terms, lease: timedelta) -> None:
        self._store = store
        self._models = models
        self._pauses = pauses
        self._glossary = glossary
        self._lease = lease

    async def run(self) -> None:
        """Revise for ever. Outages are waited out, and no protocol's trouble ends it."""
        while True:
            try:
                while await self.revise_one():
                    pass
            except Exception:
                log.exception("not revised")
            await asyncio.sleep(self._pauses.first.total_seconds() / 2)

    async def revise_one(self) -> bool:
        """Improve one protocol that is due; say whether to go on with the next at once.

        Not where none is due, nor while the LLM is away: one is enough to find that out.
        """
        revision = await self._store.due_revision(lease=self._lease)
        if revision is None:
            return False
        task_id = revision.task_id
        with about_task(task_id, revision.request_id, stage=Stage.SUMMARIZING):
            try:
                return await self._revise(revision)
            except (TaskNotFound, TaskNotReady):
                log.info("nothing to revise any more")
                return True

    async def _revise(self, revision: Revision) -> bool:
        result = await self._store.result(revision.task_id)
        brief = await asyncio.to_thread(brief_of, result, self._glossary)
        protocol = await self._models.improve(brief, result.protocol)
        pause = self._pauses.after(protocol, earlier=revision.earlier + 1)
        if await self._store.revise(revision, as_stored(protocol, result), revise_after=pause):
            log.info("protocol revised", extra={"protocol": protocol.status, "reason": protocol.reason_code})
        return protocol.reason_code not in AWAY
