"""What is said of a model by how Serve says that its deployment stands."""

from __future__ import annotations

import asyncio
from threading import Event
from types import SimpleNamespace
from typing import Any
from unittest.mock import AsyncMock

import pytest
from ray import serve
from ray.serve.schema import (
    DeploymentStatus,
    DeploymentStatusOverview,
    DeploymentStatusTrigger,
    ReplicaState,
    ServeStatus,
)

from serve_app import readiness
from serve_app.readiness import ReadinessCheck, trouble_of


def deployment(status: str, message: str = "", **replicas: int) -> DeploymentStatusOverview:
    states = {ReplicaState(state): count for state, count in replicas.items()}
    return DeploymentStatusOverview(DeploymentStatus(status), DeploymentStatusTrigger.UNSPECIFIED, states, message)


@pytest.mark.parametrize(
    "able",
    [
        deployment("HEALTHY", RUNNING=1),
        deployment("HEALTHY"),
        deployment("UPSCALING", STARTING=1),
        deployment("DOWNSCALING", RUNNING=2, STOPPING=1),
        deployment("UPDATING", "Updating.", RUNNING=1, STARTING=1),
        deployment("UNHEALTHY", "A replica's health check failed.", RUNNING=1, STOPPING=3),
    ],
    ids=["running", "scaled to nothing", "called again", "with less to do", "replaced one by one", "one of two lost"],
)
def test_what_can_be_called_is_ready(able: DeploymentStatusOverview) -> None:
    assert trouble_of(able) is None


@pytest.mark.parametrize(
    ("unable", "why"),
    [
        (None, "not deployed"),
        (deployment("UPDATING", STARTING=1), "updating: no replica runs yet"),
        (
            deployment("UNHEALTHY", "A replica's health check failed.", STARTING=1),
            "unhealthy: A replica's health check failed.",
        ),
        (deployment("DEPLOY_FAILED", "No weights."), "deploy_failed: No weights."),
    ],
)
def test_what_cannot_be_called_says_why(unable: DeploymentStatusOverview | None, why: str) -> None:
    assert trouble_of(unable) == why


async def test_who_probes_waits_for_serve_only_where_nothing_is_known_that_is_new_enough(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    let_answer = Event()

    def status() -> ServeStatus:
        let_answer.wait(5)
        return ServeStatus()

    monkeypatch.setattr(serve, "status", status)
    monkeypatch.setattr(readiness, "FRESH_SECONDS", 0)
    monkeypatch.setattr(readiness, "ANSWER_WITHIN_SECONDS", 0.05)
    foundation: Any = SimpleNamespace(store=AsyncMock(), blobs=AsyncMock())
    check = ReadinessCheck(foundation, {})
    assert (await check()).missing == {"serve": "no answer within 0.05 s"}

    let_answer.set()
    await asyncio.sleep(0.1)
    let_answer.clear()
    assert (await check()).missing == {}
    monkeypatch.setattr(readiness, "KNOWN_SECONDS", 0)
    assert (await check()).missing == {"serve": "no answer within 0.05 s"}
    let_answer.set()
