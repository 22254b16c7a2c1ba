"""Deliveries of webhooks: which are made, when, and that whoever holds one is alone with it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from callscribe.deliveries import DeliveryEvent, DeliveryState, HeldDelivery
from callscribe.domain import ProtocolStatus, TaskError, TaskId, TaskStatus
from callscribe.errors import DeliveryNotFound
from callscribe.store import Store
from tests.store.making import (
    LEASE,
    PROTOCOL,
    claim,
    complete,
    completed,
    lapse,
    new_recording,
    register,
    registered_and_claimed,
)

URL = "https://crm.example.com:8443/hooks/1?key=a"
OWN = "https://Own.example.com/"
DEGRADED = replace(PROTOCOL, status=ProtocolStatus.DEGRADED)


@pytest.fixture
async def telling(database_url: str) -> AsyncIterator[Store]:
    """A store whose ends of tasks are told to an address."""
    store = await Store.connect(database_url, webhook_url=URL)
    yield store
    await store.close()


async def made(store: Store, task_id: TaskId) -> list[tuple[str, str]]:
    """What is to be told of a task, and whom."""
    return [(delivery.event, delivery.url) for delivery in reversed(await store.deliveries.of(task_id))]


async def held(store: Store, *except_hosts: str) -> HeldDelivery:
    found = await store.deliveries.claim(lease=LEASE, except_hosts=except_hosts)
    assert found is not None
    return found


async def make_due(store: Store) -> None:
    await store._database.changed("UPDATE deliveries SET due_at = now() WHERE state = 'waiting'")


async def test_the_end_is_told_as_it_stands_then(telling: Store) -> None:
    task_id = await completed(telling)
    await telling.name_by_hand(task_id, {1: "Анна"})
    taken = await held(telling)
    assert (taken.task_id, taken.url, taken.host, taken.attempts) == (task_id, URL, "crm.example.com:8443", 1)
    assert taken.request_id is None
    event = await telling.deliveries.event(taken)
    assert event is not None
    assert (event.task, event.protocol) == (replace(await telling.task(task_id), speakers=()), PROTOCOL)
    assert not event.deleted


async def test_what_begins_is_not_told_nor_what_is_cancelled(telling: Store) -> None:
    held = await registered_and_claimed(telling)
    await telling.release(held, delay=timedelta())
    await telling.cancel(held.task.id)
    assert await made(telling, held.task.id) == []


async def test_failures_are_told_whoever_finds_them(telling: Store) -> None:
    held = await registered_and_claimed(telling)
    await telling.fail(held, TaskError("damaged_media", "It cannot be decoded."))
    exhausted = await registered_and_claimed(telling)
    await lapse(telling, exhausted.task.id)
    await telling.fail_exhausted(max_attempts=1)
    for task_id in (held.task.id, exhausted.task.id):
        assert await made(telling, task_id) == [(DeliveryEvent.FAILED, URL)]


@pytest.mark.parametrize(("own", "told"), [(OWN, {URL, OWN}), (URL, {URL}), (None, {URL})])
async def test_an_upload_s_own_address_is_told_too(telling: Store, own: str | None, told: set[str]) -> None:
    task_id = await completed(telling, new_recording(webhook_url=own))
    assert sorted(await made(telling, task_id)) == sorted((DeliveryEvent.COMPLETED, url) for url in told)


async def test_without_an_address_nobody_is_told(store: Store) -> None:
    assert await made(store, await completed(store)) == []
    assert await made(store, await completed(store, new_recording(webhook_url=OWN))) == [("completed", OWN)]


async def test_the_address_belongs_to_the_first_request(store: Store) -> None:
    first = new_recording("same", webhook_url=OWN)
    await register(store, first)
    await register(store, new_recording("same", webhook_url=URL))
    assert await made(store, await complete(store, await claim(store))) == [("completed", OWN)]


async def test_a_rerun_is_told_anew_and_under_another_id(telling: Store) -> None:
    task_id = await completed(telling)
    await telling.retry(task_id, from_stage=None, queue_limit=10)
    await complete(telling, await claim(telling))
    second, first = await telling.deliveries.of(task_id)
    assert first.id != second.id
    assert first.created_at < second.created_at


async def test_a_revised_protocol_is_told_once_it_is_another(telling: Store) -> None:
    task_id = await completed(telling, protocol=DEGRADED)
    for protocol in (replace(DEGRADED, coverage=0.5), PROTOCOL):
        revision = await telling.due_revision(lease=timedelta())
        assert revision is not None
        assert await telling.revise(revision, protocol, revise_after=timedelta())
    assert await made(telling, task_id) == [("completed", URL), ("revised", URL)]
    statuses = []
    for _ in range(2):
        event = await telling.deliveries.event(await held(telling))
        assert event is not None
        statuses.append(event.task.protocol_status)
    assert statuses == [ProtocolStatus.DEGRADED, ProtocolStatus.COMPLETE]


async def test_what_was_not_told_of_a_task_goes_with_it(telling: Store) -> None:
    task_id = await completed(telling)
    taken = await held(telling)
    await telling.delete(task_id)
    assert await telling.deliveries.event(taken) is None
    await telling.deliveries.delivered(taken, 200)
    assert await made(telling, task_id) == []


async def test_a_delivery_has_one_holder_until_its_lease_ends(telling: Store) -> None:
    task_id = await completed(telling)
    first = await held(telling)
    assert await telling.deliveries.claim(lease=LEASE, except_hosts=[]) is None
    await make_due(telling)
    second = await held(telling)
    assert (second.id, second.attempts, second.fence > first.fence) == (first.id, 2, True)
    await telling.deliveries.fail(first, 500, "late")
    await telling.deliveries.delivered(second, 204)
    (delivery,) = await telling.deliveries.of(task_id)
    assert (delivery.state, delivery.last_status, delivery.last_error) == (DeliveryState.DELIVERED, 204, None)
    assert delivery.delivered_at is not None
    assert delivery.next_attempt_at is None


async def test_what_goes_to_a_busy_host_is_left_alone(telling: Store) -> None:
    task_id = await completed(telling, new_recording(webhook_url=OWN))
    assert (await held(telling, "crm.example.com:8443")).host == "own.example.com"
    assert await telling.deliveries.claim(lease=LEASE, except_hosts=["crm.example.com:8443"]) is None
    assert (await held(telling)).task_id == task_id


async def test_what_is_asked_for_again_begins_anew_under_its_id(telling: Store) -> None:
    await completed(telling)
    first = await held(telling)
    await telling.deliveries.fail(first, None, "away")
    again = await telling.deliveries.again(first.id)
    assert (again.id, again.state, again.attempts, again.last_error) == (first.id, DeliveryState.WAITING, 0, "away")
    assert (await held(telling)).attempts == 1
    with pytest.raises(DeliveryNotFound):
        await telling.deliveries.again(uuid4())


async def test_what_ended_long_ago_is_forgotten(telling: Store) -> None:
    task_id = await completed(telling)
    assert await telling.deliveries.forget(timedelta(days=1)) == 0
    await telling.deliveries.delivered(await held(telling), 200)
    assert await telling.deliveries.forget(timedelta()) == 1
    assert (await telling.task(task_id)).status is TaskStatus.COMPLETED
    assert await made(telling, task_id) == []
