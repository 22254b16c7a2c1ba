"""What a replica knows of its place in the cluster, and how it behaves there."""

from __future__ import annotations

import logging
import math
import os
from collections.abc import Mapping
from contextlib import suppress

import psutil
import ray

from callscribe.logs import Bearing
from callscribe.priority import NICENESS

OURS = ("callscribe", "deployments", "ingest", "serve_app")
"""The loggers of the rooms whose code runs in replicas."""


def log_with_serve() -> None:
    """Let our own lines, with what they tell and bear, stand in the replica's log: Serve sets up its own alone."""
    serve = logging.getLogger("ray.serve")
    for handler in serve.handlers:
        if not any(isinstance(each, Bearing) for each in handler.filters):
            handler.addFilter(Bearing(OURS))
    for room in OURS:
        ours = logging.getLogger(room)
        ours.handlers, ours.propagate = list(serve.handlers), False
        ours.setLevel(serve.level)


def give_way() -> None:
    """Let this process have the processors after whoever answers people at once.

    Linux has a niceness for each thread, and new ones take that of the thread which starts them: so all are told.
    """
    for thread in psutil.Process().threads():
        with suppress(ProcessLookupError):  # it has ended by now
            os.setpriority(os.PRIO_PROCESS, thread.id, os.getpriority(os.PRIO_PROCESS, thread.id) + NICENESS)


def processors() -> int:
    """How many processors this replica was given: as many threads as its engine may use."""
    resources: Mapping[str, float] = ray.get_runtime_context().get_assigned_resources()  # type: ignore[no-untyped-call]
    return math.ceil(resources.get("CPU", 1))
