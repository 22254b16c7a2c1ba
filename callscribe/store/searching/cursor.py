"""How far a search has been read: which newest turns were ranked, and the last of them that was shown."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from callscribe.store.codec import decode_cursor, encode_cursor, moment_of_cursor

LARGEST = 2**31 - 1


class Age(NamedTuple):
    """A turn's place among all by age: when the call was, the task, the turn's number in it."""

    held_at: datetime
    task_id: UUID
    ordinal: int


class Ranked(NamedTuple):
    """A turn's place among those that were ranked together."""

    rank: float
    held_at: datetime
    task_id: UUID
    ordinal: int

    @property
    def age(self) -> Age:
        """Its place among all."""
        return Age(self.held_at, self.task_id, self.ordinal)


class Cursor(NamedTuple):
    """Ranked are the newest turns ``before`` a place; shown were those up to ``after``, or none of them."""

    before: Age
    after: Ranked | None

    @property
    def encoded(self) -> str:
        """The cursor as clients hold it."""
        written = _written(self.before)
        return encode_cursor(
            self.before.held_at,
            written
            if self.after is None
            else f"{written} {self.after.rank!r} {self.after.held_at.isoformat()} {_written(self.after.age)}",
        )


def read_cursor(encoded: str) -> Cursor:
    """Inverse of ``encoded``. Raises ``ValueError`` when it is not one of ours."""
    held_at, rest = decode_cursor(encoded)
    before, *after = rest.split(" ")
    if not after:
        return Cursor(_age(held_at, before), None)
    rank, moment, place = after
    return Cursor(_age(held_at, before), Ranked(float(rank), *_age(moment_of_cursor(moment), place)))


def next_cursor(window: list[Ranked], rest: list[Ranked], limit: int, *, full: bool) -> Cursor | None:
    """The cursor of the page after the first so many of what is left of a window."""
    if not window:
        return None
    if len(rest) > limit:
        newest = max(each.age for each in window)
        return Cursor(newest._replace(ordinal=newest.ordinal + 1), rest[limit - 1])
    return Cursor(min(each.age for each in window), None) if full else None


def _written(age: Age) -> str:
    return f"{age.task_id.hex}.{age.ordinal}"


def _age(held_at: datetime, written: str) -> Age:
    task_id, _, ordinal = written.partition(".")
    if not 0 <= int(ordinal or 0) < LARGEST:
        raise ValueError("No turn has this place.")
    return Age(held_at, UUID(hex=task_id), int(ordinal or 0))
