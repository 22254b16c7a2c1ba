"""What is known of each speaker."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field, RootModel, StringConstraints

from callscribe.domain import NameOrigin, Participant, Result, SpeakerName, Transcript
from callscribe.errors import NoSuchSpeaker
from callscribe.schemas.base import View
from callscribe.speakers import LABEL, speaker_label

_UNSEEN = r"\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
"""Characters that no line shows: controls, breaks of lines, and those that turn the direction of what stands around."""


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


Name = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        min_length=1,
        max_length=100,
        pattern=rf"^[^{_UNSEEN}]*[^\s{_UNSEEN}][^{_UNSEEN}]*$",
    ),
]
"""One line of characters that can be seen."""


Label = Annotated[str, StringConstraints(pattern=LABEL)]


class SpeakerNames(RootModel[dict[Label, Name | None]]):
    """What speakers are called, by their labels; ``null`` takes a name that a person gave back."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"Спикер 1": "Иван", "Спикер 2": None}], "additionalProperties": False}
    )

    def by_number(self, transcript: Transcript) -> dict[int, str | None]:
        """By the speakers' numbers. Raises ``NoSuchSpeaker``."""
        numbers = {speaker_label(speaker, transcript.language): speaker for speaker in transcript.speakers}
        if strange := [label for label in self.root if label not in numbers]:
            raise NoSuchSpeaker(f"There is no {strange[0]!r:.60} in this recording: name the labels of `segments`.")
        return {numbers[label]: name for label, name in self.root.items()}


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
