"""What comes to the webhook: who sends it, and what it says."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from callscribe.arrivals import checked_key
from callscribe.errors import Unavailable
from callscribe.kontur_talk_settings import KonturTalkSettings
from callscribe.store import Inbox
from ingest.kontur_talk.models import Message

MOST_BYTES = 64 * 1024
"""What an event may have; Kontur Talk's have some hundreds."""

ANSWER_SECONDS = 3.0
"""How long keeping a message may take: Kontur Talk waits 5 seconds for the answer, its way here and back included."""


class EventType(StrEnum):
    """The events that CallScribe subscribes to, as a subscription names them."""

    RECORDING_COMPLETED = "recordingCompleted"
    TRANSCRIPTION_READY = "transcriptionReady"


_TYPES = {event.value.casefold(): event for event in EventType}


class BadMessage(ValueError):
    """What no event and no activation looks like; the message says why."""


@dataclass(frozen=True, slots=True)
class Activation:
    """The message that comes when a webhook has been made: its key must be sent back."""

    activation_key: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something has happened to a recording. ``type`` is told whatever the case of its letters."""

    id: str
    type: EventType
    recording_key: str


class _Activation(BaseModel):
    model_config = ConfigDict(extra="ignore")

    activation_key: str = Field(alias="activationKey", min_length=1, max_length=1000, pattern=r"^[\x21-\x7e]+$")


class _Event(Message):
    event_id: str = Field(min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$")
    event_type: str
    recording_key: Annotated[str, AfterValidator(checked_key)]


def is_authentic(given: str | None, settings: KonturTalkSettings) -> bool:
    """Whether a request carries the secret: compared in a time that tells nothing of it."""
    secret = settings.webhook_secret
    if secret is None or given is None:
        return False
    return secrets.compare_digest(given.encode("latin-1", "replace"), secret.get_secret_value().encode())


def parse(body: bytes) -> Activation | Event:
    """Read a message. Raises ``BadMessage``."""
    try:
        return Activation(_Activation.model_validate_json(body).activation_key)
    except ValidationError:
        pass
    try:
        event = _Event.model_validate_json(body)
    except ValidationError as error:
        fault = error.errors(include_input=False, include_url=False)[0]
        raise BadMessage(": ".join(filter(None, (".".join(map(str, fault["loc"])), fault["msg"])))) from None
    kind = _TYPES.get(event.event_type.casefold())
    if kind is None:
        raise BadMessage("eventType: none of those that CallScribe subscribes to")
    return Event(event.event_id, kind, event.recording_key)


async def note(message: Activation | Event, inbox: Inbox) -> None:
    """Keep a message, durably; the same again changes nothing. Raises ``Unavailable``, in time for the sender.

    What has taken too long may have been kept all the same.
    """
    keeping = asyncio.create_task(_keep(message, inbox))
    done, _ = await asyncio.wait({keeping}, timeout=ANSWER_SECONDS)
    if not done:
        keeping.cancel()  # not awaited: a server that stands still does not answer that either
        raise Unavailable(f"The message was not kept within {ANSWER_SECONDS:g} s.")
    keeping.result()


async def _keep(message: Activation | Event, inbox: Inbox) -> None:
    match message:
        case Activation(activation_key):
            await inbox.talk.note_activation(activation_key)
        case Event(event_id, EventType.RECORDING_COMPLETED, recording_key):
            await inbox.arrivals.completed(event_id, recording_key)
        case Event(event_id, EventType.TRANSCRIPTION_READY, recording_key):
            await inbox.arrivals.transcript_ready(event_id, recording_key)
