"""The worker: claims tasks, keeps their leases, and decides what a failure means. Knows no Ray."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from datetime import timedelta

from callscribe.attempts import describe, doubled, while_renewing
from callscribe.domain import Claim, Task
from callscribe.errors import ClaimLost, InvalidMedia, LimitExceeded, TaskNotFound, Unavailable
from callscribe.logs import about_task
from callscribe.settings import Settings
from callscribe.store import Store
from serve_app.pipeline import Pipeline

log = logging.getLogger(__name__)

IDLE_POLL = timedelta(seconds=5)
"""How long a worker without work waits for a notification before it looks by itself."""

FINAL_ERRORS = (InvalidMedia, LimitExceeded)
"""Failures that another attempt cannot mend."""


class Worker:
    """Runs up to ``settings.tasks_at_a_time`` tasks at once until it is cancelled."""

    def __init__(self, store: Store, pipeline: Pipeline, settings: Settings) -> None:
        self._store = store
        self._pipeline = pipeline
        self._settings = settings
        self._slots = asyncio.Semaphore(settings.tasks_at_a_time)

    async def run(self) -> None:
        """Claim and work for ever. Outages of the store are waited out."""
        async with asyncio.TaskGroup() as group:
            while True:
                await self._slots.acquire()
                claim = await self._next_claim()
                group.create_task(self._work(claim))

    async def _next_claim(self) -> Claim:
        while True:
            try:
                await self._give_up_exhausted()
                claim = await self._store.claim(lease=self._settings.lease, max_attempts=self._settings.max_attempts)
                if claim is not None:
                    return claim
                await self._store.wait_for_work(timeout=IDLE_POLL)
            except Unavailable:
                log.warning("the store does not answer: waiting", exc_info=True)
                await asyncio.sleep(1)

    async def _give_up_exhausted(self) -> None:
        """Nobody has ended these tasks and cleaned up after them: their workers died."""
        failed = await self._store.fail_exhausted(max_attempts=self._settings.max_attempts)
        for task_id, request_id in failed.items():
            with about_task(task_id, request_id):
                log.warning("task given up: no worker has ended it")
                await self._pipeline.clean_up(task_id)

    async def _work(self, claim: Claim) -> None:
        try:
            with _about(claim):
                await self._work_until_it_ends(claim)
        finally:
            self._slots.release()

    async def _work_until_it_ends(self, claim: Claim) -> None:
        log.info("task claimed", extra=_known(claim.task))
        try:
            await self._under_lease(claim)
        except ClaimLost:
            log.info("claim lost")
            await self._leave_nothing_of_an_ended_task(claim)
        except Unavailable:
            # The store itself is away: the lease ends by itself, and another claim resumes the task.
            log.warning("task left to its lease", exc_info=True)

    async def _leave_nothing_of_an_ended_task(self, claim: Claim) -> None:
        """A claim is lost to a cancellation or a deletion, or to another worker, who needs what is there."""
        with contextlib.suppress(Unavailable):
            try:
                ended = (await self._store.task(claim.task.id)).status.is_final
            except TaskNotFound:
                ended = True
            if ended:
                await self._pipeline.clean_up(claim.task.id)

    async def _under_lease(self, claim: Claim) -> None:
        """Work on a task while its lease is renewed; a lost lease stops the work."""
        lease = self._settings.lease
        await while_renewing(self._attempt(claim), lambda: self._store.renew(claim, lease=lease), lease)

    async def _attempt(self, claim: Claim) -> None:
        last_attempt = claim.task.attempts >= self._settings.max_attempts
        try:
            await self._pipeline.run(claim, last_attempt=last_attempt)
        except ClaimLost:
            raise
        except Exception as error:  # noqa: BLE001 - the boundary: whatever broke, the task must not stay in processing
            await self._ended_badly(claim, error, last_attempt=last_attempt)

    async def _ended_badly(self, claim: Claim, error: Exception, *, last_attempt: bool) -> None:
        told, pause = describe(error), backoff(claim.task.attempts)
        if last_attempt or isinstance(error, FINAL_ERRORS):
            log.warning("task failed", extra={"code": told.code}, exc_info=error)
            # First the files, then the word that it is over: who hears it finds nothing left behind.
            await self._pipeline.clean_up(claim.task.id)
            await self._store.fail(claim, told)
        else:
            log.warning(
                "attempt failed", extra={"code": told.code, "again_in_seconds": pause.total_seconds()}, exc_info=error
            )
            await self._store.release(claim, delay=pause)


def _about(claim: Claim) -> contextlib.AbstractContextManager[None]:
    task = claim.task
    return about_task(task.id, claim.request_id, attempt=task.attempts, fence=claim.fence)


def _known(task: Task) -> dict[str, object]:
    """What there is to know of a task before it is worked on: nothing that says what the call is about."""
    return {"source": task.source, "bytes": task.media_bytes, "media_type": task.media_type}


def backoff(attempts: int) -> timedelta:
    """Say how long a task rests after its n-th attempt: 2, 4, 8 … seconds, at most a minute."""
    return doubled(timedelta(seconds=2), attempts - 1, timedelta(minutes=1))
