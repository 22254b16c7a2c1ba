"""The story of one call, by one grep over what all the stack's replicas have written."""

from __future__ import annotations

import json
import time

import pytest
from typer.testing import CliRunner

from callscribe.cli.app import app
from callscribe.domain import Stage
from tests.stack.conftest import REQUEST
from tests.stack.running import Answer, Stack

pytestmark = [pytest.mark.models, pytest.mark.ray]

TOLD = ("recording received", "task claimed", "stage begun", "stage ended", "task completed", "webhook delivered")
PATIENCE_SECONDS = 30


def grep(stack: Stack, wanted: str) -> list[Answer]:
    """The lines that have it in them, in the order of time."""
    logs = [log.read_text(encoding="utf-8") for log in stack.logs.glob("serve/replica_*.log")]
    found = [json.loads(line) for log in logs for line in log.splitlines() if wanted in line]
    return sorted(found, key=lambda line: line["timestamp_ns"])


def of(story: list[Answer], replica: str) -> list[Answer]:
    """Our own lines of a replica: Serve's bear no task."""
    return [line for line in story if line.get("deployment") == f"callscribe_{replica}" and "task_id" in line]


@pytest.fixture(scope="module")
def story(stack: Stack, result: Answer) -> list[Answer]:
    """Until its end was told: others may rerun it."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while TOLD[-1] not in (messages := [line["message"] for line in grep(stack, result["task_id"])]):
        assert time.monotonic() < deadline, messages
        time.sleep(0.2)
    return grep(stack, result["task_id"])[: messages.index(TOLD[-1]) + 1]


def test_every_process_has_its_part_in_it(story: list[Answer]) -> None:
    told = {name: {line["message"] for line in of(story, name)} for name in ("Ingress", "Dispatcher")}
    assert {"recording received", "decoding process ended"} <= told["Ingress"]
    assert {"task claimed", "decoding process ended", "task completed"} <= told["Dispatcher"]
    assert [line["message"] for line in of(story, "Diarizer")] == ["voices told apart"]
    assert [line["message"] for line in of(story, "Transcriber")] == ["recording heard here"]
    assert [line["message"] for line in of(story, "Summarizer")] == ["protocol made"]
    assert any(line.get("method") == "GET" for line in of(story, "Ingress")), "who has asked for it"


def test_a_command_tells_it(story: list[Answer], result: Answer) -> None:
    told = CliRunner().invoke(app, ["log", result["task_id"]]).stdout.splitlines()
    assert len(told) >= len([line for line in story if line.get("method") != "GET"])
    times = [line.split("  ")[0] for line in told]
    assert times == sorted(times)
    for message in TOLD:
        assert [line for line in told if message in line], message


def test_it_is_told_in_its_order(story: list[Answer]) -> None:
    messages = [line["message"] for line in story]
    # What has been received may be claimed, in another process, before the line that says so is written.
    places = [messages.index(told) for told in TOLD if told != "recording received"]
    assert places == sorted(places)
    for message in ("stage begun", "stage ended"):
        assert sorted(line["stage"] for line in story if line["message"] == message) == sorted(Stage)


def test_every_line_of_the_work_says_whose_it_is(story: list[Answer], result: Answer) -> None:
    work = [line for line in story if "caller" not in line and not line["message"].startswith(("GET ", "POST "))]
    assert {line.get("task_id") for line in work} == {result["task_id"]}
    assert {line["request_id"] for line in work} == {REQUEST}
    models = [line for name in ("Diarizer", "Transcriber", "Summarizer") for line in of(story, name)]
    assert {line["stage"] for line in models} == set(Stage) - {Stage.DECODING}
    assert {line["attempt"] for line in models} == {1}


def test_serve_s_own_lines_of_the_models_bear_the_request(stack: Stack, result: Answer) -> None:
    calls = {line["message"].split()[1] for line in grep(stack, REQUEST) if line["message"].startswith("CALL ")}
    assert {"diarize", "transcribe", "detect_language", "summarize"} <= calls


def test_what_was_said_is_in_no_log(stack: Stack, result: Answer) -> None:
    said = {segment["text"] for segment in result["segments"]} | {result["summary"], result["title"]}
    assert len(said) > 10
    ways = [way for text in said for way in (text.encode(), json.dumps(text)[1:-1].encode())]
    logs = [path for folder in (stack.logs, stack.data_dir / "logs") for path in folder.rglob("*") if path.is_file()]
    assert stack.data_dir / "logs" / "stack.log" in logs
    for log in logs:
        written = log.read_bytes()
        assert not [way for way in ways if way in written], log
