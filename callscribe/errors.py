"""The one tree of errors.

::

    CallScribeError
    ├── BadSettings             what the operator has set cannot be used
    ├── InvalidMedia            the recording cannot be used, and trying again will not help
    │   ├── NotMedia            neither audio nor video
    │   ├── NoAudio             a recording without sound
    │   └── DamagedMedia        audio that cannot be decoded
    ├── LimitExceeded           the recording is past a limit that the operator set
    ├── QueueFull               the queue holds as many tasks as it may
    ├── TaskNotFound            no task has that id
    ├── DeliveryNotFound        no delivery of a webhook has that id
    ├── TaskNotReady            the task has no result yet
    ├── NoSuchSpeaker           the transcript has no such voice
    ├── NothingToSearchFor      a search names no word that was said
    ├── SearchTooBroad          what is searched for is in too much to look through
    ├── TaskConflict            the task's state does not allow what was asked
    ├── IdempotencyConflict     the same source id came before with other content
    ├── ClaimLost               another worker, or a cancellation, has taken the task
    ├── ModelUnavailable        a weight is missing or does not have its hash
    ├── EngineFailed            an engine broke on this recording
    ├── LlmFailed               the LLM could not improve a protocol: the linguistic one stands
    │   ├── LlmUnavailable      its endpoint is away, slow, or refuses
    │   │   └── LlmTimeout      it is slow
    │   └── LlmNonsense         it answers what nobody can use
    ├── AddressRefused          a host has no address that may be connected to
    ├── MediaRefused            the media that a message refers to may not or cannot be fetched, now or later
    ├── InvalidMessage          a message is not what its topic's contract says
    ├── BackupFailed            the archive cannot be saved there, or not be restored from that
    ├── DoesNotFit              so many calls do not fit the machines that are planned for them
    └── Unavailable             something CallScribe stands on does not answer: worth trying again
        └── MediaUnavailable    the host of a message's media does not give it out just now
"""

from __future__ import annotations

import math
from typing import ClassVar


class CallScribeError(Exception):
    """The root. ``code`` is stable and meant for programs, the message is a sentence for people."""

    code: ClassVar[str] = "internal_error"


class BadSettings(CallScribeError):
    """What the operator has set cannot be used: a sentence for each, naming it and saying what to do."""

    code = "bad_settings"

    def __init__(self, *sentences: str) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


class InvalidMedia(CallScribeError):
    """The recording cannot be used, and trying again will not help."""

    code = "invalid_media"


class NotMedia(InvalidMedia):
    """The file is neither audio nor video."""

    code = "not_media"


class NoAudio(InvalidMedia):
    """The file is a video without sound, or has none of it."""

    code = "no_audio"


class DamagedMedia(InvalidMedia):
    """The file's audio cannot be decoded."""

    code = "damaged_media"


class LimitExceeded(CallScribeError):
    """The recording is past a limit that the operator set."""

    code = "limit_exceeded"


class QueueFull(CallScribeError):
    """The queue holds as many tasks as it may."""

    code = "queue_full"


class TaskNotFound(CallScribeError):
    """No task has that id."""

    code = "task_not_found"


class DeliveryNotFound(CallScribeError):
    """No delivery of a webhook has that id."""

    code = "delivery_not_found"


class TaskNotReady(CallScribeError):
    """The task has no result yet."""

    code = "task_not_ready"


class NoSuchSpeaker(CallScribeError):
    """The transcript has no such voice."""

    code = "no_such_speaker"


class NothingToSearchFor(CallScribeError):
    """A search names no word that was said."""

    code = "nothing_to_search_for"


class SearchTooBroad(CallScribeError):
    """What is searched for is in too much to look through in the time that a search has."""

    code = "search_too_broad"


class TaskConflict(CallScribeError):
    """The task's state does not allow what was asked."""

    code = "task_conflict"


class IdempotencyConflict(CallScribeError):
    """The same source id came before with other content."""

    code = "idempotency_conflict"


class ClaimLost(CallScribeError):
    """Another worker, or a cancellation, has taken the task: stop and write nothing."""

    code = "claim_lost"


class ModelUnavailable(CallScribeError):
    """A model's weight is missing or does not have its hash."""

    code = "model_unavailable"


class EngineFailed(CallScribeError):
    """An engine broke on this recording: another try may help, a third hardly."""

    code = "engine_failed"


class LlmFailed(CallScribeError):
    """The LLM could not improve a protocol: the linguistic one stands."""

    code = "llm_failed"


class LlmUnavailable(LlmFailed):
    """The LLM's endpoint is away, slow, or refuses: worth trying again later."""

    code = "llm_unavailable"


class LlmTimeout(LlmUnavailable):
    """The LLM did not answer in the time that it had."""

    code = "llm_timeout"


class LlmNonsense(LlmFailed):
    """The LLM answers what nobody can use: no JSON, cut in the middle, the same over and over."""

    code = "llm_nonsense"


class AddressRefused(CallScribeError):
    """A host has no address that may be connected to."""

    code = "address_refused"


class MediaRefused(CallScribeError):
    """The media that a message refers to may not or cannot be fetched, now or later."""

    code = "media_refused"


class InvalidMessage(CallScribeError):
    """A message is not what its topic's contract says."""

    code = "invalid_message"


class BackupFailed(CallScribeError):
    """The archive cannot be saved there, or not be restored from that."""

    code = "backup_failed"


class DoesNotFit(CallScribeError):
    """So many calls do not fit the machines that are planned for them."""

    code = "does_not_fit"


class Unavailable(CallScribeError):
    """Something CallScribe stands on does not answer: worth trying again."""

    code = "unavailable"


class MediaUnavailable(Unavailable):
    """The host of a message's media does not give it out just now.

    ``away_since``: since when it has given out nothing at all, as far as is known, by ``time.monotonic``.
    """

    code = "media_unavailable"
    away_since: float = math.inf
