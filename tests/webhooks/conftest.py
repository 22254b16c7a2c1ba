from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta

import pytest
from pydantic import SecretStr

from callscribe.deliveries import Delivery, DeliveryState
from callscribe.domain import TaskId
from callscribe.store import Store
from callscribe.webhook_settings import WebhookSettings
from serve_app.webhooks import sender
from serve_app.webhooks.posting import Poster
from tests.ingest.media_host import serving
from tests.webhooks.receiver import SECRET, Receiver

API = "https://calls.example.com"
PAUSES = (timedelta(milliseconds=10), timedelta(milliseconds=20))
SETTINGS = WebhookSettings(secret=SecretStr(SECRET), networks=["127.0.0.1/32"], seconds=2)

Sending = Callable[..., AbstractAsyncContextManager[None]]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with serving(Receiver()) as receiver:
        yield receiver


@pytest.fixture
def sending(store: Store, monkeypatch: pytest.MonkeyPatch) -> Sending:
    """Sends for the time of a block, with settings of the test's own if need be."""
    monkeypatch.setattr(sender, "LOOK_SECONDS", 0.02)

    @asynccontextmanager
    async def sending(settings: WebhookSettings = SETTINGS) -> AsyncIterator[None]:
        poster = Poster(settings)
        ours = sender.WebhookSender(store, poster, lease=timedelta(minutes=1), api=API, pauses=PAUSES)
        running = asyncio.create_task(ours.run())
        try:
            yield
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    return sending


async def ended(store: Store, task_id: TaskId) -> Delivery:
    """The task's only delivery, once it is delivered or given up."""
    return await _until(store, task_id, lambda delivery: delivery.state is not DeliveryState.WAITING)


async def postponed(store: Store, task_id: TaskId) -> Delivery:
    """The task's only delivery, once a try has been in vain."""
    return await _until(store, task_id, lambda delivery: delivery.last_error is not None)


async def _until(store: Store, task_id: TaskId, reached: Callable[[Delivery], bool]) -> Delivery:
    async with asyncio.timeout(30):
        while not reached(delivery := await only(store, task_id)):  # noqa: ASYNC110 - the sender's, in the database
            await asyncio.sleep(0.02)
    return delivery


async def only(store: Store, task_id: TaskId) -> Delivery:
    """The task's only delivery."""
    (delivery,) = await store.deliveries.of(task_id)
    return delivery
