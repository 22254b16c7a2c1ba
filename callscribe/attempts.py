"""What attempts have in common: a lease is renewed meanwhile, a failure gets a name, and pauses grow."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import Any

from callscribe.domain import TaskError
from callscribe.errors import CallScribeError, Unavailable

log = logging.getLogger(__name__)

RENEWALS_PER_LEASE = 3
FAULT_OF_OURS = "An error inside CallScribe; the server's log tells more."
_DOUBLINGS = 20
"""More would be too large a number long before its pause is used."""


async def while_renewing(
    work: Coroutine[Any, Any, None], renew: Callable[[], Awaitable[None]], lease: timedelta
) -> None:
    """Work while the lease is renewed; a lost lease (``renew`` raises ``ClaimLost``) stops the work."""
    working = asyncio.create_task(work)
    renewal = asyncio.create_task(_renew_for_ever(renew, lease))
    try:
        await asyncio.wait({working, renewal}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (working, renewal):
            task.cancel()
        outcomes = await asyncio.gather(working, renewal, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            raise outcome


async def _renew_for_ever(renew: Callable[[], Awaitable[None]], lease: timedelta) -> None:
    while True:
        await asyncio.sleep(lease.total_seconds() / RENEWALS_PER_LEASE)
        try:
            await renew()
        except Unavailable:
            log.warning("lease not renewed", exc_info=True)


def doubled(first: timedelta, times: int, longest: timedelta) -> timedelta:
    """A pause that is twice as long each time, from the ``first`` to the ``longest``."""
    pause: timedelta = first * 2 ** min(times, _DOUBLINGS)
    return min(pause, longest)


def describe(error: Exception) -> TaskError:
    """Say what a failure means to those who wait for the outcome, without our internals."""
    if isinstance(error, CallScribeError):
        return TaskError(error.code, str(error))
    return TaskError(
        CallScribeError.code, "An error inside CallScribe stopped this task; the server's log tells more. Try again."
    )
