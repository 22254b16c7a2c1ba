"""The queue against a model of a few lines: whatever is asked in whatever order, both answer the same."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from callscribe.domain import Claim, ModelNames, Stage, TaskError, TaskId, TaskStatus
from callscribe.errors import ClaimLost, QueueFull, TaskConflict
from callscribe.store import Store, TaskFilter
from tests.store.making import LEASE, lapse, new_recording

T = TypeVar("T")

LIMIT = 3
MAX_ATTEMPTS = 2
LIVE = (TaskStatus.QUEUED, TaskStatus.PROCESSING)
NUMBERS = st.integers(min_value=0, max_value=20)


@dataclass
class Modelled:
    """A task as the model knows it; ``due`` says that no delay or lease holds it."""

    id: TaskId
    status: TaskStatus = TaskStatus.QUEUED
    attempts: int = 0
    due: bool = True
    holder: Claim | None = None
    claims: list[Claim] = field(default_factory=list)


class QueueMachine(RuleBasedStateMachine):
    """Does the same to the store and to a list of tasks in the order of their places in the queue."""

    url: str

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.store = self.do(Store.connect(self.url))
        self.queue: list[Modelled] = []

    def do(self, work: Awaitable[T]) -> T:
        async def wrapped() -> T:
            return await work

        return self.runner.run(wrapped())

    def teardown(self) -> None:
        self.do(self.store.close())
        self.runner.close()

    @initialize()
    def empty(self) -> None:
        self.do(self.store._database.run(lambda connection: connection.execute("TRUNCATE recordings CASCADE")))

    @property
    def full(self) -> bool:
        return sum(task.status == TaskStatus.QUEUED for task in self.queue) >= LIMIT

    def pick(self, number: int) -> Modelled | None:
        return self.queue[number % len(self.queue)] if self.queue else None

    def pick_claim(self, number: int) -> tuple[Modelled, Claim] | None:
        claims = [(task, claim) for task in self.queue for claim in task.claims]
        return claims[number % len(claims)] if claims else None

    @rule()
    def register(self) -> None:
        full = self.full
        try:
            made = self.do(self.store.register(new_recording(), queue_limit=LIMIT))
        except QueueFull:
            assert full
        else:
            assert not full
            self.queue.append(Modelled(made.task.id))

    @rule()
    def claim(self) -> None:
        due = [task for task in self.queue if task.status in LIVE and task.due]
        given_up: set[TaskId] = set()
        for task in [task for task in due if task.attempts >= MAX_ATTEMPTS]:
            task.status, task.holder = TaskStatus.FAILED, None
            due.remove(task)
            given_up.add(task.id)
        assert set(self.do(self.store.fail_exhausted(max_attempts=MAX_ATTEMPTS))) == given_up
        claim = self.do(self.store.claim(lease=LEASE, max_attempts=MAX_ATTEMPTS))
        assert (claim and claim.task.id) == (due[0].id if due else None)
        if claim is not None:
            task = due[0]
            assert all(claim.fence > earlier.fence for earlier in task.claims)
            task.status, task.due, task.holder = TaskStatus.PROCESSING, False, claim
            task.attempts += 1
            task.claims.append(claim)

    @rule(number=NUMBERS)
    def time_passes(self, number: int) -> None:
        task = self.pick(number)
        if task is not None and task.status in LIVE:
            self.do(lapse(self.store, task.id))
            task.due = True

    def holds(self, task: Modelled, claim: Claim, write: Awaitable[None]) -> bool:
        try:
            self.do(write)
        except ClaimLost:
            assert task.holder is not claim
            return False
        assert task.holder is claim
        return True

    @rule(number=NUMBERS)
    def renew(self, number: int) -> None:
        if (picked := self.pick_claim(number)) and self.holds(*picked, self.store.renew(picked[1], lease=LEASE)):
            picked[0].due = False

    @rule(number=NUMBERS, stage=st.sampled_from(Stage))
    def save(self, number: int, stage: Stage) -> None:
        if picked := self.pick_claim(number):
            self.holds(*picked, self.store.save_stage(picked[1], stage, {}))

    @rule(number=NUMBERS, delayed=st.booleans())
    def release(self, number: int, delayed: bool) -> None:
        delay = LEASE if delayed else timedelta()
        if (picked := self.pick_claim(number)) and self.holds(*picked, self.store.release(picked[1], delay=delay)):
            self.end(picked[0], TaskStatus.QUEUED)
            picked[0].due = not delayed

    @rule(number=NUMBERS, well=st.booleans())
    def finish(self, number: int, well: bool) -> None:
        if not (picked := self.pick_claim(number)):
            return
        task, claim = picked
        status = TaskStatus.COMPLETED if well else TaskStatus.FAILED
        if task.status == status:
            return  # the same end again is no late write
        write = (
            self.store.complete(claim, models=ModelNames())
            if well
            else self.store.fail(claim, TaskError("engine_failed", "It broke."))
        )
        if self.holds(task, claim, write):
            self.end(task, status)

    @rule(number=NUMBERS)
    def cancel(self, number: int) -> None:
        if (task := self.pick(number)) is None:
            return
        try:
            self.do(self.store.cancel(task.id))
        except TaskConflict:
            assert task.status in (TaskStatus.COMPLETED, TaskStatus.FAILED)
        else:
            assert task.status in (*LIVE, TaskStatus.CANCELLED)
            self.end(task, TaskStatus.CANCELLED)

    @rule(number=NUMBERS, stage=st.none() | st.sampled_from(Stage))
    def retry(self, number: int, stage: Stage | None) -> None:
        if (task := self.pick(number)) is None:
            return
        try:
            self.do(self.store.retry(task.id, from_stage=stage, queue_limit=LIMIT))
        except TaskConflict:
            assert task.status in LIVE
        except QueueFull:
            assert self.full
        else:
            assert not self.full
            assert task.status.is_final
            self.end(task, TaskStatus.QUEUED)
            task.attempts, task.due = 0, True
            self.queue.remove(task)
            self.queue.append(task)

    @rule(number=NUMBERS)
    def delete(self, number: int) -> None:
        if (task := self.pick(number)) is not None:
            self.do(self.store.delete(task.id))
            self.queue.remove(task)

    def end(self, task: Modelled, status: TaskStatus) -> None:
        task.status, task.holder = status, None

    @invariant()
    def both_hold_the_same(self) -> None:
        stored = {task.id: task for task in self.do(self.store.tasks(TaskFilter(), limit=1000, cursor=None)).items}
        assert {task.id: (task.status, task.attempts) for task in self.queue} == {
            task.id: (task.status, task.attempts) for task in stored.values()
        }
        queued = [task.id for task in self.queue if task.status == TaskStatus.QUEUED]
        assert [stored[task_id].queue_position for task_id in queued] == list(range(1, len(queued) + 1))


def test_the_queue_does_what_its_model_does(database_url: str) -> None:
    machine = type("QueueMachineOfThisDatabase", (QueueMachine,), {"url": database_url})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=15,
            stateful_step_count=40,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
