"""What goes wrong between us and an LLM's endpoint, in words of our own, and how long we are patient with it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable
from typing import TypeVar

import openai
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt

from callscribe.errors import LlmFailed, LlmNonsense, LlmTimeout, LlmUnavailable

MAX_ATTEMPTS = 3
"""How often a server that is busy for a moment is asked the same, within the time of the call."""
BUSY_SECONDS = 1.0
"""The pause before it is asked again, where it does not say (Retry-After) how long it wants."""

_REFUSED = frozenset({400, 413, 422})
"""What a server answers to this very request, too long for example: another may be well."""
_BUSY = frozenset({429, 503})
"""What a server answers that takes no more for the moment."""

Result = TypeVar("Result")


class OtherLanguage(Exception):
    """The answer is not of the contract."""


async def within(seconds: float, call: Awaitable[Result]) -> Result:
    """Wait so long for an answer. Raises ``LlmFailed``, whatever went wrong."""
    try:
        async with asyncio.timeout(seconds):
            return await call
    except (openai.OpenAIError, json.JSONDecodeError, TimeoutError, OtherLanguage) as error:
        raise _meaning(error) from error


def _meaning(error: Exception) -> LlmFailed:
    """Our own error, in words of our own: what a provider writes is never shown as if it were ours."""
    match error:
        # 408 and 504 are a server's, or a proxy's before it, whose own time has ended.
        case openai.APITimeoutError() | TimeoutError() | openai.APIStatusError(status_code=408 | 504):
            return LlmTimeout("The LLM did not answer in time.")
        case openai.APIStatusError() if error.status_code in _REFUSED:
            return LlmNonsense(f"The LLM's endpoint refuses what it is asked ({error.status_code}).")
        case openai.APIStatusError():
            return LlmUnavailable(f"The LLM's endpoint answers {error.status_code}.")
        case openai.APIConnectionError():
            return LlmUnavailable("The LLM's endpoint cannot be reached.")
        case _:
            return LlmUnavailable("The LLM's endpoint answers something else than OpenAI's contract.")


def patience() -> AsyncRetrying:
    """Asks a server again that is busy for a moment."""
    return AsyncRetrying(
        retry=retry_if_exception(_is_busy), wait=_asked_to_wait, stop=stop_after_attempt(MAX_ATTEMPTS), reraise=True
    )


def _is_busy(error: BaseException) -> bool:
    return isinstance(error, openai.APIStatusError) and error.status_code in _BUSY


def _asked_to_wait(state: RetryCallState) -> float:
    """The seconds that the server asks for, where it does."""
    error = state.outcome.exception() if state.outcome else None
    wanted = error.response.headers.get("retry-after", "") if isinstance(error, openai.APIStatusError) else ""
    return float(wanted) if wanted.isdigit() else BUSY_SECONDS
