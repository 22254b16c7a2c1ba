"""Voices get the names that people give them, and lose them again."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest

from callscribe.domain import TaskId, Track
from tests.api.house import House, assert_problem


async def name(client: httpx.AsyncClient, task_id: TaskId, names: Any) -> httpx.Response:
    return await client.patch(f"/api/v1/results/{task_id}/speakers", json=names)


def shown(result: dict[str, Any]) -> list[tuple[str | None, str | None]]:
    return [(one["name"], one["name_origin"]) for one in result["participants"]]


async def finished(house: House) -> TaskId:
    await house.task()
    return await house.finish()


async def test_a_name_stands_everywhere_at_once(house: House, client: httpx.AsyncClient) -> None:
    task_id = await finished(house)

    answer = await name(client, task_id, {"Спикер 1": " Анна ", "Спикер 2": "Пётр"})

    result = answer.json()
    assert answer.status_code == 200
    assert result == (await client.get(f"/api/v1/results/{task_id}")).json()
    assert shown(result) == [("Анна", "person"), ("Пётр", "person")]
    assert result["transcription"] == "Анна: Добрый день.\nПётр: Угу."
    assert result["action_items"] == ["Позвонить (Пётр)"], "its owner was Иван, whom the protocol had heard"
    for format_ in ("txt", "srt", "vtt", "md"):
        export = await client.get(f"/api/v1/results/{task_id}/export", params={"format": format_})
        assert "Анна" in export.text


async def test_a_name_that_is_taken_back_leaves_what_the_protocol_heard(
    house: House, client: httpx.AsyncClient
) -> None:
    task_id = await finished(house)
    await name(client, task_id, {"Спикер 1": "Анна", "Спикер 2": "Пётр"})

    result = (await name(client, task_id, {"Спикер 1": None, "Спикер 2": None})).json()

    assert shown(result) == [(None, None), ("Иван", "protocol")]
    assert result["action_items"] == ["Позвонить (Иван)"]


async def test_a_name_that_is_taken_back_leaves_what_the_source_says(house: House, client: httpx.AsyncClient) -> None:
    task_id, store = await finished(house), house.services.store
    await store.save_tracks(task_id, [Track("Мария", ((0.0, 1.0),))])
    await name(client, task_id, {"Спикер 1": "Анна"})
    await store.name_speakers(task_id, lambda _turns, _tracks: {1: "Мария"})
    assert shown((await client.get(f"/api/v1/results/{task_id}")).json())[0] == ("Анна", "person")

    result = (await name(client, task_id, {"Спикер 1": None})).json()

    assert shown(result)[0] == ("Мария", "kontur_talk")


async def test_who_is_not_named_stays_as_they_are(house: House, client: httpx.AsyncClient) -> None:
    task_id = await finished(house)
    await name(client, task_id, {"Спикер 1": "Анна"})

    assert shown((await name(client, task_id, {"Спикер 2": "Пётр"})).json())[0] == ("Анна", "person")
    assert shown((await name(client, task_id, {})).json())[0] == ("Анна", "person")


async def test_a_voice_that_is_not_there_is_refused_and_nothing_changes(
    house: House, client: httpx.AsyncClient
) -> None:
    task_id = await finished(house)

    for label in ("Спикер 3", "Speaker 1"):
        assert_problem(await name(client, task_id, {"Спикер 1": "Анна", label: "Пётр"}), 409, "no_such_speaker")
    for label in ("Анна", "", "Спикер 0", "Спикер 1 "):
        assert_problem(await name(client, task_id, {"Спикер 1": "Анна", label: "Пётр"}), 422, "invalid_request")
    assert shown((await client.get(f"/api/v1/results/{task_id}")).json())[0] == (None, None)


@pytest.mark.parametrize("names", [{"Спикер 1": ""}, {"Спикер 1": "А" * 101}, {"Спикер 1": "А\nБ"}, {"Спикер 1": 5}])
async def test_what_is_no_name_is_refused(house: House, client: httpx.AsyncClient, names: Any) -> None:
    task_id = await finished(house)

    problem = assert_problem(await name(client, task_id, names), 422, "invalid_request")

    assert problem["errors"][0]["location"] == "body"
    assert problem["errors"][0]["field"] == "Спикер 1"


@pytest.mark.parametrize("body", [b"{", b"[]", b'"x"', b"", b"\xff"])
async def test_what_is_no_object_is_refused(house: House, client: httpx.AsyncClient, body: bytes) -> None:
    task_id = await finished(house)

    answer = await client.patch(
        f"/api/v1/results/{task_id}/speakers", content=body, headers={"Content-Type": "application/json"}
    )

    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"


async def test_nobody_is_named_before_there_is_a_transcript(house: House, client: httpx.AsyncClient) -> None:
    task_id = await house.task()

    assert_problem(await name(client, task_id, {"Спикер 1": "Анна"}), 409, "task_not_ready")
    assert_problem(await name(client, TaskId(uuid4()), {"Спикер 1": "Анна"}), 404, "task_not_found")
