"""Tasks: listed, looked at, retried, cancelled, deleted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from callscribe.domain import Stage, TaskError, TaskStatus, Template
from tests.api.house import QUEUE_LIMIT, House, assert_problem

FIELDS = {
    "task_id",
    "status",
    "stage",
    "progress",
    "queue_position",
    "source",
    "source_id",
    "meeting_id",
    "title",
    "template",
    "language",
    "duration_seconds",
    "created_at",
    "started_at",
    "finished_at",
    "attempts",
    "error",
    "protocol_status",
    "recorded_at",
    "held_at",
    "speakers",
    "result_of_before",
}


async def _get(client: httpx.AsyncClient, path: str, **params: str) -> dict[str, Any]:
    answer = await client.get(f"/api/v1{path}", params=params)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_a_task_is_shown_from_the_queue_to_its_end(house: House, client: httpx.AsyncClient) -> None:
    task_id = await house.task(title="Созвон")

    queued = await _get(client, f"/tasks/{task_id}")
    claim = await house.claim()
    await house.services.store.report(claim, stage=Stage.TRANSCRIBING, progress=0.5)
    processing = await _get(client, f"/tasks/{task_id}")
    await house.services.store.fail(claim, TaskError("engine_failed", "It broke."))
    failed = await _get(client, f"/tasks/{task_id}")

    assert set(queued) == FIELDS
    assert (queued["status"], queued["queue_position"], queued["attempts"]) == ("queued", 1, 0)
    assert (queued["title"], queued["source"], queued["source_id"]) == ("Созвон", "upload", str(task_id))
    assert (processing["status"], processing["stage"], processing["progress"]) == ("processing", "transcribing", 0.5)
    assert processing["queue_position"] is None
    assert (failed["status"], failed["error"]) == ("failed", {"code": "engine_failed", "message": "It broke."})
    assert failed["finished_at"] >= failed["started_at"] >= failed["created_at"]


async def test_who_speaks_is_told_by_the_names_that_the_result_shows(house: House, client: httpx.AsyncClient) -> None:
    task_id = await house.task(started_at="2026-03-02T12:30:00+03:00")

    async def speakers() -> list[str]:
        (listed,) = (await _get(client, "/tasks"))["items"]
        task = await _get(client, f"/tasks/{task_id}")
        assert listed == task
        assert task["recorded_at"] == task["held_at"] == "2026-03-02T09:30:00Z"
        names: list[str] = task["speakers"]
        return names

    assert await speakers() == []
    await house.finish()
    assert await speakers() == ["Спикер 1", "Иван"], "the protocol has heard the second's name"
    await client.patch(f"/api/v1/results/{task_id}/speakers", json={"Спикер 1": "Анна", "Спикер 2": "Пётр"})
    assert await speakers() == ["Анна", "Пётр"]
    await client.post(f"/api/v1/tasks/{task_id}/retry", params={"from": "transcribing"})
    assert await speakers() == ["Анна", "Пётр"], "until they are heard anew"


async def test_the_list_is_newest_first_and_paged(house: House, client: httpx.AsyncClient) -> None:
    made = [str(await house.task(title=f"Call {number}")) for number in range(3)]

    first = await _get(client, "/tasks", limit="2")
    second = await _get(client, "/tasks", limit="2", cursor=first["next_cursor"])

    assert [task["task_id"] for task in first["items"] + second["items"]] == made[::-1]
    assert (len(first["items"]), second["next_cursor"]) == (2, None)


async def test_the_list_is_filtered(house: House, client: httpx.AsyncClient) -> None:
    done, waiting = str(await house.task(title="Планёрка")), str(await house.task(title="Другое"))
    await house.finish()
    now = datetime.now(UTC)
    today, tomorrow = now.date().isoformat(), (now + timedelta(days=1)).date().isoformat()

    async def found(**params: str) -> set[str]:
        return {task["task_id"] for task in (await _get(client, "/tasks", **params))["items"]}

    assert await found(status="completed") == {done}
    assert await found(status="queued") == {waiting}
    assert await found(language="ru") == {done}
    assert await found(q="планЁрка") == {done}
    assert await found(source="upload") == {done, waiting}
    assert await found(source="kafka") == set()
    assert await found(**{"from": today, "to": today}) == {done, waiting}
    assert await found(**{"from": tomorrow}) == set()
    assert await found(to=(now - timedelta(hours=1)).isoformat()) == set()


async def test_what_no_filter_is_is_refused_by_name(client: httpx.AsyncClient) -> None:
    for name, value in (
        ("limit", "0"),
        ("limit", "101"),
        ("cursor", "nonsense"),
        ("cursor", "\x00"),
        ("q", "a\x00b"),
        ("status", "lost"),
        ("from", "2026-02-30"),
        ("from", "0001-01-01"),
        ("to", "2026-03-02T12:30:00"),
        ("from", "2026-03-02T00:00:00"),
        ("from", "1"),
        ("to", "2026"),
        ("to", "1772409600"),
        ("stauts", "queued"),
    ):
        problem = assert_problem(await client.get("/api/v1/tasks", params={name: value}), 422, "invalid_request")

        assert [(error["location"], error["field"]) for error in problem["errors"]] == [("query", name)]


async def test_cancel_ends_a_task_once(house: House, client: httpx.AsyncClient) -> None:
    task_id = await house.task()

    answers = [await client.post(f"/api/v1/tasks/{task_id}/cancel") for _ in range(2)]

    assert [answer.json()["status"] for answer in answers] == ["cancelled", "cancelled"]


async def test_cancel_between_attempts_leaves_no_decoded_sound(house: House, client: httpx.AsyncClient) -> None:
    task_id = await house.task()

    async def sound() -> AsyncIterator[bytes]:
        yield b"RIFF"

    await house.services.blobs.put(f"audio/{task_id}.wav", sound())

    await client.post(f"/api/v1/tasks/{task_id}/cancel")

    assert await house.leftovers() == ([f"media/{task_id}"], [str(task_id)])


async def test_what_has_ended_is_not_cancelled(house: House, client: httpx.AsyncClient) -> None:
    await house.task()
    task_id = await house.finish()

    assert_problem(await client.post(f"/api/v1/tasks/{task_id}/cancel"), 409, "task_conflict")


async def test_retry_queues_again_from_a_stage(house: House, client: httpx.AsyncClient) -> None:
    await house.task()
    claim = await house.claim()
    for stage in (Stage.DIARIZING, Stage.TRANSCRIBING):
        await house.services.store.save_stage(claim, stage, {"made": stage})
    await house.services.store.fail(claim, TaskError("engine_failed", "It broke."))

    answer = await client.post(f"/api/v1/tasks/{claim.task.id}/retry", params={"from": "transcribing"})

    assert (answer.status_code, answer.json()["status"], answer.json()["error"]) == (200, "queued", None)
    assert set(await house.services.store.stage_outputs(claim.task.id)) == {Stage.DIARIZING}


@pytest.mark.parametrize("asked", [{}, {"from": "summarizing"}])
async def test_retry_makes_the_protocol_of_another_kind_of_call(
    house: House, client: httpx.AsyncClient, asked: dict[str, str]
) -> None:
    await house.task()
    task_id = await house.finish()

    answer = await client.post(f"/api/v1/tasks/{task_id}/retry", params={**asked, "template": "interview"})

    assert (answer.status_code, answer.json()["status"], answer.json()["template"]) == (200, "queued", "interview")
    assert (await _get(client, f"/tasks/{task_id}"))["template"] == "interview"
    assert (await _get(client, f"/results/{task_id}"))["protocol"]["status"] == "complete", "until there is another"


async def test_retry_is_refused_where_the_recording_is_gone(house: House, client: httpx.AsyncClient) -> None:
    task_id = await house.task()
    await house.finish()
    await house.services.blobs.delete((await house.services.store.task(task_id)).media_key)

    assert_problem(await client.post(f"/api/v1/tasks/{task_id}/retry", params={"from": "decoding"}), 404, "media_gone")
    assert (await client.get(f"/api/v1/results/{task_id}")).status_code == 200


async def test_retry_refuses_a_template_that_there_is_not(house: House, client: httpx.AsyncClient) -> None:
    await house.task(template="sales")
    task_id = await house.finish()

    wrong = await client.post(f"/api/v1/tasks/{task_id}/retry", params={"template": "party"})

    error = assert_problem(wrong, 422, "invalid_request")["errors"][0]
    assert error["field"] == "template"
    assert all(name in error["message"] for name in ("meeting", "sales", "support", "interview"))
    task = await house.services.store.task(task_id)
    assert (task.status, task.template) == (TaskStatus.COMPLETED, Template.SALES)


async def test_retry_refuses_a_task_that_has_not_ended_and_a_stage_that_is_none(
    house: House, client: httpx.AsyncClient
) -> None:
    task_id = await house.task()

    assert_problem(await client.post(f"/api/v1/tasks/{task_id}/retry"), 409, "task_conflict")
    wrong = await client.post(f"/api/v1/tasks/{task_id}/retry", params={"from": "cooking"})
    assert assert_problem(wrong, 422, "invalid_request")["errors"][0]["field"] == "from"


async def test_a_misspelt_retry_does_not_do_something_else(house: House, client: httpx.AsyncClient) -> None:
    await house.task()
    task_id = await house.finish()

    wrong = await client.post(f"/api/v1/tasks/{task_id}/retry", params={"form": "transcribing"})

    assert assert_problem(wrong, 422, "invalid_request")["errors"][0]["field"] == "form"
    assert (await house.services.store.task(task_id)).status is TaskStatus.COMPLETED


async def test_a_full_queue_takes_no_retry(house: House, client: httpx.AsyncClient) -> None:
    await house.task()
    task_id = await house.finish()
    for _ in range(QUEUE_LIMIT):
        await house.task()

    answer = await client.post(f"/api/v1/tasks/{task_id}/retry")

    assert_problem(answer, 429, "queue_full")
    assert int(answer.headers["retry-after"]) > 0


async def test_delete_leaves_nothing(house: House, client: httpx.AsyncClient) -> None:
    task_id = await house.task()
    other = await house.task()

    async def sound() -> Any:
        yield b"RIFF"

    await house.services.blobs.put(f"audio/{task_id}.wav", sound())

    first = await client.delete(f"/api/v1/tasks/{task_id}")
    second = await client.delete(f"/api/v1/tasks/{task_id}")

    assert (first.status_code, first.content) == (204, b"")
    assert_problem(second, 404, "task_not_found")
    assert await house.leftovers() == ([f"media/{other}"], [str(other)])


async def test_a_worker_whose_task_is_deleted_loses_its_claim(house: House, client: httpx.AsyncClient) -> None:
    await house.task()
    claim = await house.claim()

    answer = await client.delete(f"/api/v1/tasks/{claim.task.id}")

    assert answer.status_code == 204
    assert await house.leftovers() == ([], [])


async def test_there_is_no_task_with_another_id(house: House, client: httpx.AsyncClient) -> None:
    await house.task()

    assert_problem(await client.get(f"/api/v1/tasks/{uuid4()}"), 404, "task_not_found")
