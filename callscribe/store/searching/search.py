"""Search in what was said.

The newest turns that match are ranked, a bounded number at a time, however many there are: after the last page of
these come the ones before them. So a word that half of all turns have brings no more to rank than a rare one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import timedelta
from typing import TYPE_CHECKING

import asyncpg

from callscribe.domain import Language, Source, TaskId
from callscribe.errors import NothingToSearchFor, SearchTooBroad
from callscribe.search.found import FoundTurn, SearchPage
from callscribe.search.lemmas import Lemmas
from callscribe.search.query import Query, plain, words_in
from callscribe.search.snippet import snippet
from callscribe.store.codec import stored_text, words_from_json
from callscribe.store.database import Database, DatabaseUser
from callscribe.store.searching.cursor import Age, Ranked, first_cursor, next_cursor, read_cursor
from callscribe.store.searching.lexemes import lexemes_of, save_lexemes
from callscribe.store.searching.newest import newest
from callscribe.store.searching.statements import HOLD, READ, SHOWN, STEMS, TAKE_OUT, TELL_NAMES, TEXTS, WAITING
from callscribe.store.values import SearchFilter, Waiting

if TYPE_CHECKING:
    from callscribe.store.database import Connection

RANKED_AT_ONCE = 100
FAR_MORE = 10_000
"""Of turns that were ranked before, which are as many as they were and those that have come among them since."""
RECENT = 20_000
"""Among so many turns a common word has been said often enough; the index knows of a rarer one in a moment."""
# PostgreSQL's own cost of a page is that of a turning disk, for which it would rather read all turns than use an index.
SETTINGS = "SET LOCAL statement_timeout = '{milliseconds}ms'; SET LOCAL random_page_cost = 1.1"
PATIENCE = timedelta(seconds=2)
"""How long one search may take: only one of common words that are never said together does."""


class Search(DatabaseUser):
    """Finds turns by what was said in them, in one of the ``slots`` for what takes long.

    It makes old transcripts ready to be found, too.
    """

    def __init__(
        self,
        database: Database,
        lemmas: Lemmas,
        *,
        ranked_at_once: int = RANKED_AT_ONCE,
        recent: int = RECENT,
        patience: timedelta = PATIENCE,
        slots: asyncio.Semaphore | None = None,
    ) -> None:
        super().__init__(database)
        self._lemmas = lemmas
        self._ranked_at_once = ranked_at_once
        self._recent = recent
        self._seconds = patience.total_seconds()
        self._settings = SETTINGS.format(milliseconds=int(self._seconds * 1000))
        self._slots = slots or asyncio.Semaphore()

    async def page(self, query: str, where: SearchFilter, *, limit: int, cursor: str | None) -> SearchPage:
        """Best first among the newest that match, by keyset.

        Raises ``NothingToSearchFor``, ``SearchTooBroad``, and ``ValueError`` for a cursor that is not one of ours.
        """
        place = None if cursor is None else read_cursor(cursor)
        async with self._slots:
            read = await self.read(query)
            if place is None or place.after is None:
                found = await self._newest(read, where, place and place.before, self._ranked_at_once)
                following = first_cursor(found, limit, full=len(found) == self._ranked_at_once)
            else:
                window = await self._newest(read, where, place.before, FAR_MORE, oldest=place.oldest)
                found = [turn for turn in window if turn < place.after]
                following = next_cursor(place, found, limit)
            items = await self._shown(read, found[:limit])
        return SearchPage(items, following and following.encoded)

    async def read(self, query: str) -> Query:
        """What a text asks for. Raises ``NothingToSearchFor``."""

        async def work(connection: Connection) -> tuple[str, list[asyncpg.Record]]:
            read = await connection.fetchval(READ, plain(stored_text(query)))
            return read, await connection.fetch(STEMS, words_in(read))

        read, rows = await self._database.run(work)
        if not read:
            raise NothingToSearchFor("There is no word in it.")
        stems = {row["word"]: frozenset(() if row["is_common"] else row["stems"]) for row in rows}
        return await asyncio.to_thread(Query.read, read, stems, self._lemmas)

    async def waiting(self, *, leaving: Collection[TaskId] = ()) -> Waiting | None:
        """A task whose transcript waits to be made ready to be found, other than those that are left for now."""
        row = await self._database.fetchrow(WAITING, list(leaving))
        return None if row is None else Waiting(TaskId(row["task_id"]), row["request_id"])

    async def index(self, task_id: TaskId) -> None:
        """Let a transcript be found, by its words and the names that its voices have now."""
        # Whoever puts other turns in their place meanwhile has made those ready, and none of these is among them.
        texts = [row["text"] for row in await self._database.fetch(TEXTS, task_id)]
        lexemes = await asyncio.to_thread(lexemes_of, texts, self._lemmas)

        async def work(connection: Connection) -> None:
            await connection.execute(HOLD, task_id)
            await connection.execute(TAKE_OUT, task_id)
            await save_lexemes(connection, task_id, lexemes)
            await connection.execute(TELL_NAMES, task_id)

        await self._database.transact(work)

    async def _newest(
        self, query: Query, where: SearchFilter, before: Age | None, wanted: int, *, oldest: Age | None = None
    ) -> list[Ranked]:
        async def work(connection: Connection) -> list[Ranked]:
            await connection.execute(self._settings)
            try:
                async with asyncio.timeout(self._seconds):
                    return await newest(connection, query, where, before, wanted, recent=self._recent, oldest=oldest)
            except (TimeoutError, asyncpg.QueryCanceledError) as error:
                raise SearchTooBroad("Add a rarer word, or narrow the time.") from error

        return await self._database.transact(work)

    async def _shown(self, query: Query, found: list[Ranked]) -> tuple[FoundTurn, ...]:
        tasks, ordinals = [turn.task_id for turn in found], [turn.ordinal for turn in found]
        rows = await self._database.fetch(SHOWN, tasks, ordinals, sorted(query.lexemes))
        return tuple(_found(row, query) for row in rows)


def _found(row: asyncpg.Record, query: Query) -> FoundTurn:
    return FoundTurn(
        task_id=TaskId(row["task_id"]),
        title=row["title"],
        source=Source(row["source"]),
        language=Language(row["language"]),
        created_at=row["created_at"],
        recorded_at=row["recorded_at"],
        held_at=row["held_at"],
        start=row["start_seconds"],
        end=row["end_seconds"],
        speaker=row["speaker"],
        name=row["name"],
        snippet=snippet(words_from_json(row["words"]), query, row["places"] or {}),
    )
