"""``kill -9`` of a sender: what it was sending is sent again, under the same id."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from callscribe.deliveries import DeliveryState
from callscribe.store import Store
from tests.ingest.media_host import Answer
from tests.store.making import completed, new_recording
from tests.webhooks.conftest import Sending, ended
from tests.webhooks.receiver import Receiver

pytestmark = pytest.mark.faults

ROOT = Path(__file__).parents[2]


async def test_what_a_killed_sender_held_is_sent_again(
    store: Store, receiver: Receiver, sending: Sending, database_url: str
) -> None:
    receiver.told = [Answer(silent=True)]
    task_id = await completed(store, new_recording(webhook_url=receiver.url("/")))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.webhooks.sending_process", database_url, cwd=ROOT
    )
    await receiver.wait_for(1)
    process.kill()
    await process.wait()
    assert await store._database.changed("UPDATE deliveries SET due_at = now()") == 1, "its lease ends"

    async with sending():
        delivery = await ended(store, task_id)

    assert (delivery.state, delivery.attempts) == (DeliveryState.DELIVERED, 2)
    first, second = receiver.received
    assert (first.id, first.body) == (second.id, second.body)
