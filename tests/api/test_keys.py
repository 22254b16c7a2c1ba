"""With keys set, nobody comes in without one; what stays open is said here, path by path."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import openai
import pytest
from fastapi import FastAPI

from serve_app.api import Services
from tests.api.house import House, assert_problem
from tests.api.keyed import ANNA, CRM, KEYS, bearer

OPEN = {
    "GET /healthz",
    "GET /readyz",
    "POST /api/v1/kontur-talk/webhook",
    "GET /api/v1/session",
    "POST /api/v1/session",
    "DELETE /api/v1/session",
}
TASKS = "/api/v1/tasks"


@pytest.fixture
def services(services: Services) -> Services:
    return replace(services, settings=services.settings.model_copy(update={"api_keys": KEYS}))


def operations(app: FastAPI) -> list[tuple[str, str]]:
    return [(method.upper(), path) for path, methods in app.openapi()["paths"].items() for method in methods]


async def test_every_call_but_the_open_ones_needs_a_key(app: FastAPI, client: httpx.AsyncClient) -> None:
    for method, path in operations(app):
        answer = await client.request(method, path)
        if f"{method} {path}" in OPEN:
            continue
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer"), path
        if path.startswith("/v1/"):
            assert answer.json()["error"]["code"] == "unauthorized"
        else:
            assert_problem(answer, 401, "unauthorized")
    for path in ("/healthz", "/readyz", "/docs", "/openapi.json", "/api/v1/session"):
        assert (await client.get(path)).status_code == 200, path
    assert_problem(await client.get("/api/v1/nowhere"), 401, "unauthorized")


async def test_each_key_opens_and_its_name_is_in_the_log(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "serve_app.api")
    for key in (ANNA, CRM):
        assert (await client.get(TASKS, headers=bearer(key))).status_code == 200
    assert (await client.get(TASKS, headers={"Authorization": f"bearer  {ANNA}"})).status_code == 200
    refused = await client.get(TASKS, headers=bearer(f"{ANNA}x"))

    problem = assert_problem(refused, 401, "unauthorized")
    assert "none that is taken" in problem["detail"]
    names = [vars(record).get("caller") for record in caplog.records if record.name.endswith("access")]
    assert names == ["anna", "crm", "anna", None]
    (failure,) = (record for record in caplog.records if record.levelno == logging.WARNING)
    assert vars(failure)["address"] == "127.0.0.1"
    assert ANNA not in caplog.text + str([vars(record) for record in caplog.records])


async def test_what_is_no_key_opens_nothing(client: httpx.AsyncClient) -> None:
    strange = ["", "Bearer", f"Basic {ANNA}", ANNA, f"Bearer {ANNA}, {CRM}", "Bearer ключ"]
    for value in [*(each.encode() for each in strange), b"Bearer \xff"]:
        assert_problem(await client.get(TASKS, headers={b"Authorization": value}), 401, "unauthorized")


async def test_an_upload_without_a_key_is_refused_before_it_is_read(app: FastAPI, house: House) -> None:
    pieces = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal pieces
        for _ in range(1000):
            pieces += 1
            yield bytes(100_000)

    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = await house.client.post("/api/v1/transcribe", content=body(), headers=headers)

    assert_problem(answer, 401, "unauthorized")
    assert pieces == 0
    assert await house.leftovers() == ([], [])


async def test_openai_s_clients_send_the_key_as_they_do(served: httpx.AsyncClient) -> None:
    async def models(key: str) -> list[str]:
        async with openai.AsyncOpenAI(base_url=f"{served.base_url}/v1", api_key=key, max_retries=0) as client:
            return [model.id async for model in await client.models.list()]

    assert await models(CRM) == ["callscribe"]
    with pytest.raises(openai.AuthenticationError, match="none that is taken") as refusal:
        await models("none")
    assert refusal.value.code == "unauthorized"


def test_the_description_says_how_one_comes_in(app: FastAPI) -> None:
    schema = app.openapi()
    either: list[dict[str, list[str]]] = [{"key": []}, {"session": []}]
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            is_open = f"{method.upper()} {path}" in OPEN
            assert operation.get("security") == (None if is_open else either), path
            assert is_open or "401" in operation["responses"], path
    assert schema["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
