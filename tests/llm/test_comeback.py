"""The language model is killed in the middle of an answer, and starts again: nobody lifts a hand for the protocol."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.llm.served import MODEL
from tests.sounds import speech, write
from tests.stack.running import Stack

pytestmark = [pytest.mark.models, pytest.mark.ray, pytest.mark.faults]

REPLICA = "ServeReplica:llm:"
SPEECH_SECONDS = 12
WRITING_SECONDS = 1.0
"""Of a processor: an answer takes several."""


def wait_until_it_writes(stack: Stack, task_id: str) -> None:
    """Return in the middle of an answer."""
    (replica,) = stack.processes(REPLICA)

    def spent() -> float:
        times = replica.cpu_times()
        return float(times.user + times.system)

    stack.wait_until(task_id, lambda task: task["stage"] == "summarizing")
    before = spent()
    while spent() - before < WRITING_SECONDS:
        assert stack.task(task_id)["stage"] == "summarizing", "it has not been asked"
        time.sleep(0.05)


def test_a_killed_llm_degrades_the_protocol_and_a_started_one_completes_it(stack: Stack, tmp_path: Path) -> None:
    task_id = stack.upload(write(tmp_path / "call.flac", speech(SPEECH_SECONDS)), language="ru").json()["task_id"]
    wait_until_it_writes(stack, task_id)
    killed = stack.kill(REPLICA)

    task = stack.wait_until_ended(task_id)
    assert (task["status"], task["protocol_status"], task["attempts"]) == ("completed", "degraded", 1)
    degraded = stack.result(task_id)
    assert degraded["segments"]
    assert degraded["summary"]
    assert degraded["protocol"]["reason_code"] == "llm_unavailable"
    assert degraded["protocol"]["reason"]
    assert degraded["models"]["llm"] is None

    stack.wait_until(task_id, lambda task: task["protocol_status"] == "complete")
    whole = stack.result(task_id)
    assert stack.processes(REPLICA) != [killed]
    assert whole["models"]["llm"] == MODEL
    assert (whole["protocol"]["reason"], whole["protocol"]["reason_code"]) == (None, None)
    assert 0 < whole["protocol"]["coverage"] <= 1
    assert whole["segments"] == degraded["segments"]
