"""What Kontur Talk's refusals mean.

::

    KonturTalkError             whatever cannot be had from Kontur Talk
    ├── KeyRefused              401: every request will fare the same until there is another key
    ├── AccessDenied            403: the key lacks a scope, or may not have this recording
    ├── NotThere                404: it is not there yet, or not any more
    └── BadAnswer               what nobody can read, or a list without an end
    TalkUnavailable             it does not answer: worth trying again later
    └── PatienceWanted          408, 429: it is asked too much, whatever it is asked for
"""

from __future__ import annotations

from typing import ClassVar

import httpx

from callscribe.arrivals import NOT_THERE
from callscribe.errors import CallScribeError, Unavailable
from ingest.retry_after import seconds_asked


class KonturTalkError(CallScribeError):
    """What is asked for cannot be had from Kontur Talk."""

    code: ClassVar[str] = "kontur_talk_refused"


class KeyRefused(KonturTalkError):
    """The API key is wrong or has expired."""

    code = "kontur_talk_key_refused"


class AccessDenied(KonturTalkError):
    """The key lacks a scope, or may not have this recording."""

    code = "kontur_talk_access_denied"


class NotThere(KonturTalkError):
    """There is no such thing: not yet, or not any more."""

    code = NOT_THERE


class BadAnswer(KonturTalkError):
    """An answer that nobody can read."""

    code = "kontur_talk_bad_answer"


class TalkUnavailable(Unavailable):
    """Kontur Talk does not answer; ``retry_after`` says for how many seconds it wants to be left alone, if it does."""

    code: ClassVar[str] = "kontur_talk_unavailable"

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class PatienceWanted(TalkUnavailable):
    """Kontur Talk asks for patience, whatever it is asked for."""


def refusal(answer: httpx.Response) -> CallScribeError:
    """What an answer that is none means."""
    asked = f"{answer.request.method} {told(answer.request.url)}"
    match answer.status_code:
        case httpx.codes.UNAUTHORIZED:
            return KeyRefused("Kontur Talk refuses the API key (401): it is wrong or has expired.")
        case httpx.codes.FORBIDDEN:
            return AccessDenied(
                f"Kontur Talk denies access (403) to {asked}: the API key lacks a scope, or the access."
            )
        case httpx.codes.NOT_FOUND | httpx.codes.GONE:
            return NotThere(f"Kontur Talk has nothing at {asked} ({answer.status_code}).")
        case httpx.codes.TOO_MANY_REQUESTS | httpx.codes.REQUEST_TIMEOUT:
            return PatienceWanted(
                f"Kontur Talk asks for patience ({answer.status_code}) with {asked}.", retry_after=_patience(answer)
            )
        case code if code >= httpx.codes.INTERNAL_SERVER_ERROR:
            return TalkUnavailable(f"Kontur Talk answers {code} to {asked}.", retry_after=_patience(answer))
        case code:
            return BadAnswer(f"Kontur Talk answers {code} to {asked}.")


def told(url: httpx.URL) -> str:
    """An address without what may be secret in it: a redirect leads where a user, a password or a query lets in."""
    return str(url.copy_with(userinfo=b"", query=None))


def _patience(answer: httpx.Response) -> float | None:
    return seconds_asked(answer.headers.get("Retry-After", ""))
