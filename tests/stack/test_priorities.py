"""Who answers people goes before who works for them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from callscribe.priority import NICENESS, SHORT_WAITS
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


def test_the_models_threads_sleep_soon(stack: Stack) -> None:
    (diarizer,) = stack.processes("ServeReplica:callscribe:Diarizer")
    assert SHORT_WAITS.items() <= diarizer.environ().items()


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="this kernel does not weigh sessions")
def test_the_stack_gives_way_to_no_other_program_where_its_operator_says_so(stack: Stack) -> None:
    assert Path(f"/proc/{stack.process.pid}/autogroup").read_text().strip().endswith("nice 0")
