"""The database as it is at one moment, for whoever saves it; and an empty one, for whoever brings it back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import asyncpg

from callscribe.errors import BackupFailed, Unavailable
from callscribe.store import schema
from callscribe.store.database import CONNECT_SECONDS, may_pass

if TYPE_CHECKING:
    from callscribe.store.database import Connection

# The snapshot must outlive the dump, however long that takes.
SETTINGS = {"application_name": "callscribe", "idle_in_transaction_session_timeout": "0", "statement_timeout": "0"}

MEDIA = "SELECT media_key, media_bytes, media_sha256 FROM recordings ORDER BY media_key"
STILL_KNOWN = "SELECT media_key FROM recordings WHERE media_key = ANY($1) ORDER BY media_key"
HISTORY = "SELECT min(applied_at) AS begun_at, max(version) AS version FROM schema_migrations"
TABLES = """
SELECT count(*) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE relkind IN ('r', 'p') AND nspname <> 'information_schema' AND nspname NOT LIKE 'pg\\_%'
"""


@dataclass(frozen=True, slots=True)
class Medium:
    """A recording's file as its row tells of it: key in the blob store, bytes, SHA-256 in hexadecimal."""

    key: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the database holds at one moment: ``name`` is what pg_dump is told, to dump that and nothing later.

    ``begun_at``, when its schema was first made, tells an archive from every other, after a restore too.
    """

    name: str
    begun_at: datetime
    version: int
    media: tuple[Medium, ...]


@asynccontextmanager
async def snapshot(dsn: str) -> AsyncIterator[Snapshot]:
    """Hold on to how the database is now, for the time of the block. Raises ``BackupFailed``, ``Unavailable``."""
    async with (
        _connection(dsn) as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        if not await connection.fetchval("SELECT to_regclass('schema_migrations') IS NOT NULL"):
            raise BackupFailed("The database holds no archive: there is nothing to save.")
        history = await connection.fetchrow(HISTORY)
        assert history is not None  # noqa: S101 - sums always have a row
        name: str = await connection.fetchval("SELECT pg_export_snapshot()")
        media = tuple(Medium(*row) for row in await connection.fetch(MEDIA))
        yield Snapshot(name, history["begun_at"], history["version"], media)


async def still_known(dsn: str, keys: Collection[str]) -> list[str]:
    """Which of these keys recordings still have. Raises ``Unavailable``."""
    async with _connection(dsn) as connection:
        return [row["media_key"] for row in await connection.fetch(STILL_KNOWN, list(keys))]


async def is_empty(dsn: str) -> bool:
    """Whether the database has no table yet. Raises ``Unavailable``."""
    async with _connection(dsn) as connection:
        return not await connection.fetchval(TABLES)


async def server_version(dsn: str) -> int:
    """The server's version as PostgreSQL numbers it: 180004 is 18.4. Raises ``Unavailable``."""
    async with _connection(dsn) as connection:
        return int(await connection.fetchval("SHOW server_version_num"))


async def settle(dsn: str) -> int:
    """Bring what was restored up to this release's schema, and count it for the planner; return the schema's version.

    Raises ``SchemaTooNew``, ``Unavailable``.
    """
    version = await schema.migrate(dsn, schema.migrations())
    async with _connection(dsn) as connection:
        await connection.execute("ANALYZE")
    return version


@asynccontextmanager
async def _connection(dsn: str) -> AsyncIterator[Connection]:
    try:
        connection = await asyncpg.connect(dsn, timeout=CONNECT_SECONDS, server_settings=SETTINGS)
    except Exception as error:
        if may_pass(error):
            raise Unavailable("The database does not answer.") from error
        raise
    try:
        yield connection
    finally:
        await connection.close(timeout=CONNECT_SECONDS)
