"""Replicas of a model follow the calls: up where a node can be had, and down when the calls are done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.scale.conftest import Landscape
from tests.scale.graph import ONE_DIARIZER
from tests.sounds import speech, write

pytestmark = [pytest.mark.models, pytest.mark.ray]

CALLS_AT_ONCE = 4
"""As many as the dispatchers take."""


def test_diarizers_follow_the_load_onto_a_node_that_joins_and_leave_it_again(
    landscape: Landscape, tmp_path: Path
) -> None:
    graph = landscape.graph
    call = write(tmp_path / "call.flac", speech(15))
    tasks: list[str] = []

    def until_at_work(seen: Callable[[], bool]) -> None:
        """Keep the dispatchers at work until it is seen."""
        ended = 0

        def is_seen() -> bool:
            nonlocal ended
            while ended < len(tasks) and graph.task(tasks[ended])["status"] == "completed":
                ended += 1
            while len(tasks) - ended < CALLS_AT_ONCE:
                tasks.append(graph.upload(call, language="ru").json()["task_id"])
            return seen()

        graph.until(is_seen)

    def waiting() -> bool:
        """Whether Serve wants another, for which no node has half a GPU left."""
        return any(one.deployment == "Diarizer" and not one.node for one in graph.replicas())

    until_at_work(waiting)
    joined = graph.join(ONE_DIARIZER)
    until_at_work(lambda: {one.node for one in graph.running("Diarizer")} == {landscape.gpus.id, joined.id})
    for task_id in tasks:
        assert graph.completed(task_id)["segments"]
    graph.until(lambda: len([one for one in graph.replicas() if one.deployment == "Diarizer"]) == 1)
    graph.kill(joined)
