"""What kills, restarts and rebalances cost: time, never a recording, and no recording twice."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from functools import partial

import pytest

from callscribe.domain import Task
from callscribe.store import Store
from ingest.kafka.consumer import RecordingsConsumer
from ingest.kafka.intake import RecordingIntake
from tests.brokers import Broker
from tests.ingest.kafka.house import House, until
from tests.postgres import PostgresServer

pytestmark = pytest.mark.faults

MESSAGES = 500
POISONED_OR_DOUBLED = 25


@asynccontextmanager
async def member(house: House, *options: str) -> AsyncIterator[Process]:
    """A consumer in a process of its own."""
    arguments = [house.kafka.model_dump_json(), house.database_url, house.blob_url, *options]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.ingest.kafka.member", *arguments, stdout=PIPE
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def says(process: Process, word: str) -> None:
    assert process.stdout is not None
    async with asyncio.timeout(60):
        while (line := await process.stdout.readline()).decode().strip() != word:
            assert line, f"it has ended before it said {word!r}"


@pytest.mark.usefixtures("real_broker")
async def test_a_kill_between_registration_and_commit_doubles_nothing(house: House) -> None:
    await house.send([house.message("4711")])
    async with member(house, "halting") as killed:
        await says(killed, "registered")
        killed.kill()
        await killed.wait()
    assert await house.unsettled() == 1
    (registered,) = await house.tasks()
    async with house.consuming():
        await house.settled()
    assert await house.tasks() == [registered]
    assert await house.blobs.keys("media") == [registered.media_key]
    assert await house.dead_letters() == []


@pytest.mark.usefixtures("real_broker")
async def test_five_hundred_messages_through_two_members_one_of_which_is_killed(house: House) -> None:
    """5 % are poison and 5 % come twice: there are exactly the right tasks and dead letters, and nothing else."""
    good = [f"call-{number}" for number in range(MESSAGES - 2 * POISONED_OR_DOUBLED)]
    poison = [b'{"version": 1, "poison": %d}' % number for number in range(POISONED_OR_DOUBLED)]
    messages = [house.message(source_id) for source_id in good + good[::18]]
    for place, message in enumerate(poison):
        messages.insert(place * 19, message)
    assert len(messages) == MESSAGES
    await house.send(messages)

    async def some_are_registered() -> bool:
        return len(await house.tasks()) >= MESSAGES // 10

    async with house.consuming(), member(house) as killed:
        await says(killed, "running")
        await until(some_are_registered)
        killed.kill()
        await killed.wait()
        async with house.consuming():
            await house.settled()

    tasks = await house.tasks()
    assert Counter(task.source_id for task in tasks) == Counter(good)
    letters = Counter(letter.value for letter in await house.dead_letters())
    assert letters.keys() == set(poison)
    assert letters.total() <= len(poison) + 3, "a kill may bury again what each partition was at"
    unfinished = set(await house.blobs.keys("media")) - {task.media_key for task in tasks}
    assert len(unfinished) <= 3, "a kill may leave what each partition was at"


@pytest.mark.usefixtures("real_broker")
async def test_a_rebalance_stops_what_is_under_way_and_loses_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Members come and go while there is work; none is doubled."""
    sent = [str(number) for number in range(150)]
    await house.send([house.message(source_id) for source_id in sent])
    intake, come_and_gone = house.intake(), asyncio.Event()

    async def take_in(value: bytes | None) -> Task:
        with suppress(TimeoutError):
            await asyncio.wait_for(come_and_gone.wait(), 0.5)  # so that the work lasts
        return await RecordingIntake.take_in(intake, value)

    monkeypatch.setattr(intake, "take_in", take_in)
    async with house.consuming(intake):
        for _ in range(3):
            async with house.consuming(intake) as guest:
                await until(partial(has_share, guest))
            assert await house.unsettled() > 0
        come_and_gone.set()
        await house.settled()
    tasks = await house.tasks()
    assert Counter(task.source_id for task in tasks) == Counter(sent)
    assert sorted(await house.blobs.keys("media")) == sorted(task.media_key for task in tasks)
    assert await house.dead_letters() == []


async def has_share(member: RecordingsConsumer) -> bool:
    """Whether the group has given it a partition."""
    return member._consumer is not None and bool(member._consumer.assignment())


async def test_the_brokers_may_restart(house: House, real_broker: Broker) -> None:
    assert real_broker.process is not None
    await house.send([house.message(str(number)) for number in range(60)])

    async def begun() -> bool:
        return len(await house.tasks()) > 0

    async with house.consuming():
        await until(begun)
        await asyncio.to_thread(real_broker.process.kill)
        await asyncio.to_thread(real_broker.process.start)
        await house.send([house.message("after"), b"poison"])
        await house.settled()
    assert Counter(task.source_id for task in await house.tasks()) == Counter([*map(str, range(60)), "after"])
    assert [letter.value for letter in await house.dead_letters()] == [b"poison"]


async def test_the_database_may_restart(house: House, mortal_postgres_server: PostgresServer) -> None:
    server = mortal_postgres_server
    store = await Store.connect(server.url(), patience=timedelta(milliseconds=200))
    await store.migrate()
    house.store = store
    await house.send([house.message(str(number)) for number in range(15)])

    async def begun() -> bool:
        return len(await house.tasks()) > 0

    async with house.consuming():
        await until(begun)
        await asyncio.to_thread(server.kill)
        await house.send([house.message(str(number)) for number in range(15, 30)])
        await asyncio.sleep(1)
        assert await house.unsettled() >= 15
        await asyncio.to_thread(server.start)
        await house.settled()
    assert Counter(task.source_id for task in await house.tasks()) == Counter(map(str, range(30)))
    assert await house.dead_letters() == []
    await store.close()
