"""What a replica knows of its place in the cluster."""

from __future__ import annotations

import math
from collections.abc import Mapping

import ray


def processors() -> int:
    """How many processors this replica was given: as many threads as its engine may use."""
    resources: Mapping[str, float] = ray.get_runtime_context().get_assigned_resources()  # type: ignore[no-untyped-call]
    return math.ceil(resources.get("CPU", 1))
