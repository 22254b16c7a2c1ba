"""Search over HTTP: what is answered, and what is refused."""

from __future__ import annotations

from typing import Any

import httpx

from callscribe.domain import Language, Transcript, Turn, Word
from serve_app.indexer import Indexer
from tests.api.house import House, assert_problem

TRANSCRIPT = Transcript(
    Language.RU,
    (
        Turn(0.0, 1.5, 1, (Word(0.0, 0.5, "<b>Смету</b>", 1.0), Word(0.5, 1.5, "прислали?", 1.0))),
        Turn(1.5, 2.5, 2, (Word(1.5, 2.0, "Пришлю", 1.0), Word(2.0, 2.5, "смету.", 1.0))),
    ),
)


async def found(client: httpx.AsyncClient, **params: str) -> dict[str, Any]:
    answer = await client.get("/api/v1/search", params=params)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_what_was_said_is_found_with_its_second(house: House, client: httpx.AsyncClient) -> None:
    task_id = str(await house.task(title="Смета"))
    await house.finish(TRANSCRIPT)
    named = await client.patch(f"/api/v1/results/{task_id}/speakers", json={"Спикер 2": "Мария"})
    assert named.status_code == 200

    first = await found(client, q="смета прислать", limit="1")
    second = await found(client, q="смета прислать", limit="1", cursor=first["next_cursor"])
    await Indexer(house.services.store).index_all()
    by_name = await found(client, q="смета", speaker="мария", status="completed", language="ru")

    (item,) = first["items"]
    task = (await client.get(f"/api/v1/tasks/{task_id}")).json()
    assert item == {
        "task_id": task_id,
        "title": "Смета",
        "source": "upload",
        "language": "ru",
        "created_at": task["created_at"],
        "recorded_at": None,
        "held_at": task["created_at"],
        "start": 0.0,
        "end": 1.5,
        "at": 0.0,
        "speaker": "Спикер 1",
        "name": None,
        "snippet": [
            {"text": "<", "hit": False},
            {"text": "b>Смету</b", "hit": True},
            {"text": "> ", "hit": False},
            {"text": "прислали", "hit": True},
            {"text": "?", "hit": False},
        ],
    }
    assert [(item["speaker"], item["name"]) for item in second["items"]] == [("Спикер 2", "Мария")]
    assert second["next_cursor"] is None
    assert [item["name"] for item in by_name["items"]] == ["Мария"]


async def test_nonsense_gets_a_clear_answer(client: httpx.AsyncClient) -> None:
    for params, name in (
        ({}, "q"),
        ({"q": ""}, "q"),
        ({"q": "а\x00"}, "q"),
        ({"q": "слово " * 2000}, "q"),
        ({"q": "да", "speaker": " "}, "speaker"),
        ({"q": "да", "cursor": "nonsense"}, "cursor"),
        ({"q": "да", "colour": "red"}, "colour"),
    ):
        problem = assert_problem(await client.get("/api/v1/search", params=params), 422, "invalid_request")
        assert [error["field"] for error in problem["errors"]] == [name]
    for query in ("?!", "((", "-смета"):
        assert_problem(await client.get("/api/v1/search", params={"q": query}), 422, "nothing_to_search_for")
    for query in ("да и нет", "'; DROP TABLE turns; --", 'а & | ! "б <-> :*'):
        assert await found(client, q=query) == {"items": [], "next_cursor": None}
