"""How PostgreSQL goes about a search."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from callscribe.search.lemmas import Lemmas
from callscribe.store.database import Database
from callscribe.store.searching import Search
from callscribe.store.searching.newest import newest
from callscribe.store.searching.search import RANKED_AT_ONCE, RECENT, SETTINGS
from serve_app.api.task_query import SearchQuery

if TYPE_CHECKING:
    from callscribe.store.database import Connection

PATIENCE_MILLISECONDS = 60_000


async def plan(database: Database, params: Mapping[str, str]) -> str:
    """Find the newest matching turns for a query of the API once more, and tell how each of its statements was done."""
    asked = SearchQuery.model_validate(params)
    query = await Search(database, Lemmas()).read(asked.q)

    async def work(connection: Connection) -> str:
        await connection.execute(SETTINGS.format(milliseconds=PATIENCE_MILLISECONDS))
        statements: list[tuple[str, list[object]]] = []
        with connection.query_logger(lambda each: statements.append((each.query, each.args))):
            await newest(connection, query, asked.filter(), None, RANKED_AT_ONCE, recent=RECENT)
        return "\n".join([await _plan(connection, *each) for each in statements])

    return await database.transact(work)


async def _plan(connection: Connection, statement: str, arguments: list[object]) -> str:
    rows = await connection.fetch(f"EXPLAIN (ANALYZE, BUFFERS) {statement}", *arguments)
    return "\n".join(row["QUERY PLAN"] for row in rows)
