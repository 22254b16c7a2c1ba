"""Recordings that are heard of before they are fetched, as those of Kontur Talk are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from callscribe.domain import TaskError, TaskId
from callscribe.errors import DamagedMedia, InvalidMedia, NoAudio, NotMedia

GONE = "kontur_talk_recording_gone"
NOT_THERE = "kontur_talk_not_there"
OVERTAKEN = (GONE, NOT_THERE, *(kind.code for kind in (InvalidMedia, NotMedia, NoAudio, DamagedMedia)))
"""The codes of failures that news of the recording may have overtaken: what was no media may have been half of it."""

MOST_KEY_BYTES = 512
NOT_IN_KEYS = frozenset("/\\")


class FoundBy(StrEnum):
    """How a recording of Kontur Talk was first heard of."""

    WEBHOOK = "webhook"
    POLLER = "poller"
    HAND = "hand"


class ArrivalState(StrEnum):
    """How far a recording of Kontur Talk has come; the last two are final unless somebody asks for it again."""

    WAITING = "waiting"
    FETCHING = "fetching"
    IMPORTED = "imported"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A recording of Kontur Talk from the moment that it is heard of.

    ``task_id`` is its task once there is one and until it is deleted, ``stored_before`` the id under which a try before
    this one stored its media, ``refused_for`` for how long it was refused while the space was reachable,
    ``transcript_awaited_for`` the same of its transcript, ``transcript_due_at`` when that is to be asked for, if it is
    heard of, ``error`` why the last try failed.
    """

    key: str
    found_by: FoundBy
    state: ArrivalState
    title: str | None
    task_id: TaskId | None
    stored_before: TaskId | None
    arrived_at: datetime
    refused_for: timedelta
    transcript_awaited_for: timedelta
    transcript_due_at: datetime | None
    attempts: int
    fence: int
    error: TaskError | None


def is_key(text: str) -> bool:
    """Whether this can be a recording's key: printable, of 1 to 512 bytes, and one segment of an address as it is."""
    if text in (".", "..") or not NOT_IN_KEYS.isdisjoint(text):
        return False
    return text.isprintable() and 1 <= len(text.encode(errors="replace")) <= MOST_KEY_BYTES


def checked_key(key: str) -> str:
    """The key, if it is one. Raises ``ValueError``."""
    if not is_key(key):
        raise ValueError("That is no key of a recording.")
    return key
