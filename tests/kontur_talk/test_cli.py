"""``callscribe kontur`` against the real API and the fake space."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from typer.testing import CliRunner, Result

from callscribe.cli.app import app as commands
from callscribe.store import Store
from ingest.kontur_talk.subscription import Activator
from tests.kontur_talk.conftest import webhook_url
from tests.kontur_talk.fake import FakeTalk


@pytest.fixture
async def activating(activator: Activator) -> AsyncIterator[None]:
    working = asyncio.create_task(activator.run())
    yield
    working.cancel()
    await asyncio.wait([working])


async def run(api: httpx.AsyncClient, *arguments: str) -> Result:
    invoked = ["kontur", *arguments, "--server", str(api.base_url)]
    return await asyncio.to_thread(CliRunner().invoke, commands, invoked, env={"COLUMNS": "200"})


@pytest.mark.usefixtures("activating")
async def test_subscribing_waits_for_the_activation(fake: FakeTalk, api: httpx.AsyncClient) -> None:
    result = await run(api, "subscribe", "--url", webhook_url(api))
    assert result.exit_code == 0, result.output
    assert "The webhook is active" in result.stdout
    shown = await run(api, "status")
    assert webhook_url(api) in shown.stdout
    assert "active" in shown.stdout
    assert "not been looked for yet" in shown.stdout
    assert "No event has come." in shown.stdout

    ended = await run(api, "unsubscribe")

    assert (ended.exit_code, fake.webhooks) == (0, {})
    assert "There is no subscription." in (await run(api, "status")).stdout


async def test_an_activation_that_does_not_come_is_said(
    api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callscribe.cli.kontur_talk.ACTIVATION_SECONDS", 0.0)
    result = await run(api, "subscribe", "--url", webhook_url(api))
    assert result.exit_code == 1
    assert "has not sent the activation key yet" in result.stderr


async def test_the_spaces_refusal_is_said(fake: FakeTalk, api: httpx.AsyncClient, store: Store) -> None:
    fake.troubles.key_refused = True
    result = await run(api, "subscribe", "--url", webhook_url(api))
    assert result.exit_code == 1
    assert "API key" in result.stderr


async def test_the_status_shows_what_is_known_here_when_the_space_refuses(
    fake: FakeTalk, api: httpx.AsyncClient, store: Store
) -> None:
    await store.talk.due_poll(period=timedelta(1), first=datetime.now(UTC))
    await store.talk.end_poll("It was raining.")
    await store.arrivals.completed("e1", "r1")
    fake.troubles.key_refused = True
    result = await run(api, "status")
    assert "Last looked for recordings" in result.stdout
    assert "There is no subscription." not in result.stdout
    assert "The last event came" in result.stdout
    assert "Waiting to be fetched: 1. Failed: 0." in result.stdout
    assert "It was raining." in result.stderr
    assert "Kontur Talk refuses the API key (401)" in result.stderr
