"""What becomes of one message: a task, or a dead letter; until then it is tried again."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any, Final

from aiokafka.errors import KafkaError

from callscribe.attempts import FAULT_OF_OURS, doubled
from callscribe.domain import Task
from callscribe.errors import CallScribeError, MediaUnavailable, QueueFull, Unavailable
from callscribe.logs import about
from ingest.kafka.dead_letters import DeadLetters

log = logging.getLogger(__name__)

FIRST_PAUSE: Final = timedelta(seconds=0.5)
LONGEST_PAUSE: Final = timedelta(seconds=30)
REFUSED_TRIES: Final = 10
"""How often a message's media is asked for that its host does not give out, though it gives out others."""
UNEXPLAINED_TRIES: Final = 5
"""How often a message is tried that fails in a way nobody has thought of."""

TakeIn = Callable[[bytes | None], Awaitable[Task]]


@dataclass(slots=True)
class _Tries:
    """How one message has failed: how often, why, and since when for nothing but its media, by ``time.monotonic``."""

    count: int = 0
    refused: int = 0
    unexplained: int = 0
    refused_since: float = math.inf

    def note(self, trouble: Exception) -> None:
        self.count += 1
        match trouble:
            case MediaUnavailable():
                self.refused += 1
                self.refused_since = min(self.refused_since, time.monotonic())
                return
            case CallScribeError():
                pass
            case _:
                self.unexplained += 1
        self.refused_since = math.inf


class Settler:
    """Settles messages one by one; ``media_patience`` is how long a media host may be away, in seconds.

    It is spent on a host and not on each of its messages: of one that is away for longer each is tried once. A host
    that has given out something since a message failed first is not away: then that message has so many tries. The
    store, the blob store, a full queue and the topic of dead letters are waited for as long as it takes.
    """

    def __init__(self, take_in: TakeIn, letters: DeadLetters, *, media_patience: float) -> None:
        self._take_in = take_in
        self._letters = letters
        self._media_patience = media_patience

    async def settle(self, record: Any) -> None:  # noqa: ANN401 - aiokafka has no types
        """Return when the message is a task or a dead letter."""
        with about(request_id=f"{record.topic}/{record.partition}/{record.offset}"):
            await self._settle(record)

    async def _settle(self, record: Any) -> None:  # noqa: ANN401
        tries = _Tries()
        while (trouble := await self._attempt(record)) is not None:
            tries.note(trouble)
            if self._is_hopeless(trouble, tries):
                await self._bury(record, _told(trouble))
                return
            log.warning(
                "message is tried again: %s", trouble, extra={"partition": record.partition, "offset": record.offset}
            )
            await asyncio.sleep(pause_after(tries.count))

    async def _attempt(self, record: Any) -> Exception | None:  # noqa: ANN401
        try:
            await self._take_in(record.value)
        except Exception as error:  # noqa: BLE001 - the boundary: whatever a message does, its partition goes on
            return error
        return None

    async def _bury(self, record: Any, error: CallScribeError) -> None:  # noqa: ANN401
        """Bury it, however long the brokers do not take the letter: its partition waits for that, and no other."""
        for tries in count(1):
            try:
                await self._letters.bury(record, error)
            except KafkaError as refusal:
                log.warning(
                    "dead letter is not taken: %s",
                    refusal,
                    extra={"partition": record.partition, "offset": record.offset},
                )
                await asyncio.sleep(pause_after(tries))
            else:
                return

    def _is_hopeless(self, trouble: Exception, tries: _Tries) -> bool:
        match trouble:
            case MediaUnavailable():
                if trouble.away_since > tries.refused_since and tries.refused >= REFUSED_TRIES:
                    return True
                return time.monotonic() - min(tries.refused_since, trouble.away_since) >= self._media_patience
            case QueueFull() | Unavailable():
                return False
            case CallScribeError():
                return True
        return tries.unexplained >= UNEXPLAINED_TRIES


def pause_after(tries: int) -> float:
    """Seconds to wait before the next try: 0.5, 1, 2 … at most half a minute."""
    return doubled(FIRST_PAUSE, tries - 1, LONGEST_PAUSE).total_seconds()


def _told(trouble: Exception) -> CallScribeError:
    """What a dead letter says of the trouble."""
    if isinstance(trouble, CallScribeError):
        return trouble
    log.error("message fails for no reason that is known", exc_info=trouble)
    return CallScribeError(FAULT_OF_OURS)
