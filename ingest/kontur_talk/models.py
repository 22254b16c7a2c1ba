"""What Kontur Talk's API sends and is sent: of each thing only what CallScribe reads.

Everything but a key may be missing: the specification requires nothing of what it answers.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, RootModel
from pydantic.alias_generators import to_camel

from ingest.kontur_talk.leniency import Lenient, Many, Moment, Readable

LONGEST_NAME = 200
SPEAKER_LABEL = re.compile(r"(?:спикер|speaker)\s*\d+", re.IGNORECASE)
"""What a voice without a name is called: a guest who calls themselves so has told none."""

Millis = Annotated[int, Field(ge=-(2**31), lt=2**31)]


class Message(BaseModel):
    """A JSON object with names in camelCase; what a newer version adds is read past."""

    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True, extra="ignore", frozen=True)


class User(Message):
    """A registered user of the space."""

    key: str | None = None
    firstname: str | None = None
    surname: str | None = None


class UserRef(Message):
    """Who spoke or took part: a user, or a guest under the name that they gave."""

    anonymous_name: str | None = None
    user_info: User | None = None

    @property
    def name(self) -> str | None:
        """First name and surname, or a guest's name, on one line and no longer than a name may be; or ``None``."""
        user = self.user_info
        names = (user.firstname, user.surname) if user else (self.anonymous_name,)
        name = " ".join(" ".join(filter(None, names)).split())[:LONGEST_NAME].rstrip()
        return None if SPEAKER_LABEL.fullmatch(name) else name or None


class Participants(RootModel[Readable[UserRef]]):
    """Who took part in a recording."""


class Recording(Message):
    """A recording of the space. ``created_date`` is when it was stored, after the meeting; ``size`` is bytes.

    Without its key it is none; whatever else of it cannot be read costs nothing but itself.
    """

    key: str = Field(min_length=1)
    id: Lenient[str | None] = None
    title: Lenient[str | None] = None
    created_date: Lenient[Moment] = None
    room_name: Lenient[str | None] = None
    participants_count: Lenient[int | None] = None
    size: Lenient[int | None] = None
    participants: Lenient[Readable[UserRef]] = ()


class RecordingPage(Message):
    """One page of recordings; ``next_page_token`` asks for the next."""

    entities: Readable[Recording] = ()
    next_page_token: str | None = None


class TranscriptStatus(StrEnum):
    """Where Kontur Talk's own transcribing stands."""

    IN_PROGRESS = "inProgress"
    ERROR = "error"
    COMPLETE = "complete"


class Chunk(Message):
    """A stretch of a track's speech, in milliseconds from the recording's start."""

    start_time_offset_in_millis: Millis
    end_time_offset_in_millis: Millis
    diarized_speaker: UserRef | None = None


class Track(Message):
    """One participant's speech. ``diarized_speaker`` is who of several at one device it was."""

    speaker: UserRef | None = None
    diarized_speaker: UserRef | None = None
    chunks: Many[Chunk] = ()


class Transcript(Message):
    """Kontur Talk's own transcript of a recording: the words in it are left alone, the times are not."""

    status: TranscriptStatus
    tracks: Many[Track] = ()


class ConferenceRef(Message):
    """A past conference in a list of them."""

    key: str
    room_name: str | None = None


class ConferencePage(Message):
    """Past conferences."""

    conferences: Many[ConferenceRef] = ()


class FrameSize(Message):
    """A picture's size in pixels."""

    width: int = 0
    height: int = 0


class Quality(Message):
    """One of the files that a recording is kept in."""

    name: str
    status: str | None = None
    size: FrameSize | None = None


class ConferenceRecording(Message):
    """A recording as the history of its conference tells of it."""

    id: str | None = None
    qualities: Many[Quality] = ()


class Artifacts(Message):
    """What is left of a conference."""

    recordings: Many[ConferenceRecording] = ()


class Conference(Message):
    """A past conference."""

    key: str
    artifacts: Artifacts | None = None


class Header(Message):
    """A header that Kontur Talk adds to what it sends to a webhook."""

    name: str
    value: str | None = None


class Webhook(Message):
    """A subscription; its events come once it is activated."""

    webhook_key: str
    title: str | None = None
    activated: bool = False
    events: Many[str] = ()
    url: str | None = None


class NewWebhook(Message):
    """What a subscription is asked for with."""

    title: str = Field(max_length=200)
    url: str = Field(max_length=2048)
    events: tuple[str, ...]
    custom_headers: tuple[Header, ...]
