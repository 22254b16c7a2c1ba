"""What a failed try at a recording means: try again, and when, or give it up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from callscribe.arrivals import GONE, Arrival
from callscribe.attempts import describe, doubled
from callscribe.domain import TaskError
from callscribe.errors import InvalidMedia, LimitExceeded
from ingest.kontur_talk.client import KonturTalk
from ingest.kontur_talk.failures import (
    AccessDenied,
    KeyRefused,
    KonturTalkError,
    NotThere,
    PatienceWanted,
    TalkUnavailable,
)

GRACE = timedelta(hours=1)
"""How long news of a recording may be ahead of it, of the access to it, and of the last byte of its file."""

FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=10)


class Gone(NotThere):
    """The recording itself, and not only its file, is not there."""

    code = GONE


@dataclass(frozen=True, slots=True)
class Again:
    """Try again after a while."""

    delay: timedelta
    error: TaskError


@dataclass(frozen=True, slots=True)
class Failed:
    """It is of no use."""

    error: TaskError


async def is_refused(error: Exception, talk: KonturTalk) -> bool:
    """Whether it is the recording itself that is refused: the space is there, and our key good for what else it has.

    A fault of ours, as a disk that is full, is no refusal: the recording is as good when it is mended.
    """
    match error:
        case KeyRefused() | PatienceWanted():
            return False
        case AccessDenied() | TalkUnavailable():
            return await talk.answers()
        case _:
            return isinstance(error, KonturTalkError | InvalidMedia)


def verdict(arrival: Arrival, error: Exception, patience: timedelta, *, refused: bool) -> Again | Failed:
    """Judge a failure. One where it is not the recording itself that is ``refused`` is waited out, for however long."""
    match error:
        case LimitExceeded():
            return Failed(describe(error))
        case _ if not refused:
            return Again(_pause(arrival, error), describe(error))
        case Gone() | AccessDenied() | InvalidMedia() if arrival.refused_for >= min(GRACE, patience):
            return Failed(describe(error))
        case _ if arrival.refused_for >= patience:
            return Failed(describe(error))
        case _:
            return Again(_pause(arrival, error), describe(error))


def _pause(arrival: Arrival, error: Exception) -> timedelta:
    """Twice as long each time, and no sooner than the space asks for."""
    pause = doubled(FIRST_PAUSE, arrival.attempts - 1, LONGEST_PAUSE)
    asked = error.retry_after if isinstance(error, TalkUnavailable) else None
    return max(pause, min(timedelta(seconds=asked or 0), LONGEST_PAUSE))
