"""What CallScribe keeps of Kontur Talk beside its recordings: the webhook, and how far the poller has looked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from callscribe.store.codec import stored_text
from callscribe.store.database import DatabaseUser
from callscribe.store.values import Poll

if TYPE_CHECKING:
    from asyncpg import Record

MOST_ACTIVATIONS = 20
"""How many keys are kept: who may send them without the secret is anybody."""

NOTE_ACTIVATION = """
WITH noted AS (INSERT INTO talk_activations (activation_key) VALUES ($1) ON CONFLICT DO NOTHING)
DELETE FROM talk_activations
WHERE activation_key IN (SELECT activation_key FROM talk_activations ORDER BY received_at DESC OFFSET $2)
"""
ACTIVATIONS = "SELECT activation_key FROM talk_activations ORDER BY received_at DESC"
FORGET_ACTIVATION = "DELETE FROM talk_activations WHERE activation_key = $1"
FORGET_ACTIVATIONS = "DELETE FROM talk_activations WHERE received_at < now() - $1::interval"
SAVE_WEBHOOK = """
INSERT INTO talk_webhooks (webhook_key, url) VALUES ($1, $2) ON CONFLICT (webhook_key) DO UPDATE SET url = excluded.url
"""
WEBHOOKS = "SELECT webhook_key, url FROM talk_webhooks ORDER BY created_at DESC"
NEW_WEBHOOKS = "SELECT webhook_key FROM talk_webhooks WHERE created_at > now() - $1::interval"
FORGET_WEBHOOK = "DELETE FROM talk_webhooks WHERE webhook_key = $1"
BEGIN_POLLS = """
INSERT INTO talk_poll (beginning, watermark) VALUES ($1, $1)
ON CONFLICT (one) DO UPDATE SET beginning = excluded.beginning, watermark = excluded.beginning
WHERE talk_poll.beginning > excluded.beginning
"""
DUE_POLL = """
SELECT * FROM talk_poll
WHERE polled_at IS NULL OR polled_at <= now() - $1::interval OR polled_at > now() -- the clock was set back
"""
POLL = "SELECT * FROM talk_poll"
ADVANCE = "UPDATE talk_poll SET watermark = GREATEST(watermark, LEAST($1, now()))"
END_POLL = "UPDATE talk_poll SET polled_at = now(), trouble = $1"


class Talk(DatabaseUser):
    """The webhook's keys, the messages that activate it, and the poller's watermark."""

    async def note_activation(self, activation_key: str) -> None:
        """Keep, durably, what activates a webhook; the same again changes nothing. Of many the newest are kept."""
        await self._database.changed(NOTE_ACTIVATION, activation_key, MOST_ACTIVATIONS - 1)

    async def activations(self) -> tuple[str, ...]:
        """The keys that have not activated anything yet, newest first."""
        return tuple(row["activation_key"] for row in await self._database.fetch(ACTIVATIONS))

    async def forget_activation(self, activation_key: str) -> None:
        """Forget a key that has been used."""
        await self._database.changed(FORGET_ACTIVATION, activation_key)

    async def forget_activations(self, *, older_than: timedelta) -> None:
        """Forget keys that nobody has had a use for."""
        await self._database.changed(FORGET_ACTIVATIONS, older_than)

    async def save_webhook(self, webhook_key: str, url: str) -> None:
        """Keep a subscription's key."""
        await self._database.changed(SAVE_WEBHOOK, webhook_key, url)

    async def webhooks(self) -> dict[str, str]:
        """The subscriptions' addresses by their keys."""
        return {row["webhook_key"]: row["url"] for row in await self._database.fetch(WEBHOOKS)}

    async def new_webhooks(self, *, age: timedelta) -> frozenset[str]:
        """The keys of the subscriptions that were made no longer ago than that."""
        return frozenset(row["webhook_key"] for row in await self._database.fetch(NEW_WEBHOOKS, age))

    async def forget_webhook(self, webhook_key: str) -> None:
        """Forget a subscription that has ended."""
        await self._database.changed(FORGET_WEBHOOK, webhook_key)

    async def due_poll(self, *, period: timedelta, first: datetime) -> Poll | None:
        """Where to begin looking, if the last look is a period ago; the very first one begins at ``first``.

        So does the next where ``first`` is earlier than the beginning was: everything since then is looked for, once.
        """
        await self._database.changed(BEGIN_POLLS, first)
        row = await self._database.fetchrow(DUE_POLL, period)
        return None if row is None else _poll(row)

    async def poll(self) -> Poll | None:
        """How far the poller has looked, if ever."""
        row = await self._database.fetchrow(POLL)
        return None if row is None else _poll(row)

    async def advance(self, watermark: datetime) -> None:
        """Note that everything up to that moment (or up to now) has been seen; it does not go back."""
        await self._database.changed(ADVANCE, watermark)

    async def end_poll(self, trouble: str | None) -> None:
        """Note that a look has ended, and why not well."""
        await self._database.changed(END_POLL, trouble and stored_text(trouble))


def _poll(row: Record) -> Poll:
    return Poll(row["beginning"], row["watermark"], row["polled_at"], row["trouble"])
