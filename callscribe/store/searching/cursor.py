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
    """Ranked are the newest turns ``before`` a place; shown were those up to ``after``, or none of them.

    ``oldest`` is the last of the former by age where others are before it, so that they stay the same ones whatever is
    found before it meanwhile.
    """

    before: Age
    after: Ranked | None = None
    oldest: Age | None = None

    @property
    def encoded(self) -> str:
        """The cursor as clients hold it."""
        parts = [_written(self.before)]
        if self.after is not None:
            parts += [repr(self.after.rank), self.after.held_at.isoformat(), _written(self.after.age)]
        if self.oldest is not None:
            parts += [self.oldest.held_at.isoformat(), _written(self.oldest)]
        return encode_cursor(self.before.held_at, " ".join(parts))


def read_cursor(encoded: str) -> Cursor:
    """Inverse of ``encoded``. Raises ``ValueError`` when it is not one of ours."""
    held_at, rest = decode_cursor(encoded)
    before, *parts = rest.split(" ")
    if not parts:
        return Cursor(_age(held_at, before))
    rank, moment, place, *oldest = parts
    after = Ranked(float(rank), *_age(moment_of_cursor(moment), place))
    if not oldest:
        return Cursor(_age(held_at, before), after)
    moment, place = oldest
    return Cursor(_age(held_at, before), after, _age(moment_of_cursor(moment), place))


def first_cursor(window: list[Ranked], limit: int, *, full: bool) -> Cursor | None:
    """The cursor of the page after the first of a window, which others are before where it is full."""
    if not window:
        return None
    oldest = min(each.age for each in window) if full else None
    if len(window) > limit:
        newest = max(each.age for each in window)
        return Cursor(newest._replace(ordinal=newest.ordinal + 1), window[limit - 1], oldest)
    return oldest and Cursor(oldest)


def next_cursor(place: Cursor, rest: list[Ranked], limit: int) -> Cursor | None:
    """The cursor of the page after one that began within a window, by what is left of this."""
    if len(rest) > limit:
        return place._replace(after=rest[limit - 1])
    return place.oldest and Cursor(place.oldest)


def _written(age: Age) -> str:
    return f"{age.task_id.hex}.{age.ordinal}"


def _age(held_at: datetime, written: str) -> Age:
    task_id, _, ordinal = written.partition(".")
    if not 0 <= int(ordinal or 0) < LARGEST:
        raise ValueError("No turn has this place.")
    return Age(held_at, UUID(hex=task_id), int(ordinal or 0))
