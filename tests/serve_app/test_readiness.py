"""What is said of a model by how Serve says that its deployment stands."""

from __future__ import annotations

import pytest
from ray.serve.schema import DeploymentStatus, DeploymentStatusOverview, DeploymentStatusTrigger, ReplicaState

from serve_app.readiness import trouble_of


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
    ],
    ids=["running", "scaled to nothing", "called again", "with less to do", "replaced one by one"],
)
def test_what_can_be_called_is_ready(able: DeploymentStatusOverview) -> None:
    assert trouble_of(able) is None


@pytest.mark.parametrize(
    ("unable", "why"),
    [
        (None, "not deployed"),
        (deployment("UPDATING", STARTING=1), "updating: no replica runs yet"),
        (
            deployment("UNHEALTHY", "A replica's health check failed.", RUNNING=1),
            "unhealthy: A replica's health check failed.",
        ),
        (deployment("DEPLOY_FAILED", "No weights."), "deploy_failed: No weights."),
    ],
)
def test_what_cannot_be_called_says_why(unable: DeploymentStatusOverview | None, why: str) -> None:
    assert trouble_of(unable) == why
