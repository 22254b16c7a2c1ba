"""An upload's own webhook, and the log of what was told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from callscribe.webhook_settings import WebhookSettings
from serve_app.api import Services, create_app
from tests.api.house import House, assert_problem
from tests.webhooks.receiver import SECRET

URL = "https://crm.example.com/hooks"


@pytest.fixture
async def telling(services: Services) -> AsyncIterator[House]:
    """A house that can sign, and may tell one private network."""
    webhook = WebhookSettings(secret=SecretStr(SECRET), networks=["10.20.0.0/16"])
    ours = replace(services, settings=services.settings.model_copy(update={"webhook": webhook}))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(create_app(ours)), base_url="http://api") as client:
        yield House(ours, client)


async def test_the_log_tells_what_has_come_of_it_and_it_can_be_sent_again(telling: House) -> None:
    task_id = await telling.task(webhook_url=URL)
    log = f"/api/v1/tasks/{task_id}/deliveries"
    assert (await telling.client.get(log)).json() == {"items": []}
    await telling.finish()
    deliveries = telling.services.store.deliveries
    held = await deliveries.claim(lease=timedelta(minutes=1), except_hosts=[])
    assert held is not None
    await deliveries.fail(held, 503, "503 Service Unavailable.")

    (failed,) = (await telling.client.get(log)).json()["items"]
    again = await telling.client.post(f"/api/v1/deliveries/{failed['delivery_id']}/retry")

    told = {"event": "completed", "url": URL, "last_status": 503, "last_error": "503 Service Unavailable."}
    assert failed.items() >= {**told, "state": "failed", "attempts": 1, "next_attempt_at": None}.items()
    assert again.json().items() >= {**told, "state": "waiting", "attempts": 0, "delivered_at": None}.items()
    assert again.json()["delivery_id"] == failed["delivery_id"]
    assert again.json()["next_attempt_at"]


async def test_what_is_not_there(telling: House) -> None:
    for task_id in (uuid4(), "17"):
        assert_problem(await telling.client.get(f"/api/v1/tasks/{task_id}/deliveries"), 404, "task_not_found")
    for delivery_id in (uuid4(), "17"):
        answer = await telling.client.post(f"/api/v1/deliveries/{delivery_id}/retry")
        assert_problem(answer, 404, "delivery_not_found")


async def test_an_address_that_must_not_be_told_is_refused_before_the_file(telling: House) -> None:
    answer = await telling.send(fields={"webhook_url": "https://10.1.2.3/"})
    (fault,) = assert_problem(answer, 422, "invalid_request")["errors"]
    assert (fault["location"], fault["field"]) == ("form", "webhook_url")
    assert "private network" in fault["message"]
    assert await telling.leftovers() == ([], [])


async def test_without_a_secret_none_is_taken(house: House) -> None:
    problem = assert_problem(await house.send(fields={"webhook_url": URL}), 422, "invalid_request")
    assert "set CALLSCRIBE_WEBHOOK__SECRET" in problem["detail"]


def test_what_is_sent_is_described(app: FastAPI) -> None:
    operation = app.openapi()["webhooks"]["task-has-ended"]["post"]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    assert schema == {"$ref": "#/components/schemas/EventMessage"}
