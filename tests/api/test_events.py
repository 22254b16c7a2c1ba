"""Tasks followed by server-sent events, over a real connection."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from callscribe.domain import ProtocolStatus, Stage, TaskError, TaskId
from tests.api.house import House, assert_problem
from tests.store.making import PROTOCOL


async def _events(served: httpx.AsyncClient, task_id: TaskId, seen: str = "") -> AsyncGenerator[dict[str, Any], None]:
    headers = {"Last-Event-ID": seen} if seen else {}
    async with served.stream("GET", f"/api/v1/tasks/{task_id}/events", headers=headers) as stream:
        assert stream.status_code == 200
        assert stream.headers["content-type"].startswith("text/event-stream")
        event: dict[str, Any] = {}
        async for line in stream.aiter_lines():
            name, _, value = line.partition(": ")
            if name in ("id", "event"):
                event[name] = value
            elif name == "data":
                event["task"] = json.loads(value)
            elif not line and event:
                yield event
                event = {}


async def test_every_change_is_told_until_the_end(served: httpx.AsyncClient, house: House) -> None:
    task_id = await house.task()
    events = _events(served, task_id)

    queued = await anext(events)
    claim = await house.claim()
    claimed = await anext(events)
    await house.services.store.report(claim, stage=Stage.DECODING, progress=0.1)
    decoding = await anext(events)
    await house.services.store.fail(claim, TaskError("damaged_media", "It is damaged."))
    rest = [event async for event in events]

    told = [(event["task"]["status"], event["task"]["progress"]) for event in (queued, claimed, decoding, *rest)]
    assert told == [("queued", 0.0), ("processing", 0.0), ("processing", 0.1), ("failed", 0.1)]
    assert {event["event"] for event in (queued, *rest)} == {"task"}
    assert len({event["id"] for event in (queued, claimed, decoding, *rest)}) == 4


async def test_a_client_that_comes_back_is_told_what_it_has_not_seen(served: httpx.AsyncClient, house: House) -> None:
    task_id = await house.task()
    events = _events(served, task_id)
    seen = (await anext(events))["id"]
    await events.aclose()
    await house.finish()

    missed = [event async for event in _events(served, task_id, seen)]

    assert [event["task"]["status"] for event in missed] == ["completed"]


async def test_nothing_new_is_no_stream(served: httpx.AsyncClient, house: House) -> None:
    await house.task()
    task_id = await house.finish()
    (last,) = [event async for event in _events(served, task_id)]

    again = await served.get(f"/api/v1/tasks/{task_id}/events", headers={"Last-Event-ID": last["id"]})

    assert (again.status_code, again.content) == (204, b"")


async def test_who_comes_back_is_told_that_the_protocol_has_become_whole(
    served: httpx.AsyncClient, house: House
) -> None:
    task_id = await house.task()
    await house.finish(protocol=replace(PROTOCOL, status=ProtocolStatus.DEGRADED))
    (last,) = [event async for event in _events(served, task_id)]
    assert (last["task"]["status"], last["task"]["protocol_status"]) == ("completed", "degraded")
    revision = await house.services.store.due_revision(lease=timedelta(minutes=1))
    assert revision is not None
    await house.services.store.revise(revision, PROTOCOL, revise_after=None)

    (news,) = [event async for event in _events(served, task_id, last["id"])]

    assert (news["task"]["status"], news["task"]["protocol_status"]) == ("completed", "complete")
    shown = (await served.get(f"/api/v1/tasks/{task_id}")).json()
    assert shown == news["task"]


async def test_who_comes_back_is_told_what_the_voices_are_called_by_now(
    served: httpx.AsyncClient, house: House
) -> None:
    await house.task()
    task_id = await house.finish()
    (last,) = [event async for event in _events(served, task_id)]
    await house.services.store.name_by_hand(task_id, {1: "Анна"})

    (news,) = [event async for event in _events(served, task_id, last["id"])]

    assert [event["task"]["speakers"] for event in (last, news)] == [["Спикер 1", "Иван"], ["Анна", "Иван"]]


async def test_while_nothing_changes_the_connection_is_kept_open(
    served: httpx.AsyncClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fastapi.routing._PING_INTERVAL", 0.05)
    task_id = await house.task()

    async with served.stream("GET", f"/api/v1/tasks/{task_id}/events") as stream:
        async for line in stream.aiter_lines():
            if line.startswith(":"):
                break


async def test_a_stream_ends_when_its_task_is_deleted(served: httpx.AsyncClient, house: House) -> None:
    task_id = await house.task()
    events = _events(served, task_id)
    await anext(events)

    await served.delete(f"/api/v1/tasks/{task_id}")

    assert [event async for event in events] == []


async def test_many_follow_one_task(served: httpx.AsyncClient, house: House) -> None:
    task_id = await house.task()

    async def last_status() -> str:
        return [str(event["task"]["status"]) async for event in _events(served, task_id)][-1]

    followers = [asyncio.create_task(last_status()) for _ in range(5)]
    await asyncio.sleep(0)
    await house.finish()

    assert await asyncio.gather(*followers) == ["completed"] * 5


async def test_there_are_no_events_of_no_task(served: httpx.AsyncClient) -> None:
    assert_problem(await served.get(f"/api/v1/tasks/{uuid4()}/events"), 404, "task_not_found")
