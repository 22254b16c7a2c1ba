"""A pool of connections that outlives PostgreSQL: work that loses its connection is tried again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Self, TypeVar

import asyncpg
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, wait_exponential_jitter
from tenacity.stop import stop_base

from callscribe.domain import TaskId
from callscribe.errors import TaskNotFound, Unavailable
from callscribe.store.codec import decode_json

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    Pool = asyncpg.Pool[asyncpg.Record]
    Connection = asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]

T = TypeVar("T")

CONNECT_SECONDS = 5.0
ACQUIRE_SECONDS = 30.0
STATEMENT_SECONDS = 30
COMMAND_SECONDS = STATEMENT_SECONDS + 5
CLOSE_SECONDS = 5.0

# Custom plans, because each condition of a listing that is not asked for must vanish from its plan. A transaction
# whose process stands still is ended, because it may hold the door's lock.
SERVER_SETTINGS = {
    "application_name": "callscribe",
    "statement_timeout": f"{STATEMENT_SECONDS}s",
    "idle_in_transaction_session_timeout": "10s",
    "plan_cache_mode": "force_custom_plan",
    "jit": "off",
    "timezone": "UTC",
}

_PASSING = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.TooManyConnectionsError,
    asyncpg.TransactionRollbackError,
    asyncpg.InvalidCachedStatementError,
    asyncpg.InternalClientError,
    # What its operator has to mend, or a failover does: the work is as good afterwards.
    asyncpg.InsufficientResourcesError,
    asyncpg.PostgresSystemError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
    asyncpg.InsufficientPrivilegeError,
    asyncpg.ReadOnlySQLTransactionError,
)


def may_pass(error: BaseException) -> bool:
    """Whether the same work may succeed on another connection or a little later."""
    # asyncpg says "the connection is closed" with the class that its errors of misuse derive from.
    return isinstance(error, _PASSING) or type(error) is asyncpg.InterfaceError


async def prepare(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    """Let a connection take what ``encode_json`` makes, in binary, the only form that COPY takes."""
    await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=bytes, decoder=decode_json, format="binary")


async def _leave_as_it_is(_: asyncpg.Connection[asyncpg.Record]) -> None:
    pass


class Database:
    """Runs work on a pool's connections; ``patience`` is how long lost connections are tried again."""

    def __init__(self, dsn: str, pool: Pool, patience: timedelta) -> None:
        self.dsn = dsn
        self._pool = pool
        self._patience = patience
        self._closed = False

    @classmethod
    async def open(
        cls,
        dsn: str,
        *,
        min_size: int,
        max_size: int,
        patience: timedelta,
        marks: Mapping[str, str] = MappingProxyType({}),
        sessionless: bool = False,
    ) -> Self:
        """Open the pool. Raises ``Unavailable`` when PostgreSQL does not answer.

        ``marks`` are settings of its connections, by which triggers know what to do.

        What is ``sessionless`` takes no lock of a session and listens to nothing, so that its connections need no
        cleaning between two uses: a round trip less.
        """
        settings = SERVER_SETTINGS | dict(marks)

        async def connect() -> Pool:
            return await asyncpg.create_pool(
                dsn,
                min_size=min_size,
                max_size=max_size,
                init=prepare,
                reset=_leave_as_it_is if sessionless else None,
                timeout=CONNECT_SECONDS,
                command_timeout=COMMAND_SECONDS,
                server_settings=settings,
            )

        return cls(dsn, await persist(connect, patience), patience)

    async def close(self) -> None:
        """Give the connections back to PostgreSQL; work that is under way gets a few seconds to end."""
        self._closed = True
        try:
            await asyncio.wait_for(self._pool.close(), CLOSE_SECONDS)
        except TimeoutError:
            self._pool.terminate()

    async def run(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """Run work on a connection, again from its start when the connection is lost. Raises ``Unavailable``."""

        async def once() -> T:
            if self._closed:
                raise Unavailable("The store is closed.")
            async with self._pool.acquire(timeout=ACQUIRE_SECONDS) as connection:
                return await work(connection)

        return await persist(once, self._patience)

    async def transact(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """Run work in one transaction, as ``run`` does."""

        async def whole(connection: Connection) -> T:
            async with connection.transaction():
                return await work(connection)

        return await self.run(whole)

    @asynccontextmanager
    async def alone(self, lock: int) -> AsyncIterator[bool]:
        """Hold an advisory lock for the time of the block, if nobody else in the cluster does: says whether.

        A lock is lost with its connection: what is done under it must bear being done twice. Raises ``Unavailable``.
        """
        connection = await persist(lambda: self._pool.acquire(timeout=ACQUIRE_SECONDS), self._patience)
        try:
            yield await _only_once(lambda: connection.fetchval("SELECT pg_try_advisory_lock($1)", lock))
        finally:
            with suppress(*_PASSING, asyncpg.InterfaceError):  # a broken connection has given the lock back
                await self._pool.release(connection)  # so does the pool, with all locks of a session

    async def fetchrow(self, query: str, *arguments: object) -> asyncpg.Record | None:
        """The first row of a query's answer."""
        return await self.run(lambda connection: connection.fetchrow(query, *arguments))

    async def fetch(self, query: str, *arguments: object) -> list[asyncpg.Record]:
        """The rows of a query's answer."""
        return await self.run(lambda connection: connection.fetch(query, *arguments))

    async def changed(self, statement: str, *arguments: object) -> int:
        """How many rows a statement has changed."""
        return await self.run(lambda connection: changed(connection, statement, *arguments))


class DatabaseUser:
    """A part of the store: what it knows is the database."""

    def __init__(self, database: Database) -> None:
        self._database = database


async def changed(connection: Connection, statement: str, *arguments: object) -> int:
    """How many rows a statement has changed, by its command tag (``UPDATE 1``)."""
    return int((await connection.execute(statement, *arguments)).rsplit(" ", 1)[1])


def present(row: asyncpg.Record | None, task_id: TaskId) -> asyncpg.Record:
    """The row, if there is one. Raises ``TaskNotFound``."""
    if row is None:
        raise TaskNotFound(f"There is no task {task_id}.")
    return row


async def _only_once(work: Callable[[], Awaitable[T]]) -> T:
    """Raises ``Unavailable`` instead of what may pass."""
    return await persist(work, timedelta())


class _StopAfterFailingFor(stop_base):
    """Stop some time after the first failure: work may have waited long for a connection that was lost then."""

    def __init__(self, patience: timedelta) -> None:
        self._seconds = patience.total_seconds()
        self._failing_since: float | None = None

    def __call__(self, retry_state: RetryCallState) -> bool:
        failed_at = retry_state.outcome_timestamp or 0.0
        if self._failing_since is None:
            self._failing_since = failed_at
        return failed_at - self._failing_since >= self._seconds


async def persist(work: Callable[[], Awaitable[T]], patience: timedelta) -> T:
    """Try work again while its failures may pass, as long as patience lasts after the first. Raises ``Unavailable``."""
    attempts = AsyncRetrying(
        retry=retry_if_exception(may_pass),
        wait=wait_exponential_jitter(multiplier=0.05, max=1, jitter=0.1),
        stop=_StopAfterFailingFor(patience),
        reraise=True,
    )

    async def once() -> T:  # tenacity awaits only what it knows for a coroutine function
        return await work()

    try:
        return await attempts(once)
    except Exception as error:
        if may_pass(error):
            raise Unavailable("The database does not answer.") from error
        raise
