"""Autoscaling by lag: the policy as the Serve file names it and as Serve resolves it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from ray.serve._private.autoscaling_state import _resolve_policy_callable
from ray.serve._private.common import DeploymentID
from ray.serve.config import AutoscalingConfig, AutoscalingContext

FILE = Path(__file__).parents[2] / "serve_config.yaml"


def configured() -> AutoscalingConfig:
    content = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    (kafka,) = [each for each in content["applications"] if each["name"] == "kafka"]
    return AutoscalingConfig.model_validate(kafka["deployments"][0]["autoscaling_config"])


def context(metrics: Mapping[str, Mapping[str, float]], target: int = 2) -> AutoscalingContext:
    arguments: dict[str, Any] = {
        "deployment_id": DeploymentID(name="Kafka", app_name="kafka"),
        "deployment_name": "Kafka",
        "app_name": "kafka",
        "current_num_replicas": target,
        "target_num_replicas": target,
        "running_replicas": [],
        "total_num_requests": 0.0,
        "total_queued_requests": 0.0,
        "aggregated_metrics": metrics,
        "raw_metrics": {},
        "capacity_adjusted_min_replicas": 1,
        "capacity_adjusted_max_replicas": 12,
        "policy_state": {},
        "last_scale_up_time": None,
        "last_scale_down_time": None,
        "current_time": None,
        "config": configured(),
    }
    return AutoscalingContext(**arguments)


@pytest.mark.parametrize(
    ("lags", "partitions", "replicas"),
    [
        ([0.0], 6, 1),
        ([50.0], 6, 1),
        ([51.0], 6, 2),
        ([100.0, 101.0], 6, 5),
        ([10_000.0, 10_000.0], 6, 6),
        ([10_000.0], 0, 1),
    ],
)
def test_replicas_follow_the_lag_and_never_outnumber_the_partitions(
    lags: list[float], partitions: int, replicas: int
) -> None:
    policy = _resolve_policy_callable(configured().policy)
    told = {str(number): lag for number, lag in enumerate(lags)}
    wanted, _ = policy(context({"lag": told, "partitions": dict.fromkeys(told, float(partitions))}))
    assert wanted == replicas


@pytest.mark.parametrize("metrics", [{}, {"running_requests": {"0": 1.0}}])
def test_without_news_all_stays_as_it_is(metrics: dict[str, dict[str, float]]) -> None:
    wanted, _ = _resolve_policy_callable(configured().policy)(context(metrics, target=3))
    assert wanted == 3
