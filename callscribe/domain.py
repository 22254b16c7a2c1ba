"""The words of the domain: immutable values that every room shares.

Times are seconds from the start of the recording, as floats. Confidences are probabilities in 0..1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

TaskId = NewType("TaskId", UUID)
"""Names a recording and the task owed on it: there is exactly one task for each recording."""


class Source(StrEnum):
    """The way in by which a recording came."""

    UPLOAD = "upload"
    KONTUR_TALK = "kontur_talk"
    KAFKA = "kafka"


class Language(StrEnum):
    """A language that CallScribe transcribes."""

    RU = "ru"
    EN = "en"


class RequestedLanguage(StrEnum):
    """What a client may ask for: a language, or that the recording itself decides."""

    AUTO = "auto"
    RU = "ru"
    EN = "en"


class Template(StrEnum):
    """A kind of call, which says what its protocol dwells on."""

    MEETING = "meeting"
    SALES = "sales"
    SUPPORT = "support"
    INTERVIEW = "interview"


class TaskStatus(StrEnum):
    """Where a task stands; the last three are final."""

    QUEUED = "queued"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        """Whether no worker will touch the task again unless someone asks for a retry."""
        return self in (TaskStatus.COMPLETED, TaskStatus.FAILED, TaskStatus.CANCELLED)


class Stage(StrEnum):
    """A step of the work on a recording, in the order of the work."""

    DECODING = "decoding"
    DIARIZING = "diarizing"
    TRANSCRIBING = "transcribing"
    SUMMARIZING = "summarizing"

    @property
    def and_later(self) -> tuple[Stage, ...]:
        """The stages whose outputs a rerun from this one replaces.

        Diarizing and transcribing run side by side and do not feed each other, so that a rerun of
        one keeps the other's output; decoding feeds both.
        """
        match self:
            case Stage.DECODING:
                return tuple(Stage)
            case Stage.DIARIZING | Stage.TRANSCRIBING:
                return (self, Stage.SUMMARIZING)
            case Stage.SUMMARIZING:
                return (self,)


@dataclass(frozen=True, slots=True)
class Word:
    """One spoken word as it is shown: with its case and the punctuation that follows it."""

    start: float
    end: float
    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class SpeakerSegment:
    """A stretch in which the diarizer hears one voice; the label means nothing beyond its identity."""

    start: float
    end: float
    speaker: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One speaker's uninterrupted speech. ``speaker`` counts from 1 in order of first appearance."""

    start: float
    end: float
    speaker: int
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        """The words as running text."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True)
class Transcript:
    """The turns of one recording, in time order. No turns means that nobody spoke."""

    language: Language
    turns: tuple[Turn, ...]

    @property
    def speakers(self) -> tuple[int, ...]:
        """The speakers' numbers, ascending."""
        return tuple(sorted({turn.speaker for turn in self.turns}))

    @property
    def word_count(self) -> int:
        """How many words were said."""
        return sum(len(turn.words) for turn in self.turns)


class ProtocolStatus(StrEnum):
    """How much of the protocol could be made."""

    PENDING = "pending"
    COMPLETE = "complete"
    DEGRADED = "degraded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Point:
    """Something the protocol says, with the seconds at which it was said."""

    text: str
    at: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ActionItem:
    """Something that somebody is to do, with the seconds at which it was said."""

    task: str
    owner: str | None
    due: str | None
    at: tuple[float, ...]

    @property
    def in_words(self) -> str:
        """The task with what is known of it: «Прислать смету (Мария, до среды)»."""
        known = ", ".join(part for part in (self.owner, self.due) if part)
        return f"{self.task} ({known})" if known else self.task


@dataclass(frozen=True, slots=True)
class Participant:
    """A voice in the recording: how long it spoke and its main statements."""

    speaker: int
    name: str | None
    talk_seconds: float
    statements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Protocol:
    """What the summarizer says of a transcript.

    ``coverage`` is the share of the transcript's words that were read, ``llm`` the model that improved it, ``rejected``
    how many of that model's points were dropped because the turns they cite do not bear them out, ``reason`` why a
    protocol is degraded or has failed: a sentence, and the code of the error for programs.
    """

    status: ProtocolStatus
    engine: str
    coverage: float
    summary: str = ""
    key_points: tuple[Point, ...] = ()
    decisions: tuple[Point, ...] = ()
    action_items: tuple[ActionItem, ...] = ()
    participants: tuple[Participant, ...] = ()
    llm: str | None = None
    rejected: int = 0
    reason: str | None = None
    reason_code: str | None = None


class NameOrigin(StrEnum):
    """Who says what a speaker is called: a person, else the source by its own tracks, else the protocol."""

    PERSON = "person"
    KONTUR_TALK = "kontur_talk"
    PROTOCOL = "protocol"


@dataclass(frozen=True, slots=True)
class SpeakerName:
    """What a speaker is called, and by whose word."""

    name: str
    origin: NameOrigin


@dataclass(frozen=True, slots=True)
class Track:
    """When one participant spoke, by the source's own word: (start, end) in seconds."""

    name: str
    spans: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Brief:
    """What a summarizer is asked: a transcript, and what is known beside it.

    ``speaker_names`` are names that people gave to voices, ``template`` says what kind of call it is, ``glossary``
    holds the organisation's own terms and names.
    """

    transcript: Transcript
    speaker_names: dict[int, str] = field(default_factory=dict)
    template: Template = Template.MEETING
    glossary: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelNames:
    """Which engines made a result; ``None`` where a stage was not run or did without one."""

    diarizer: str | None = None
    transcriber: str | None = None
    llm: str | None = None


@dataclass(frozen=True, slots=True)
class NewRecording:
    """What register needs to know; the media is in the blob store under ``media_key`` already."""

    id: TaskId
    source: Source
    source_id: str
    media_key: str
    media_bytes: int
    media_sha256: str
    media_type: str
    title: str
    language: RequestedLanguage = RequestedLanguage.AUTO
    num_speakers: int | None = None
    template: Template = Template.MEETING
    started_at: datetime | None = None
    meeting_id: str | None = None
    participants: tuple[str, ...] = ()
    duration_seconds: float | None = None
    webhook_url: str | None = None


@dataclass(frozen=True, slots=True)
class TaskError:
    """Why a task failed: a stable code for programs and a sentence for people."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Task:
    """A recording and the state of the work owed on it.

    ``speakers`` are the voices, as they are called by now or else by their labels, in their order; none before there
    is a transcript. ``result_of_before``: what there is was made before the task was queued again, and stands.
    """

    id: TaskId
    status: TaskStatus
    source: Source
    source_id: str
    title: str
    media_key: str
    media_bytes: int
    media_sha256: str
    media_type: str
    requested_language: RequestedLanguage
    created_at: datetime
    stage: Stage | None = None
    progress: float = 0.0
    language: Language | None = None
    num_speakers: int | None = None
    template: Template = Template.MEETING
    meeting_id: str | None = None
    participants: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    duration_seconds: float | None = None
    truncated: bool = False
    recorded_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    attempts: int = 0
    error: TaskError | None = None
    queue_position: int | None = None
    protocol_status: ProtocolStatus | None = None
    result_of_before: bool = False

    @property
    def held_at(self) -> datetime:
        """When the call was: when it began, where that is known, but no later than its recording came."""
        return min(self.recorded_at or self.created_at, self.created_at)


@dataclass(frozen=True, slots=True)
class Claim:
    """A worker's right to a task until its lease ends. A write with a fence that has risen since changes nothing.

    ``request_id`` names the request that the work is owed to.
    """

    task: Task
    fence: int
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """Everything known of a finished recording."""

    task: Task
    transcript: Transcript
    protocol: Protocol
    models: ModelNames
    names: dict[int, SpeakerName] = field(default_factory=dict)

    @property
    def speaker_names(self) -> dict[int, str]:
        """What the speakers are called, whoever says so."""
        return {speaker: named.name for speaker, named in self.names.items()}

    @property
    def names_by_hand(self) -> dict[int, str]:
        """What people have said that they are called."""
        return {speaker: named.name for speaker, named in self.names.items() if named.origin is NameOrigin.PERSON}
