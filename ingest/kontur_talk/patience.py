"""What a failed try at a recording means: try again, and when, or give it up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from callscribe.arrivals import Arrival
from callscribe.attempts import describe, doubled
from callscribe.domain import TaskError
from callscribe.errors import InvalidMedia, LimitExceeded, QueueFull
from ingest.kontur_talk.failures import AccessDenied, KeyRefused, NotThere, TalkUnavailable

GRACE = timedelta(hours=1)
"""How long an event may be ahead of the recording, and of the access to it."""

FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=10)


class Gone(NotThere):
    """The recording itself, and not only its file, is not there."""

    code = "kontur_talk_recording_gone"


@dataclass(frozen=True, slots=True)
class Again:
    """Try again after a while."""

    delay: timedelta
    error: TaskError


@dataclass(frozen=True, slots=True)
class Failed:
    """It is of no use."""

    error: TaskError


def verdict(arrival: Arrival, error: Exception, patience: timedelta) -> Again | Failed:
    """Judge a failure. A full queue and a key that has expired are no fault of the recording's: they are waited out."""
    waited = datetime.now(UTC) - arrival.since
    match error:
        case InvalidMedia() | LimitExceeded():
            return Failed(describe(error))
        case QueueFull() | KeyRefused():
            return Again(_pause(arrival, error), describe(error))
        case Gone() if arrival.title is not None or waited >= GRACE:
            return Failed(describe(error))
        case AccessDenied() if waited >= GRACE:
            return Failed(describe(error))
        case _ if waited >= patience:
            return Failed(describe(error))
        case _:
            return Again(_pause(arrival, error), describe(error))


def _pause(arrival: Arrival, error: Exception) -> timedelta:
    """Twice as long each time, and no sooner than the space asks for."""
    pause = doubled(FIRST_PAUSE, arrival.attempts - 1, LONGEST_PAUSE)
    asked = error.retry_after if isinstance(error, TalkUnavailable) else None
    return max(pause, min(timedelta(seconds=asked or 0), LONGEST_PAUSE))
