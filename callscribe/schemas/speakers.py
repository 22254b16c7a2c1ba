"""What is known of each speaker."""

from __future__ import annotations

from pydantic import Field

from callscribe.domain import NameOrigin, Participant, Result, SpeakerName
from callscribe.schemas.base import View
from callscribe.speakers import speaker_label


class ParticipantView(View):
    """A voice in the recording."""

    speaker: str = Field(description="The label in `segments`.", examples=["Спикер 1"])
    name: str | None = Field(description="The person's name, where somebody gave it or the protocol found it.")
    name_origin: NameOrigin | None = Field(
        description="Who says so: a `person` who edited it, `kontur_talk` by its own record of who spoke when, or the "
        "`protocol`, which found it in what was said."
    )
    talk_seconds: float
    statements: list[str]


def participants(result: Result) -> list[ParticipantView]:
    """Show every voice of the transcript, with what the protocol adds to it."""
    told = {participant.speaker: participant for participant in result.protocol.participants}
    return [
        _participant(told.get(speaker) or _heard(result, speaker), result) for speaker in result.transcript.speakers
    ]


def _heard(result: Result, speaker: int) -> Participant:
    turns = (turn for turn in result.transcript.turns if turn.speaker == speaker)
    return Participant(speaker, None, round(sum(turn.end - turn.start for turn in turns), 3))


def _participant(participant: Participant, result: Result) -> ParticipantView:
    found = SpeakerName(participant.name, NameOrigin.PROTOCOL) if participant.name else None
    named = result.names.get(participant.speaker) or found
    return ParticipantView(
        speaker=speaker_label(participant.speaker, result.transcript.language),
        name=named and named.name,
        name_origin=named and named.origin,
        talk_seconds=participant.talk_seconds,
        statements=list(participant.statements),
    )
