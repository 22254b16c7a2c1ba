"""Every kind of problem that the API answers with: its code, its HTTP status, its title."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem."""

    code: str
    status: int
    title: str

    @property
    def type(self) -> str:
        """The kind as a URI, as RFC 9457 wants it."""
        return f"urn:callscribe:problem:{self.code}"


MALFORMED_BODY: Final = Kind("malformed_body", 400, "The request's body cannot be read")
UNAUTHORIZED: Final = Kind("unauthorized", 401, "The request does not say who sends it")
CROSS_SITE: Final = Kind("cross_site", 403, "Another site's page has sent the request")
NOT_FOUND: Final = Kind("not_found", 404, "There is nothing at this path")
TASK_NOT_FOUND: Final = Kind("task_not_found", 404, "There is no such task")
DELIVERY_NOT_FOUND: Final = Kind("delivery_not_found", 404, "There is no such delivery")
KONTUR_TALK_OFF: Final = Kind("kontur_talk_off", 404, "Kontur Talk is not set up")
KONTUR_TALK_NOT_THERE: Final = Kind("kontur_talk_not_there", 404, "Kontur Talk has no such recording")
MEDIA_GONE: Final = Kind("media_gone", 404, "The recording itself is no longer there")
METHOD_NOT_ALLOWED: Final = Kind("method_not_allowed", 405, "The path does not know this method")
TASK_NOT_READY: Final = Kind("task_not_ready", 409, "The result is not there yet")
TASK_CONFLICT: Final = Kind("task_conflict", 409, "The task's state does not allow this")
NO_SUCH_SPEAKER: Final = Kind("no_such_speaker", 409, "The transcript has no such voice")
TOO_LARGE: Final = Kind("too_large", 413, "What was sent is too large")
NOT_MULTIPART: Final = Kind("not_multipart", 415, "The body is not multipart/form-data")
NOT_MEDIA: Final = Kind("not_media", 415, "The file is neither audio nor video")
NO_SUCH_PART: Final = Kind("no_such_part", 416, "The file has no such part")
INVALID_REQUEST: Final = Kind("invalid_request", 422, "The request has fields that cannot be accepted")
NOTHING_TO_SEARCH_FOR: Final = Kind("nothing_to_search_for", 422, "The search names no word that was said")
SEARCH_TOO_BROAD: Final = Kind("search_too_broad", 422, "The search would have to look through too much")
EMPTY_FILE: Final = Kind("empty_file", 422, "The file is empty")
NO_AUDIO: Final = Kind("no_audio", 422, "The file is a video without sound")
DAMAGED_MEDIA: Final = Kind("damaged_media", 422, "The file's sound cannot be decoded")
INVALID_MEDIA: Final = Kind("invalid_media", 422, "The file cannot be used")
LIMIT_EXCEEDED: Final = Kind("limit_exceeded", 422, "The recording is past a limit")
IDEMPOTENCY_CONFLICT: Final = Kind("idempotency_conflict", 422, "The idempotency key was used for another file")
QUEUE_FULL: Final = Kind("queue_full", 429, "The queue is full")
RATE_LIMIT_EXCEEDED: Final = Kind("rate_limit_exceeded", 429, "There were too many calls in too short a time")
INTERNAL_ERROR: Final = Kind("internal_error", 500, "Something went wrong inside CallScribe")
KONTUR_TALK_KEY_REFUSED: Final = Kind("kontur_talk_key_refused", 502, "Kontur Talk refuses the API key")
KONTUR_TALK_ACCESS_DENIED: Final = Kind("kontur_talk_access_denied", 502, "Kontur Talk denies access")
KONTUR_TALK_BAD_ANSWER: Final = Kind("kontur_talk_bad_answer", 502, "Kontur Talk's answer cannot be read")
UNAVAILABLE: Final = Kind("unavailable", 503, "Something CallScribe stands on does not answer")
KONTUR_TALK_UNAVAILABLE: Final = Kind("kontur_talk_unavailable", 503, "Kontur Talk does not answer")
NOT_READY: Final = Kind("not_ready", 503, "CallScribe is not ready yet")

KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {kind.code: kind for kind in tuple(globals().values()) if isinstance(kind, Kind)}
)


def kind_of_status(status: int) -> Kind:
    """The kind for an error of the framework, of which only the status is known."""
    known = {kind.status: kind for kind in (MALFORMED_BODY, NOT_FOUND, METHOD_NOT_ALLOWED, TOO_LARGE, INVALID_REQUEST)}
    phrase = HTTPStatus(status).phrase
    return known.get(status) or Kind(phrase.lower().replace(" ", "_"), status, phrase)
