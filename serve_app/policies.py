"""Autoscaling by what a deployment's replicas say of themselves (``record_autoscaling_stats``)."""

from __future__ import annotations

import math
from typing import Any

from ray.serve.config import AutoscalingContext

LAG = "lag"
PARTITIONS = "partitions"


class LagPolicy:
    """So many replicas as share the lag at ``messages_per_replica`` each, and never more than there are partitions.

    Each replica tells the lag of its own partitions, and how many the topic has. Where none tells, all stays as it is.
    """

    def __init__(self, messages_per_replica: float) -> None:
        self._messages_per_replica = messages_per_replica

    def __call__(self, context: AutoscalingContext) -> tuple[float, dict[str, Any]]:
        """Say how many replicas there should be; Serve keeps to its own bounds and delays."""
        told = context.aggregated_metrics or {}
        lags, partitions = told.get(LAG, {}).values(), told.get(PARTITIONS, {}).values()
        if not lags:
            return context.target_num_replicas, {}
        wanted = math.ceil(sum(lags) / self._messages_per_replica)
        return max(1, min(wanted, math.floor(max(partitions, default=1)))), {}
