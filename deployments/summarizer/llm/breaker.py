"""A circuit breaker for whole protocols, so that a thousand calls do not each wait for an LLM that is away.

Not for single requests: an endpoint that lists its model at once and never ends an answer would look well every time.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from circuitbreaker import CircuitBreaker  # type: ignore[import-untyped]

from callscribe.errors import LlmFailed, LlmUnavailable

FAILURES_TO_OPEN = 3
"""Protocols in a row that an LLM may leave without an answer before the others no longer wait for it."""

Result = TypeVar("Result")


class Breaker:
    """While an LLM is known to be away nobody waits for it, but one at a time, now and then, who tries it."""

    def __init__(self, open_seconds: float) -> None:
        self._circuit = CircuitBreaker(FAILURES_TO_OPEN, open_seconds, LlmUnavailable, "llm")
        self._is_tried = False

    async def call(self, work: Callable[[], Awaitable[Result]]) -> Result:
        """Do the work. Raises what it raises, and ``LlmUnavailable`` with the last reason where the LLM is away.

        Nonsense is an answer. A cancellation, and an error of another kind, say nothing of the endpoint.
        """
        if self._circuit.closed:
            return await self._told(work)
        if self._circuit.opened or self._is_tried:
            raise self._known()
        self._is_tried = True
        try:
            return await self._told(work)
        finally:
            self._is_tried = False

    async def _told(self, work: Callable[[], Awaitable[Result]]) -> Result:
        try:
            result = await work()
        except LlmFailed:
            with self._circuit:
                raise
        self._circuit.reset()
        return result

    def _known(self) -> LlmUnavailable:
        failure: LlmUnavailable = self._circuit.last_failure
        return type(failure)(str(failure))
