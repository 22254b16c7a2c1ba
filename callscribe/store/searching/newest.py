"""The newest turns that match, found in recent turns, or by the index in no longer a time than it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from callscribe.domain import TaskStatus
from callscribe.search.query import Query
from callscribe.speakers import labelled
from callscribe.store.searching.cursor import Age, Ranked
from callscribe.store.searching.span import Span
from callscribe.store.searching.statements import (
    AGE,
    ASKED,
    BY_INDEX,
    COMPLETED,
    MATCHES,
    NEWEST_FIRST,
    OF_RECENT,
    OTHERWISE,
    RANKED,
    RECENT_SPAN,
    TAGS,
)
from callscribe.store.values import SearchFilter

if TYPE_CHECKING:
    from callscribe.store.database import Connection

NOWHERE = (None, None, None)


async def newest(
    connection: Connection,
    query: Query,
    where: SearchFilter,
    before: Age | None,
    wanted: int,
    *,
    recent: int,
    oldest: Age | None = None,
) -> list[Ranked]:
    """So many of the newest turns that match and are older than a place, but no older than another, best first.

    So many ``recent`` turns are gone through; of a longer time the index tells, as far back as what was found promises.
    """
    number, its_language = (where.speaker and labelled(where.speaker)) or (None, None)
    name = where.speaker and " ".join(where.speaker.split()) if number is None else None
    age = (where.held_from, where.held_to, *(before or NOWHERE), *(oldest or NOWHERE))
    filters = (where.status, where.source, where.language, name, its_language, number)
    of_status = COMPLETED if where.status is TaskStatus.COMPLETED else OTHERWISE
    matches = MATCHES.format(tags=TAGS, asked=ASKED, of_status=of_status)

    async def ranked(turns: str, *bounds: object) -> list[Ranked]:
        of_turns = turns.format(age=AGE, newest_first=NEWEST_FIRST, matches=matches, tags=TAGS)
        statement = RANKED.format(turns=of_turns, newest_first=NEWEST_FIRST)
        rows = await connection.fetch(statement, *age, query.tsquery, *filters, wanted, *bounds)
        return [Ranked(*row) for row in rows]

    found = await ranked(OF_RECENT, recent)
    if len(found) == wanted:
        return found
    (times,) = await connection.fetch(RECENT_SPAN, *age, recent)
    span = Span(*times)
    while len(found) < wanted and not span.whole:
        span = span.further(len(found), wanted)
        everything = span.whole and not any(age)
        found = await ranked(BY_INDEX, None if everything else span.since, span.newest)
    return found
