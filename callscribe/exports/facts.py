"""What every text for people says of a result before it says what was said."""

from __future__ import annotations

from datetime import tzinfo

from callscribe.domain import Result
from callscribe.exports.wording import Wording, clock
from callscribe.remarks import protocol_remarks, recording_remarks


def facts(result: Result, words: Wording, zone: tzinfo) -> list[str]:
    """When it was, in the time zone, and how long."""
    date = f"{words.date}: {result.task.held_at.astimezone(zone):{words.moment}}"
    if result.task.duration_seconds is None:
        return [date]
    return [date, f"{words.duration}: {clock(result.task.duration_seconds)}"]


def remarks(result: Result) -> list[str]:
    """What must be known of the recording, then of the protocol."""
    return [*remarks_on_recording(result), *protocol_remarks(result.protocol, result.transcript.language)]


def remarks_on_recording(result: Result) -> list[str]:
    """What must be known of the recording."""
    return recording_remarks(truncated=result.task.truncated, language=result.transcript.language)
