"""The poller: looks for recordings that no event has told of. One in the cluster at a time, however many there are."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

from callscribe.arrivals import is_key
from callscribe.attempts import FAULT_OF_OURS
from callscribe.errors import Unavailable
from callscribe.kontur_talk_settings import KonturTalkSettings
from callscribe.store import Store
from callscribe.store.locks import Lock
from callscribe.store.values import Poll
from ingest.endless import endlessly
from ingest.kontur_talk.client import KonturTalk
from ingest.kontur_talk.failures import KonturTalkError
from ingest.kontur_talk.leniency import shortened
from ingest.kontur_talk.models import Recording

log = logging.getLogger(__name__)

LOOKS_PER_PERIOD = 4
"""How often it is asked whether a period is over, so that another poller takes over soon from one that has died."""


class Poller:
    """Looks once a period, from its watermark less an overlap on, oldest first."""

    def __init__(self, store: Store, talk: KonturTalk, settings: KonturTalkSettings) -> None:
        self._store = store
        self._talk = talk
        self._settings = settings

    async def run(self) -> None:
        """Look for ever."""
        await endlessly(self._turn, what="the poller of Kontur Talk")

    async def _turn(self) -> float:
        await self.look()
        return self._settings.poll_period_seconds / LOOKS_PER_PERIOD

    async def look(self) -> bool:
        """Look, if it is time and nobody else does; say whether."""
        period = timedelta(seconds=self._settings.poll_period_seconds)
        async with self._store.alone(Lock.POLL) as alone:
            if not alone:
                return False
            first = self._settings.poll_from or datetime.now(UTC)
            poll = await self._store.talk.due_poll(period=period, first=first)
            if poll is None:
                return False
            await self._store.talk.end_poll(await self._trouble(poll))
            return True

    async def _trouble(self, poll: Poll) -> str | None:
        """Look, and say why that did not end well: what was found until then is kept."""
        overlap = timedelta(seconds=self._settings.poll_overlap_seconds)
        try:
            async for recordings in self._talk.recordings_since(max(poll.watermark - overlap, poll.beginning)):
                await self._keep(recordings)
        except (KonturTalkError, Unavailable) as error:
            log.warning("not polled to the end: %s", error)
            return str(error)
        except Exception:
            log.exception("not polled to the end")
            return FAULT_OF_OURS
        return None

    async def _keep(self, recordings: tuple[Recording, ...]) -> None:
        found = {recording.key: recording.title for recording in recordings if _has_key(recording)}
        await self._store.arrivals.found(found)
        moments = [recording.created_date for recording in recordings if recording.created_date is not None]
        if moments:
            await self._store.talk.advance(max(moments))


def _has_key(recording: Recording) -> bool:
    possible = is_key(recording.key)
    if not possible:
        log.warning("a recording in the list has no possible key", extra={"key": shortened(recording.key)})
    return possible
