"""The worker over the real store: what it does with leases, failures and outages."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from callscribe.attempts import describe
from callscribe.blobs import Blobs
from callscribe.blobs.keys import audio_key
from callscribe.domain import Task, TaskStatus
from callscribe.errors import EngineFailed, InvalidMedia
from callscribe.glossary.terms import Terms
from callscribe.logs import Bearing
from callscribe.media.decoder import Decoder
from callscribe.settings import DecodeLimits, Settings
from callscribe.store import Store
from serve_app.pipeline import Pipeline
from serve_app.worker import Worker, backoff
from tests.serve_app.conftest import MEETING, PAUSES, Register
from tests.serve_app.models import ScriptedModels


@asynccontextmanager
async def working(store: Store, blobs: Blobs, models: ScriptedModels, settings: Settings) -> AsyncIterator[None]:
    worker = Worker(
        store, Pipeline(store, blobs, Decoder(DecodeLimits()), models, PAUSES, glossary=Terms(())), settings
    )
    loop = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        loop.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await loop


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("serve_app.worker.backoff", lambda attempts: timedelta(0))


async def ended(store: Store, task: Task) -> Task:
    async with asyncio.timeout(60):
        states = [state async for state in store.changes(task.id)]
    return states[-1]


async def test_works_off_the_queue(store: Store, blobs: Blobs, settings: Settings, register: Register) -> None:
    tasks = [await register(MEETING) for _ in range(5)]
    async with working(store, blobs, ScriptedModels(), settings):
        states = [await ended(store, task) for task in tasks]
    assert {state.status for state in states} == {TaskStatus.COMPLETED}
    assert {state.attempts for state in states} == {1}


async def test_a_task_that_comes_while_the_worker_idles_is_taken(
    store: Store, blobs: Blobs, settings: Settings, register: Register
) -> None:
    async with working(store, blobs, ScriptedModels(), settings):
        await asyncio.sleep(0.5)
        task = await register(MEETING)
        assert (await ended(store, task)).status is TaskStatus.COMPLETED


async def test_a_long_stage_keeps_its_lease(
    store: Store, blobs: Blobs, settings: Settings, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    class SlowModels(ScriptedModels):
        async def diarizer_name(self) -> str:
            await asyncio.sleep(settings.lease_seconds * 3)
            return "slow"

    task = await register(MEETING)
    async with working(store, blobs, SlowModels(), settings):
        state = await ended(store, task)
    assert (state.status, state.attempts) == (TaskStatus.COMPLETED, 1)


async def test_what_fails_for_good_fails_at_once(
    store: Store, blobs: Blobs, settings: Settings, register: Register
) -> None:
    models = ScriptedModels(trouble={"transcribe": lambda: InvalidMedia("Nothing to hear.")})
    task = await register(MEETING)
    async with working(store, blobs, models, settings):
        state = await ended(store, task)
    assert (state.status, state.attempts) == (TaskStatus.FAILED, 1)
    assert state.error is not None
    assert (state.error.code, state.error.message) == ("invalid_media", "Nothing to hear.")
    assert await blobs.keys("audio") == []


@pytest.mark.usefixtures("no_pauses")
async def test_what_may_pass_is_tried_again_and_then_fails_with_its_reason(
    store: Store, blobs: Blobs, settings: Settings, register: Register, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.handler.addFilter(Bearing(("serve_app",)))
    models = ScriptedModels(trouble={"transcribe": lambda: EngineFailed("The engine broke.")})
    task = await register(MEETING)
    async with working(store, blobs, models, settings):
        state = await ended(store, task)
    assert (state.status, state.attempts) == (TaskStatus.FAILED, settings.max_attempts)
    assert state.error is not None
    assert state.error.code == "engine_failed"
    assert await blobs.keys("audio") == []
    told = [vars(record) for record in caplog.records if record.levelno == logging.WARNING]
    assert [(line["message"], line["attempt"]) for line in told] == [
        ("attempt failed", 1),
        ("attempt failed", 2),
        ("task failed", 3),
    ]
    assert {(line["task_id"], line["request_id"], line["code"]) for line in told} == {
        (str(task.id), str(task.id), "engine_failed")
    }


async def test_of_a_task_whose_workers_died_no_sound_is_left(
    store: Store, blobs: Blobs, settings: Settings, register: Register, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.handler.addFilter(Bearing(("serve_app",)))
    task = await register(MEETING)
    await blobs.put_file(audio_key(task.id), MEETING)
    await store._database.changed("UPDATE tasks SET request_id = 'mine'")
    for _ in range(settings.max_attempts):
        assert await store.claim(lease=timedelta(0), max_attempts=settings.max_attempts) is not None
    async with working(store, blobs, ScriptedModels(), settings):
        state = await ended(store, task)
        await ended(store, await register(MEETING))
    assert state.error is not None
    assert state.error.code == "attempts_exhausted"
    assert await blobs.keys("audio") == []
    (given_up,) = [vars(record) for record in caplog.records if record.levelno == logging.WARNING]
    assert (given_up["task_id"], given_up["request_id"]) == (str(task.id), "mine")


async def test_a_cancelled_task_is_let_go(store: Store, blobs: Blobs, settings: Settings, register: Register) -> None:
    started = asyncio.Event()

    class EndlessModels(ScriptedModels):
        async def diarizer_name(self) -> str:
            started.set()
            await asyncio.Event().wait()
            raise AssertionError

    task, other = await register(MEETING), await register(MEETING)
    async with working(store, blobs, EndlessModels(), settings.model_copy(update={"concurrent_tasks": 1})):
        await started.wait()
        started.clear()
        await store.cancel(task.id)
        async with asyncio.timeout(20):
            await started.wait()
        assert (await store.task(other.id)).status is TaskStatus.PROCESSING
    assert (await store.task(task.id)).status is TaskStatus.CANCELLED


def test_pauses_grow_to_a_minute() -> None:
    assert [backoff(attempts).total_seconds() for attempts in (1, 2, 3, 6, 40)] == [2, 4, 8, 60, 60]


def test_our_internals_stay_inside() -> None:
    assert "secret" not in describe(ValueError("secret")).message
