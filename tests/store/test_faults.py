import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest

from callscribe.domain import ModelNames, Stage, Task, TaskStatus
from callscribe.errors import Unavailable
from callscribe.store import Store
from callscribe.store.database import may_pass, persist
from tests.postgres import PostgresServer
from tests.store.making import TRANSCRIPT, claim, new_recording, register, registered_and_claimed

pytestmark = pytest.mark.faults

PATIENCE_SECONDS = 60


@pytest.fixture
async def surviving_store(mortal_postgres_server: PostgresServer) -> AsyncIterator[Store]:
    store = await Store.connect(mortal_postgres_server.url(), patience=timedelta(seconds=PATIENCE_SECONDS))
    await store.migrate()
    yield store
    await store.close()


async def restart(server: PostgresServer) -> None:
    await asyncio.to_thread(server.kill)
    await asyncio.to_thread(server.start)


async def test_a_store_survives_a_killed_database(
    surviving_store: Store, mortal_postgres_server: PostgresServer
) -> None:
    store = surviving_store
    held = await registered_and_claimed(store)
    await store.save_stage(held, Stage.DECODING, {"seconds": 3})
    states = store.changes(held.task.id)
    assert (await anext(states)).status == TaskStatus.PROCESSING

    async def the_end() -> list[Task]:
        return [task async for task in states]

    watching = asyncio.create_task(the_end())
    waiting = asyncio.create_task(store.wait_for_work(timeout=timedelta(minutes=10)))
    await restart(mortal_postgres_server)

    assert await store.stage_outputs(held.task.id) == {Stage.DECODING: {"seconds": 3}}
    await store.save_transcript(held, TRANSCRIPT, duration_seconds=2.5)
    await register(store)
    await asyncio.wait_for(waiting, PATIENCE_SECONDS)
    await store.complete(held, models=ModelNames())
    seen = await asyncio.wait_for(watching, PATIENCE_SECONDS)
    assert seen[-1].status == TaskStatus.COMPLETED
    assert (await store.result(held.task.id)).transcript == TRANSCRIPT


async def test_work_under_way_during_a_kill_is_done_once(
    surviving_store: Store, mortal_postgres_server: PostgresServer
) -> None:
    """What was answered is there, what was asked is answered, nothing is there twice."""
    store = surviving_store
    recordings = [new_recording() for _ in range(300)]
    registering = [asyncio.create_task(store.register(recording, queue_limit=1000)) for recording in recordings]
    await asyncio.wait(registering[:20], return_when=asyncio.ALL_COMPLETED)

    await restart(mortal_postgres_server)
    registrations = await asyncio.wait_for(asyncio.gather(*registering), PATIENCE_SECONDS)

    assert all(registration.created for registration in registrations)
    assert [registration.task.id for registration in registrations] == [recording.id for recording in recordings]
    assert await store.queue_size() == 300


async def test_a_database_that_is_gone_is_unavailable(mortal_postgres_server: PostgresServer) -> None:
    store = await Store.connect(mortal_postgres_server.url(), patience=timedelta(milliseconds=200))
    await store.migrate()
    await store.ping()
    mortal_postgres_server.kill()

    for call in (store.ping, store.queue_size, lambda: register(store), lambda: claim(store), store.migrate):
        with pytest.raises(Unavailable):
            await call()
    with pytest.raises(Unavailable):
        await Store.connect(mortal_postgres_server.url(), patience=timedelta(milliseconds=200))

    await asyncio.to_thread(mortal_postgres_server.start)
    await store.ping()
    await store.close()


@pytest.mark.parametrize(("failures", "patience_ms", "tries"), [(1, 20, 2), (0, 0, 1), (1, 0, 1)])
async def test_patience_begins_with_the_first_failure(failures: int, patience_ms: int, tries: int) -> None:
    """However long a connection was waited for, before it was lost."""
    begun: list[int] = []

    async def work() -> str:
        begun.append(len(begun))
        await asyncio.sleep(0.05)
        if len(begun) <= failures:
            raise ConnectionResetError
        return "done"

    (outcome,) = await asyncio.gather(persist(work, timedelta(milliseconds=patience_ms)), return_exceptions=True)

    assert len(begun) == tries
    assert isinstance(outcome, Unavailable) if tries == failures else outcome == "done"


async def test_a_closed_store_is_unavailable(database_url: str) -> None:
    store = await Store.connect(database_url)
    await store.close()
    with pytest.raises(Unavailable):
        await store.ping()


@pytest.mark.parametrize(
    "refusal",
    [
        asyncpg.DiskFullError,
        asyncpg.OutOfMemoryError,
        asyncpg.ReadOnlySQLTransactionError,
        asyncpg.InvalidPasswordError,
        asyncpg.InvalidCatalogNameError,
        asyncpg.InsufficientPrivilegeError,
        asyncpg.PostgresIOError,
    ],
)
def test_what_an_operator_or_a_failover_mends_is_worth_another_try(refusal: type[Exception]) -> None:
    assert may_pass(refusal("it is not the work's fault"))


def test_what_is_wrong_with_the_work_itself_is_not() -> None:
    assert not may_pass(asyncpg.DataError("no such number"))
    assert not may_pass(asyncpg.UniqueViolationError("twice"))
