"""The language model is killed in the middle of an answer and started again: nobody lifts a hand for the protocol."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import soundfile as sf

from callscribe.ports import free_port
from tests.llm.server import MODEL
from tests.stack.running import running_stack

pytestmark = [pytest.mark.models, pytest.mark.ray, pytest.mark.faults]

MEETING = Path(__file__).parents[2] / "demo" / "meeting_ru_mayak.flac"
SPEECH_SECONDS = 60
START_SECONDS = 60
RETRY_SECONDS = 2


class LlmServer:
    """A language model's server on a port, which can be killed and started again."""

    def __init__(self) -> None:
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Return when it answers."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.llm.server", str(self._port)], stdout=subprocess.PIPE, text=True
        )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.url}/health").status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        raise AssertionError("the language model's server did not start")

    def wait_until_it_writes(self) -> None:
        """Return in the middle of an answer, which takes several seconds."""
        assert self._process is not None
        assert self._process.stdout is not None
        assert any(line.strip().endswith("/chat/completions") for line in self._process.stdout)
        time.sleep(1)

    def kill(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()


@contextmanager
def llm_server() -> Iterator[LlmServer]:
    server = LlmServer()
    try:
        server.start()
        yield server
    finally:
        server.kill()


def before(llm: LlmServer) -> dict[str, str]:
    """The settings of a stack that asks this language model."""
    return {"CALLSCRIBE_LLM__URL": f"{llm.url}/v1", "CALLSCRIBE_LLM__RETRY_SECONDS": str(RETRY_SECONDS)}


def speech(target: Path) -> Path:
    """The beginning of the meeting."""
    samples, rate = sf.read(MEETING, dtype="int16")
    sf.write(target, samples[: SPEECH_SECONDS * rate], rate)
    return target


def test_a_killed_llm_degrades_the_protocol_and_a_started_one_completes_it(tmp_path: Path) -> None:
    with llm_server() as llm, running_stack(before(llm)) as stack:
        task_id = stack.upload(speech(tmp_path / "call.flac"), language="ru").json()["task_id"]
        llm.wait_until_it_writes()
        llm.kill()

        task = stack.wait_until_ended(task_id)
        assert (task["status"], task["protocol_status"], task["attempts"]) == ("completed", "degraded", 1)
        degraded = stack.result(task_id)
        assert degraded["segments"]
        assert degraded["summary"]
        assert degraded["protocol"]["reason_code"] == "llm_unavailable"
        assert degraded["protocol"]["reason"]
        assert degraded["models"]["llm"] is None

        llm.start()
        stack.wait_until(task_id, lambda task: task["protocol_status"] == "complete")
        whole = stack.result(task_id)

    assert whole["models"]["llm"] == MODEL
    assert (whole["protocol"]["reason"], whole["protocol"]["reason_code"]) == (None, None)
    assert 0 < whole["protocol"]["coverage"] <= 1
    assert whole["segments"] == degraded["segments"]
