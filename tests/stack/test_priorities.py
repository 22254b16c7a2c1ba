"""Who answers people goes before who works for them."""

from __future__ import annotations

import os

import pytest

from deployments.replica import NICENESS
from tests.stack.running import Stack

pytestmark = [pytest.mark.models, pytest.mark.ray]


def niceness(stack: Stack, replica: str) -> set[int]:
    """How far back each thread of a replica stands."""
    (process,) = stack.processes(f"ServeReplica:{replica}")
    return {os.getpriority(os.PRIO_PROCESS, thread.id) for thread in process.threads()}


def test_the_models_give_way_to_the_api(stack: Stack) -> None:
    ours = os.getpriority(os.PRIO_PROCESS, 0)
    for model in ("Diarizer", "Transcriber", "Summarizer"):
        assert ours + NICENESS in niceness(stack, f"callscribe:{model}")
    for answering in ("callscribe:Ingress", "kontur_talk:KonturTalk"):
        assert niceness(stack, answering) == {ours}
