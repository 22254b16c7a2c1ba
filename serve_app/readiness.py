"""Whether the graph can do its work: the database and the blobs are asked, and Serve how the models stand.

The models themselves are not asked: one that is at work answers late, and yet the next call may come. Serve looks
after their health.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from time import monotonic
from typing import Any, Final

from ray import serve
from ray.exceptions import RayError
from ray.serve.exceptions import RayServeException
from ray.serve.handle import DeploymentHandle
from ray.serve.schema import DeploymentStatus, DeploymentStatusOverview, ReplicaState, ServeStatus

from callscribe.errors import CallScribeError
from serve_app.api import Readiness
from serve_app.foundation import Foundation

ANSWER_WITHIN_SECONDS: Final = 3
FRESH_SECONDS: Final = 1.0
"""For how long what Serve has said need not be asked anew."""
KNOWN_SECONDS: Final = 10.0
"""For how long it is told while it is asked anew, which takes a tenth of a second on a busy machine."""

_NOT_THERE: Final = frozenset({DeploymentStatus.UPDATING, DeploymentStatus.UNHEALTHY, DeploymentStatus.DEPLOY_FAILED})


class ReadinessCheck:
    """Looks at everything that the API stands on, each with a bound on its answer."""

    def __init__(self, foundation: Foundation, models: Mapping[str, DeploymentHandle[Any]]) -> None:
        self._foundation = foundation
        self._models = models
        self._asked_at = 0.0
        self._asking: asyncio.Task[None] | None = None
        self._known_at = float("-inf")
        self._known = ServeStatus()

    async def __call__(self) -> Readiness:
        """Ask all at once; say what is missing and why."""
        database, blobs, models = await asyncio.gather(
            _trouble(self._foundation.store.ping()),
            _trouble(self._foundation.blobs.exists("readiness")),
            self._models_troubles(),
        )
        troubles = {"database": database, "blobs": blobs, **models}
        return Readiness({name: trouble for name, trouble in troubles.items() if trouble})

    async def _models_troubles(self) -> dict[str, str | None]:
        asking = self._asked()
        if monotonic() - self._known_at > KNOWN_SECONDS and (trouble := await _trouble(asyncio.shield(asking))):
            return {"serve": trouble}
        return {name: trouble_of(_deployment(self._known, handle)) for name, handle in self._models.items()}

    def _asked(self) -> asyncio.Task[None]:
        """Ask Serve anew once what it has said is old, and never twice at a time, however long it takes."""
        if self._asking is None or (self._asking.done() and monotonic() - self._asked_at > FRESH_SECONDS):
            self._asked_at = monotonic()
            self._asking = asyncio.create_task(self._ask())
        return self._asking

    async def _ask(self) -> None:
        self._known = await asyncio.to_thread(serve.status)
        self._known_at = monotonic()


def trouble_of(deployment: DeploymentStatusOverview | None) -> str | None:
    """Why a deployment cannot be called; nothing if it can, even where no replica runs since nobody calls.

    One that runs is enough: Serve calls a deployment unhealthy for minutes after another was lost or found no room.
    """
    if deployment is None:
        return "not deployed"
    running = deployment.replica_states.get(ReplicaState.RUNNING)
    if not running and deployment.status in _NOT_THERE:
        return f"{deployment.status.lower()}: {deployment.message or 'no replica runs yet'}"
    return None


def _deployment(status: ServeStatus, handle: DeploymentHandle[Any]) -> DeploymentStatusOverview | None:
    application = status.applications.get(handle.app_name)
    return None if application is None else application.deployments.get(handle.deployment_name)


async def _trouble(part: Awaitable[object]) -> str | None:
    try:
        await asyncio.wait_for(part, ANSWER_WITHIN_SECONDS)
    except TimeoutError:
        return f"no answer within {ANSWER_WITHIN_SECONDS} s"
    except (CallScribeError, RayError, RayServeException) as error:
        return str(error) or type(error).__name__
    return None
