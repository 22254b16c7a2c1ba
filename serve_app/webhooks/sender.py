"""The sender: takes deliveries that are due and sends them side by side, so that a slow host holds up no other."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from callscribe.deliveries import HeldDelivery
from callscribe.errors import Unavailable
from callscribe.logs import about_task
from callscribe.schemas.events import EventMessage
from callscribe.store import Store
from callscribe.store.changes import wait
from ingest.endless import endlessly
from serve_app.webhooks.posting import Answer, Poster
from serve_app.webhooks.schedule import PAUSES, pause_after

log = logging.getLogger(__name__)

MOST_AT_ONCE: Final = 32
MOST_PER_HOST: Final = 2
LOOK_SECONDS: Final = 1.0
OUR_FAULT: Final = Answer(error="Something went wrong inside CallScribe; the log has it.")


class WebhookSender:
    """Several may send at once. What one held when it was killed is sent again when its ``lease`` ends.

    The lease is longer than any try.
    """

    def __init__(
        self, store: Store, poster: Poster, *, lease: timedelta, api: str, pauses: Sequence[timedelta] = PAUSES
    ) -> None:
        self._deliveries = store.deliveries
        self._poster = poster
        self._lease = lease
        self._api = api
        self._pauses = pauses
        self._sending: Counter[str] = Counter()
        self._sent = asyncio.Event()

    async def run(self) -> None:
        """Send for ever. Outages are waited out, and no delivery's trouble ends it."""
        async with asyncio.TaskGroup() as group:
            await endlessly(lambda: self._turn(group), what="the sender of webhooks")

    async def _turn(self, group: asyncio.TaskGroup) -> float:
        """Begin whatever is due and may be begun; return when there may be more."""
        self._sent.clear()
        while self._sending.total() < MOST_AT_ONCE and (held := await self._claim()):
            self._sending[held.host] += 1
            group.create_task(self._deliver(held))
        await wait(self._sent, LOOK_SECONDS)
        return 0

    async def _claim(self) -> HeldDelivery | None:
        busy = [host for host, sending in self._sending.items() if sending >= MOST_PER_HOST]
        return await self._deliveries.claim(lease=self._lease, except_hosts=busy)

    async def _deliver(self, held: HeldDelivery) -> None:
        try:
            with about_task(held.task_id, held.request_id):
                await self._send_and_note(held)
        finally:
            self._sending -= Counter((held.host,))
            self._sent.set()

    async def _send_and_note(self, held: HeldDelivery) -> None:
        try:
            answer = await self._send(held)
            if answer is not None:
                await self._note(held, answer)
        except Unavailable:
            log.warning("a webhook is sent again: what came of it could not be noted", extra=_named(held))

    async def _send(self, held: HeldDelivery) -> Answer | None:
        """Nothing where there is nothing to be told any more."""
        try:
            event = await self._deliveries.event(held)
            if event is None:
                return None
            return await self._poster.post(held.url, held.id, EventMessage.of(event, api=self._api).model_dump_json())
        except Unavailable:
            raise
        except Exception:
            log.exception("a webhook cannot be sent", extra=_named(held))
            return OUR_FAULT

    async def _note(self, held: HeldDelivery, answer: Answer) -> None:
        if answer.error is None:
            await self._deliveries.delivered(held, answer.status)
            log.info("webhook delivered", extra=_named(held))
            return
        pause = pause_after(held.attempts, asked=answer.retry_after, pauses=self._pauses)
        if answer.is_final or pause is None:
            await self._deliveries.fail(held, answer.status, answer.error)
            log.warning("a webhook is given up: %s", answer.error, extra=_named(held))
        else:
            await self._deliveries.postpone(held, answer.status, answer.error, pause=pause)
            log.info("a webhook is tried again later: %s", answer.error, extra=_named(held))


def _named(held: HeldDelivery) -> dict[str, object]:
    return {"delivery": str(held.id), "host": held.host, "attempts": held.attempts}
