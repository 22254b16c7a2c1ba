"""Statistics over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx

from tests.api.house import House, assert_problem

MOSCOW = ZoneInfo("Europe/Moscow")


async def test_todays_calls_are_counted_on_the_zones_day(house: House, client: httpx.AsyncClient) -> None:
    await house.task()
    await house.finish()
    await house.task()
    today = datetime.now(MOSCOW).date().isoformat()

    answer = await client.get("/api/v1/stats", params={"from": today, "to": today, "tz": "Europe/Moscow"})

    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["tz"], body["queue"]["queued"], body["failures"]) == ("Europe/Moscow", 1, [])
    assert datetime.fromisoformat(body["until"]) - datetime.fromisoformat(body["since"]) == timedelta(days=1)
    (day,) = body["days"]
    assert day["day"] == today
    assert [(each["source"], each["calls"], each["completed"]) for each in day["sources"]] == [("upload", 2, 1)]
    assert day["processing"]["calls"] == 1
    assert body["processing"] == day["processing"]
    assert sum(each["calls"] for each in body["largest_shares"]) == 1


async def test_a_month_is_counted_by_default(client: httpx.AsyncClient) -> None:
    body = (await client.get("/api/v1/stats")).json()

    assert datetime.fromisoformat(body["until"]) - datetime.fromisoformat(body["since"]) == timedelta(days=30)
    assert datetime.now(UTC) - datetime.fromisoformat(body["until"]) < timedelta(minutes=1)
    assert (body["days"], body["tz"]) == ([], "UTC")


async def test_what_cannot_be_counted_is_refused_by_name(client: httpx.AsyncClient) -> None:
    for params, name in (
        ({"tz": "Mars/Olympus"}, "tz"),
        ({"tz": "../etc/passwd"}, "tz"),
        ({"tz": "Europe"}, "tz"),
        ({"from": "2024-01-01", "to": "2026-01-01"}, "from"),
        ({"from": "yesterday"}, "from"),
        ({"until": "2026-01-01"}, "until"),
    ):
        problem = assert_problem(await client.get("/api/v1/stats", params=params), 422, "invalid_request")
        assert [error["field"] for error in problem["errors"]] == [name]
