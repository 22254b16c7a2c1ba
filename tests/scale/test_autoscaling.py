"""Replicas of a model follow the calls: up where a node can be had, and down when the calls are done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.scale.conftest import Landscape
from tests.scale.graph import ONE_DIARIZER
from tests.scale.nodes import Replica
from tests.sounds import speech, write

pytestmark = [pytest.mark.models, pytest.mark.ray]

CALLS = 4
"""As many as the dispatchers take at once."""


def test_diarizers_follow_the_load_onto_a_node_that_joins_and_leave_it_again(
    landscape: Landscape, tmp_path: Path
) -> None:
    graph = landscape.graph
    call = write(tmp_path / "call.flac", speech(15))

    def waiting() -> bool:
        """Whether Serve wants another, for which no node has half a GPU left."""
        return any(one.deployment == "Diarizer" and not one.node for one in graph.replicas())

    (first,) = graph.running("Diarizer")
    with standing_still(first):  # calls wait for it, as they do for one that has much to do
        tasks = [graph.upload(call, language="ru").json()["task_id"] for _ in range(CALLS)]
        graph.until(waiting)
        joined = graph.join(ONE_DIARIZER)
        graph.until(lambda: {one.node for one in graph.running("Diarizer")} == {landscape.gpus.id, joined.id})
    for task_id in tasks:
        assert graph.completed(task_id)["segments"]
    graph.until(lambda: len([one for one in graph.replicas() if one.deployment == "Diarizer"]) == 1)
    graph.kill(joined)


@contextmanager
def standing_still(replica: Replica) -> Iterator[None]:
    """Let a replica neither answer nor end for the time of the block, unless Serve loses patience with it."""
    process = psutil.Process(replica.pid)
    process.suspend()
    try:
        yield
    finally:
        if process.is_running():
            process.resume()
