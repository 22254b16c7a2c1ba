"""Whatever goes wrong is told in one form, and nothing of the inside with it."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from uuid import UUID

import httpx
import pytest

from callscribe.logs import Bearing
from serve_app.api import Readiness, Services, create_app
from tests.api.house import House, assert_problem


@pytest.mark.parametrize("path", ["/nowhere", "/api/v1/nowhere", "/api/v2/tasks", "/static-offline-docs/nothing.js"])
async def test_unknown_paths(client: httpx.AsyncClient, path: str) -> None:
    assert_problem(await client.get(path), 404, "not_found")


@pytest.mark.parametrize(
    ("path", "methods"), [("/api/v1/transcribe", "POST"), ("/api/v1/tasks/17", "DELETE, GET"), ("/healthz", "GET")]
)
async def test_unknown_methods(client: httpx.AsyncClient, path: str, methods: str) -> None:
    answer = await client.patch(path)

    assert_problem(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == methods


async def test_a_body_is_not_read_past_what_it_may_have(client: httpx.AsyncClient) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield b'{"key": "'
        while True:
            yield bytes(100_000)

    headers = {"Content-Type": "application/json"}
    for method, path in (("POST", "session"), ("PATCH", "results/17/speakers"), ("PUT", "kontur-talk/subscription")):
        for content in (endless(), bytes(1024 * 1024 + 1)):
            answer = await client.request(method, f"/api/v1/{path}", content=content, headers=headers)
            assert_problem(answer, 413, "too_large")


async def test_a_fault_of_ours_is_logged_and_not_shown(
    failing_client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await failing_client.get("/readyz")

    assert_problem(answer, 500, "internal_error")
    assert "secret" not in answer.text
    assert "the secret of the house" in caplog.text


async def test_a_database_that_does_not_answer_is_unavailable(house: House, client: httpx.AsyncClient) -> None:
    await house.services.store.close()

    answer = await house.send()

    assert_problem(answer, 503, "unavailable")
    assert int(answer.headers["retry-after"]) > 0
    assert await house.services.blobs.keys() == []


async def test_every_request_is_logged_with_its_task(
    house: House, client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "serve_app.api.access")
    caplog.handler.addFilter(Bearing(("serve_app",)))
    task_id = await house.task()
    await client.get(f"/api/v1/tasks/{task_id}", headers={"X-Request-ID": "mine"})

    lines = [(record.method, record.path, record.status, record.task_id) for record in caplog.records]  # type: ignore[attr-defined]

    assert lines == [
        ("POST", "/api/v1/transcribe", 202, str(task_id)),
        ("GET", f"/api/v1/tasks/{task_id}", 200, str(task_id)),
    ]
    assert caplog.records[-1].request_id == "mine"  # type: ignore[attr-defined]


@pytest.mark.parametrize("sent", ["x" * 129, "two words", ""])
async def test_what_is_no_id_of_a_request_is_not_taken_for_one(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture, sent: str
) -> None:
    caplog.set_level(logging.INFO, "serve_app.api.access")
    caplog.handler.addFilter(Bearing(("serve_app",)))
    await client.get("/healthz", headers={"X-Request-ID": sent})
    assert UUID(caplog.records[-1].request_id)  # type: ignore[attr-defined]


async def test_alive_and_ready(client: httpx.AsyncClient) -> None:
    for path in ("/healthz", "/readyz"):
        answer = await client.get(path)
        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_what_is_not_ready_says_what_is_missing(services: Services) -> None:
    async def ready() -> Readiness:
        return Readiness({"database": "no answer within 3 s", "transcriber": "still loading"})

    app = create_app(replace(services, ready=ready))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api") as client:
        problem = assert_problem(await client.get("/readyz"), 503, "not_ready")
        alive = await client.get("/healthz")

    assert problem["missing"] == {"database": "no answer within 3 s", "transcriber": "still loading"}
    assert alive.status_code == 200
