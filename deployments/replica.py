"""What a replica knows of its place in the cluster."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping

import ray

NICENESS = 10


def give_way() -> None:
    """Let this thread, and those that it starts, have the processors after whoever answers people at once."""
    os.nice(NICENESS)


def processors() -> int:
    """How many processors this replica was given: as many threads as its engine may use."""
    resources: Mapping[str, float] = ray.get_runtime_context().get_assigned_resources()  # type: ignore[no-untyped-call]
    return math.ceil(resources.get("CPU", 1))
