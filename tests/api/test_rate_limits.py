"""Who calls too often waits; nobody else does."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest

from serve_app.api import Services, create_app
from tests.api.house import House, assert_problem
from tests.api.keyed import ANNA, CRM, KEYS, bearer

TASKS, SESSION = "/api/v1/tasks", "/api/v1/session"
MULTIPART = {"Content-Type": "multipart/form-data; boundary=x"}

Asking = Callable[..., httpx.AsyncClient]


@pytest.fixture
def asking(services: Services) -> Asking:
    """Make a client of an application with settings of its own, from an address of its own."""

    def client(address: str = "192.0.2.1", /, **settings: Any) -> httpx.AsyncClient:
        if settings:
            changed = services.settings.model_copy(update=settings)
            applications.append(create_app(replace(services, settings=changed)))
        transport = httpx.ASGITransport(applications[-1], client=(address, 1))
        return httpx.AsyncClient(transport=transport, base_url="http://api")

    applications: list[Any] = []
    return client


async def statuses(client: httpx.AsyncClient, times: int, **request: Any) -> list[int]:
    return [(await client.get(TASKS, **request)).status_code for _ in range(times)]


async def test_each_key_has_its_own_calls(asking: Asking) -> None:
    client = asking(api_keys=KEYS, rate_limit="3/hour")

    assert await statuses(client, 4, headers=bearer(ANNA)) == [200, 200, 200, 429]
    assert await statuses(client, 2, headers=bearer(CRM)) == [200, 200]
    assert await statuses(client, 2) == [401, 401]
    refused = await client.get(TASKS, headers=bearer(ANNA))

    problem = assert_problem(refused, 429, "rate_limit_exceeded")
    assert 3590 <= int(refused.headers["retry-after"]) <= 3600
    assert "3 in 3600 s" in problem["detail"]
    body = (await client.get("/v1/models", headers=bearer(ANNA))).json()
    assert body["error"]["code"] == "rate_limit_exceeded"
    for path in ("/healthz", SESSION, "/openapi.json"):
        assert (await client.get(path, headers=bearer(ANNA))).status_code == 200, path


async def test_without_keys_each_address_has_its_own(asking: Asking) -> None:
    assert await statuses(asking(rate_limit="2/hour; 100/day"), 3) == [200, 200, 429]
    assert await statuses(asking("192.0.2.2"), 1) == [200]


async def test_when_the_time_is_over_it_goes_on(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    client = asking(rate_limit="1/minute")
    assert await statuses(client, 2) == [200, 429]
    later = time.time() + 61
    monkeypatch.setattr(time, "time", lambda: later)
    assert await statuses(client, 2) == [200, 429]


async def test_an_upload_too_many_is_refused_before_it_is_read(asking: Asking, services: Services) -> None:
    pieces = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal pieces
        pieces += 1
        yield bytes(100_000)

    client = asking(upload_rate_limit="2/hour")
    house = House(services, client)
    for path in ("/api/v1/transcribe", "/v1/audio/transcriptions"):
        assert (await client.post(path, content=b"", headers=MULTIPART)).status_code == 400
    refused = await client.post("/api/v1/transcribe", content=body(), headers=MULTIPART)

    assert_problem(refused, 429, "rate_limit_exceeded")
    assert pieces == 0
    assert await house.leftovers() == ([], [])
    assert (await client.get(TASKS)).status_code == 200


async def test_old_keys_in_headers_shut_nobody_out(asking: Asking) -> None:
    client = asking(api_keys=KEYS)
    assert await statuses(client, 20, headers=bearer("an old key")) == [401] * 20
    assert await statuses(client, 1, headers=bearer(ANNA)) == [200]


async def test_keys_are_not_guessed_by_trying(asking: Asking) -> None:
    client = asking(api_keys=KEYS)
    tries = [(await client.post(SESSION, json={"key": f"guess {number}"})).status_code for number in range(11)]

    assert tries == [401] * 10 + [429]
    assert (await client.post(SESSION, json={"key": ANNA})).status_code == 429
    assert (await asking("192.0.2.2").post(SESSION, json={"key": ANNA})).status_code == 204
    assert await statuses(client, 1, headers=bearer(ANNA)) == [200]
