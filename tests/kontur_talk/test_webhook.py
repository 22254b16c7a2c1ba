"""The webhook: what is let in is kept, what is not leaves nothing."""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import replace
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from callscribe.arrivals import ArrivalState, FoundBy
from callscribe.kontur_talk_settings import KonturTalkSettings
from callscribe.store import Inbox, Store
from callscribe.store.talk import MOST_ACTIVATIONS
from ingest.kontur_talk.webhook import MOST_BYTES
from serve_app.api import Services, create_app
from tests.api.conftest import client  # noqa: F401 - a fixture
from tests.api.house import assert_problem
from tests.kontur_talk.conftest import SECRET
from tests.kontur_talk.fake import event
from tests.kontur_talk.making import rows
from tests.postgres import PostgresServer
from tests.store.making import LEASE

PATH = "/api/v1/kontur-talk/webhook"
AUTHENTIC = {"X-CallScribe-Secret": SECRET}
SENDERS_PATIENCE_SECONDS = 5


@pytest.fixture
def talk_options() -> dict[str, Any]:
    return {}


@pytest.fixture
def app(services: Services, inbox: Inbox, talk_options: dict[str, Any]) -> Any:
    ours = KonturTalkSettings(
        base_url="http://127.0.0.1:9", token=SecretStr("x"), webhook_secret=SecretStr(SECRET), **talk_options
    )
    settings = services.settings.model_copy(update={"kontur_talk": ours})
    return create_app(replace(services, settings=settings, inbox=inbox))


@pytest.mark.parametrize(
    "event_type", ["RecordingCompleted", "recordingCompleted", "RECORDINGCOMPLETED", "recordingcompleted"]
)
async def test_an_event_becomes_an_arrival(client: httpx.AsyncClient, store: Store, event_type: str) -> None:  # noqa: F811
    answer = await client.post(PATH, json=event(event_type, "r1"), headers=AUTHENTIC)

    assert (answer.status_code, answer.content) == (200, b"")
    arrival = (await store.arrivals.of(["r1"]))["r1"]
    assert (arrival.state, arrival.found_by) == (ArrivalState.WAITING, FoundBy.WEBHOOK)


async def test_the_same_event_again_and_at_once_changes_nothing(client: httpx.AsyncClient, store: Store) -> None:  # noqa: F811
    message = event("RecordingCompleted", "r1")
    answers = await asyncio.gather(*(client.post(PATH, json=message, headers=AUTHENTIC) for _ in range(8)))

    assert {answer.status_code for answer in answers} == {200}
    assert await rows(store) == {"arrivals": 1, "talk_events": 1}


async def test_another_event_of_the_same_recording_is_no_other_arrival(
    client: httpx.AsyncClient,  # noqa: F811
    store: Store,
) -> None:
    for event_type in ("RecordingCompleted", "TranscriptionReady", "RecordingCompleted"):
        await client.post(PATH, json=event(event_type, "r1"), headers=AUTHENTIC)
    assert await rows(store) == {"arrivals": 1, "talk_events": 3}


async def test_an_event_ends_the_pause_of_a_recording_that_was_not_there_yet(
    client: httpx.AsyncClient,  # noqa: F811
    store: Store,
) -> None:
    await store.arrivals.found({"r1": None})
    await store._database.changed("UPDATE arrivals SET due_at = now() + interval '1 hour'")
    assert await store.arrivals.claim(lease=LEASE) is None

    await client.post(PATH, json=event("RecordingCompleted", "r1"), headers=AUTHENTIC)

    assert await store.arrivals.claim(lease=LEASE) is not None


async def test_an_event_does_not_end_a_lease(client: httpx.AsyncClient, store: Store) -> None:  # noqa: F811
    await store.arrivals.found({"r1": None})
    assert await store.arrivals.claim(lease=LEASE) is not None
    await client.post(PATH, json=event("RecordingCompleted", "r1"), headers=AUTHENTIC)
    assert await store.arrivals.claim(lease=LEASE) is None


async def test_an_activation_is_kept(client: httpx.AsyncClient, store: Store) -> None:  # noqa: F811
    for _ in range(2):
        answer = await client.post(PATH, json={"activationKey": "k-1"}, headers=AUTHENTIC)
        assert answer.status_code == 200
    assert await store.talk.activations() == ("k-1",)


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET[:-1], SECRET + "x", "ключ".encode()])
async def test_who_lacks_the_secret_is_refused(
    client: httpx.AsyncClient,  # noqa: F811
    store: Store,
    secret: Any,
) -> None:
    headers = {} if secret is None else {"X-CallScribe-Secret": secret}
    for message in (event("RecordingCompleted", "r1"), {"activationKey": "k-1"}):
        assert_problem(await client.post(PATH, json=message, headers=headers), 401, "unauthorized")
    assert_problem(await client.post(PATH, content=b"nonsense", headers=headers), 401, "unauthorized")
    assert await rows(store) == {}


BAD = {
    "nothing": b"",
    "no JSON": b"{",
    "no object": b"[]",
    "not UTF-8": b"\xff\xfe",
    "no event": b"{}",
    "another event": json.dumps(event("UserConnectedToRoom", "r1")).encode(),
    "no recording": json.dumps({"eventId": "1", "eventType": "RecordingCompleted"}).encode(),
    "no id": json.dumps(event("RecordingCompleted", "r1") | {"eventId": ""}).encode(),
    "a long id": json.dumps(event("RecordingCompleted", "r1") | {"eventId": "x" * 201}).encode(),
    "a number": json.dumps(event("RecordingCompleted", "r1") | {"recordingKey": 7}).encode(),
    "an empty key": json.dumps(event("RecordingCompleted", "")).encode(),
    "a NUL": json.dumps(event("RecordingCompleted", "r\0")).encode(),
    "a dot": json.dumps(event("RecordingCompleted", ".")).encode(),
    "two dots": json.dumps(event("RecordingCompleted", "..")).encode(),
    "a slash": json.dumps(event("RecordingCompleted", "../Webhooks")).encode(),
    "a backslash": json.dumps(event("RecordingCompleted", "r\\1")).encode(),
    "half a pair": b'{"eventId": "1", "eventType": "RecordingCompleted", "recordingKey": "\\ud800"}',
    "a long key": json.dumps(event("RecordingCompleted", "x" * 513)).encode(),
    "a long body": json.dumps(event("RecordingCompleted", "r1") | {"more": "x" * MOST_BYTES}).encode(),
    "a bad activation": json.dumps({"activationKey": ""}).encode(),
    "deep nesting": b"[" * 20_000,
}


@pytest.mark.parametrize("body", BAD.values(), ids=BAD.keys())
async def test_what_is_no_event_is_refused(client: httpx.AsyncClient, store: Store, body: bytes) -> None:  # noqa: F811
    assert_problem(await client.post(PATH, content=body, headers=AUTHENTIC), 400, "malformed_body")
    assert await rows(store) == {}


@pytest.mark.parametrize("talk_options", [{"activation_needs_secret": False}])
async def test_an_activation_may_be_let_in_without_the_secret_and_nothing_else(
    client: httpx.AsyncClient,  # noqa: F811
    store: Store,
) -> None:
    for message in (event("RecordingCompleted", "r1"), {}):
        assert_problem(await client.post(PATH, json=message), 401, "unauthorized")
    assert (await client.post(PATH, json={"activationKey": "k-1"})).status_code == 200
    assert await rows(store) == {"talk_activations": 1}


@pytest.mark.parametrize("talk_options", [{"webhook_header": "Authorization"}])
async def test_the_header_is_the_operators_choice(client: httpx.AsyncClient, store: Store) -> None:  # noqa: F811
    answer = await client.post(PATH, json=event("RecordingCompleted", "r1"), headers={"Authorization": SECRET})
    assert answer.status_code == 200


async def test_events_are_forgotten_when_they_are_old(client: httpx.AsyncClient, store: Store) -> None:  # noqa: F811
    await client.post(PATH, json=event("RecordingCompleted", "r1"), headers=AUTHENTIC)
    await store.arrivals.forget_events(older_than=LEASE)
    assert (await rows(store))["talk_events"] == 1
    await store._database.changed("UPDATE talk_events SET received_at = now() - interval '1 day'")
    await store.arrivals.forget_events(older_than=LEASE)
    assert await rows(store) == {"arrivals": 1}


async def test_who_needs_no_secret_cannot_fill_the_database(inbox: Inbox) -> None:
    for number in range(3 * MOST_ACTIVATIONS):
        await inbox.talk.note_activation(f"k-{number}")
    newest = [f"k-{number}" for number in reversed(range(2 * MOST_ACTIVATIONS, 3 * MOST_ACTIVATIONS))]
    assert await inbox.talk.activations() == tuple(newest)


async def test_slow_queries_of_others_keep_no_event_waiting(client: httpx.AsyncClient, store: Store) -> None:  # noqa: F811
    slow = [asyncio.create_task(store._database.fetch("SELECT pg_sleep(20)")) for _ in range(10)]
    await asyncio.sleep(0.1)
    async with asyncio.timeout(5):
        for number in range(20):
            answer = await client.post(PATH, json=event("RecordingCompleted", f"r{number}"), headers=AUTHENTIC)
            assert answer.status_code == 200
    for query in slow:
        query.cancel()
    await asyncio.wait(slow)


@pytest.mark.faults
async def test_a_database_that_stands_still_is_owned_up_to_while_the_sender_waits(
    services: Services, mortal_postgres_server: PostgresServer
) -> None:
    store = await Store.connect(mortal_postgres_server.url())
    await store.migrate()
    inbox = await Inbox.connect(mortal_postgres_server.url())
    ours = KonturTalkSettings(base_url="http://127.0.0.1:9", token=SecretStr("x"), webhook_secret=SecretStr(SECRET))
    settings = services.settings.model_copy(update={"kontur_talk": ours})
    app = create_app(replace(services, settings=settings, inbox=inbox))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api", timeout=60) as sender:
        with mortal_postgres_server.standing_still():
            began = time.monotonic()
            answers = await asyncio.gather(
                *(
                    sender.post(PATH, json=event("RecordingCompleted", f"r{number}"), headers=AUTHENTIC)
                    for number in range(5)
                )
            )
            seconds = time.monotonic() - began
        for answer in answers:
            assert_problem(answer, 503, "unavailable")
        assert seconds < SENDERS_PATIENCE_SECONDS
        answer = await sender.post(PATH, json=event("RecordingCompleted", "r1"), headers=AUTHENTIC)
        assert answer.status_code == 200
    await inbox.close()
    await store.close()


async def test_a_webhook_that_is_not_set_up_is_not_there(services: Services) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(create_app(services)), base_url="http://api") as bare:
        assert_problem(await bare.post(PATH, json={}), 404, "kontur_talk_off")
        assert_problem(await bare.get("/api/v1/kontur-talk/recordings"), 404, "kontur_talk_off")
