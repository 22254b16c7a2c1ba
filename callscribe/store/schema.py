"""Bring a database's schema up to date: numbered SQL scripts, forward, in order, each once and whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, ClassVar

import asyncpg

from callscribe.errors import CallScribeError
from callscribe.store.database import CONNECT_SECONDS
from callscribe.store.locks import Lock

if TYPE_CHECKING:
    from callscribe.store.database import Connection

CREATE_HISTORY = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    version    integer PRIMARY KEY,
    name       text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
)
"""


class SchemaTooNew(CallScribeError):
    """A newer release has migrated the database: this one must not touch it."""

    code: ClassVar[str] = "schema_too_new"


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema: ``0001_initial.sql`` is version 1, ``initial``."""

    version: int
    name: str
    script: str


def migrations() -> tuple[Migration, ...]:
    """The steps that this release knows, in order."""
    scripts = [entry for entry in files("callscribe.store").joinpath("migrations").iterdir() if ".sql" in entry.name]
    steps = []
    for script in sorted(scripts, key=lambda entry: entry.name):
        number, _, name = script.name.removesuffix(".sql").partition("_")
        steps.append(Migration(int(number), name, script.read_text(encoding="utf-8")))
    return tuple(steps)


async def migrate(dsn: str, steps: Sequence[Migration]) -> int:
    """Apply the steps that the database lacks; return its version. Raises ``SchemaTooNew``."""
    connection = await asyncpg.connect(dsn, timeout=CONNECT_SECONDS, server_settings={"application_name": "callscribe"})
    try:
        # Closing the connection, however it comes about, gives the lock back.
        await connection.execute("SELECT pg_advisory_lock($1)", Lock.MIGRATION)
        await connection.execute(CREATE_HISTORY)
        return await _apply(connection, steps)
    finally:
        await connection.close(timeout=CONNECT_SECONDS)


async def _apply(connection: Connection, steps: Sequence[Migration]) -> int:
    newest = max((step.version for step in steps), default=0)
    version: int = await connection.fetchval("SELECT COALESCE(max(version), 0) FROM schema_migrations")
    if version > newest:
        raise SchemaTooNew(f"The database is at version {version}, this release knows {newest}: use a newer release.")
    for step in steps:
        if step.version > version:
            async with connection.transaction():
                await connection.execute(step.script)
                await connection.execute(
                    "INSERT INTO schema_migrations (version, name) VALUES ($1, $2)", step.version, step.name
                )
    return newest
