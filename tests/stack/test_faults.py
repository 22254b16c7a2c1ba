"""``kill -9`` in the middle of a call: it still completes, once, from its last stored stage."""

from __future__ import annotations

import time
from pathlib import Path

import httpx
import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.sounds import speech, write
from tests.stack.media import speech_in_silence
from tests.stack.running import Answer, Stack

pytestmark = [pytest.mark.models, pytest.mark.ray, pytest.mark.faults]

TRANSCRIBER = "ServeReplica:callscribe:Transcriber"
DIARIZER = "ServeReplica:callscribe:Diarizer"
DISPATCHER = "ServeReplica:callscribe:Dispatcher"
DECODER = "decode_worker"
SECONDS_OF_SILENCE = 900
REPORTED_WITHIN_SECONDS = 120
SECONDS_OF_SPEECH = 50
"""So many that all three voices of the bundled meeting are heard."""


@pytest.fixture(scope="module")
def call(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("faults") / "call.flac", speech(SECONDS_OF_SPEECH))


def in_the_middle(task: Answer) -> bool:
    return task["status"] == "processing" and task["stage"] in {"diarizing", "transcribing"}


def begun(stack: Stack, call: Path) -> str:
    """Upload the call and wait until its models are at work, which does not make them less ready."""
    task_id: str = stack.upload(call).json()["task_id"]
    stack.wait_until(task_id, in_the_middle)
    assert stack.missing() == {}
    return task_id


def told(stack: Stack) -> set[str]:
    """What the stack says that it lacks, as soon as it lacks anything."""
    deadline = time.monotonic() + 30
    while not (missing := stack.missing()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return set(missing)


def assert_completed_once(stack: Stack, task_id: str) -> Answer:
    task = stack.wait_until_ended(task_id)
    assert task["status"] == "completed", task
    result = stack.result(task_id)
    assert len({segment["speaker"] for segment in result["segments"]}) == 3
    texts = [segment["text"] for segment in result["segments"]]
    assert len(texts) == len(set(texts)), "nothing is there twice"
    assert stack.files_of(task_id) == [f"media/{task_id}"]
    return task


def assert_counted_as_dead(stack: Stack, deployment: str) -> None:
    """As the alert ReplicaRestarts relies on: a series each replica that has died, which is there after its end."""
    deadline = time.monotonic() + REPORTED_WITHIN_SECONDS
    while not (dead := failed_checks(stack.ray_metrics, deployment)) and time.monotonic() < deadline:
        time.sleep(1)
    assert {labels["application"] for labels in dead} == {"callscribe"}
    assert len({labels["replica"] for labels in dead}) == len(dead)


def failed_checks(address: str, deployment: str) -> list[dict[str, str]]:
    """The labels of each series of a deployment's that counts failed health checks."""
    text = httpx.get(f"http://{address}/metrics", timeout=30).raise_for_status().text
    return [
        sample.labels
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "ray_serve_health_check_failures_total" and sample.labels["deployment"] == deployment
    ]


@pytest.mark.parametrize(("model", "replica"), [("transcriber", TRANSCRIBER), ("diarizer", DIARIZER)])
def test_a_models_replica(stack: Stack, call: Path, model: str, replica: str) -> None:
    task_id = begun(stack, call)
    stack.kill(replica)
    assert told(stack) == {model}, "there is nobody to do the work until the next replica runs"
    assert assert_completed_once(stack, task_id)["attempts"] == 1, "the call waits for the next replica"
    assert stack.missing() == {}
    assert_counted_as_dead(stack, replica.rpartition(":")[2])


def test_the_dispatchers_replica(stack: Stack, call: Path) -> None:
    task_id = begun(stack, call)
    stack.kill(DISPATCHER)
    assert assert_completed_once(stack, task_id)["attempts"] == 2, "another claim resumes the task"


def test_postgresql(stack: Stack, call: Path) -> None:
    task_id = begun(stack, call)
    postmaster = psutil.Process(int((stack.data_dir / "postgres" / "data" / "postmaster.pid").read_text().split()[0]))
    postmaster.kill()
    assert_completed_once(stack, task_id)


def test_the_decoder(stack: Stack, call: Path, tmp_path: Path) -> None:
    media = speech_in_silence(tmp_path / "long.flac", call, seconds=SECONDS_OF_SILENCE)
    task_id = stack.upload(media).json()["task_id"]
    stack.wait_until(task_id, lambda task: task["stage"] == "decoding")
    deadline = time.monotonic() + 30
    while not (decoders := stack.processes(DECODER)) and time.monotonic() < deadline:
        time.sleep(0.01)
    decoders[0].kill()
    task = stack.wait_until_ended(task_id)
    assert task["status"] == "completed", task
    assert task["attempts"] == 2
