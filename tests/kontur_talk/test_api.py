"""By hand, and the subscription: the API over real sockets, between a real client and the fake space."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from callscribe.arrivals import ArrivalState
from callscribe.domain import TaskError
from callscribe.ports import free_port
from callscribe.settings import Settings
from callscribe.store import Store
from ingest.kontur_talk.client import KonturTalk
from ingest.kontur_talk.importing import Importer
from ingest.kontur_talk.patience import GRACE
from ingest.kontur_talk.subscription import ACTIVATION_AWAITED_FOR, Activator
from tests.api.house import assert_problem, wav_bytes
from tests.kontur_talk.conftest import SECRET, webhook_url
from tests.kontur_talk.fake import SPACE_MADE, FakeRecording, FakeTalk
from tests.kontur_talk.making import rows, wear_out

RECORDINGS = "/api/v1/kontur-talk/recordings"
SUBSCRIPTION = "/api/v1/kontur-talk/subscription"


async def items(api: httpx.AsyncClient, **query: str) -> list[dict[str, Any]]:
    answer = await api.get(RECORDINGS, params=query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_the_space_is_listed_newest_first_with_what_became_of_each(
    fake: FakeTalk, api: httpx.AsyncClient, importer: Importer
) -> None:
    for number in range(3):
        made = SPACE_MADE + timedelta(hours=number)
        fake.add(FakeRecording(f"r{number}", wav_bytes(), created=made, tracks=[("Иван Орлов", [])]))
    assert (await api.post(f"{RECORDINGS}/r1/import")).status_code == 202
    await importer.import_one()

    answer = (await api.get(RECORDINGS, params={"limit": "2"})).json()
    rest = (await api.get(RECORDINGS, params={"limit": "2", "cursor": answer["next_cursor"]})).json()

    assert [item["key"] for item in answer["items"] + rest["items"]] == ["r2", "r1", "r0"]
    assert rest["next_cursor"] is None
    new, imported = answer["items"]
    assert (new["state"], new["task_id"], new["participants"]) == (None, None, ["Иван Орлов"])
    assert (imported["state"], imported["found_by"], imported["room"]) == ("imported", "hand", "mayak")
    task = (await api.get(f"/api/v1/tasks/{imported['task_id']}")).json()
    assert (task["source"], task["source_id"], task["status"]) == ("kontur_talk", "r1", "queued")


async def test_the_second_import_is_the_first_task(
    fake: FakeTalk, api: httpx.AsyncClient, store: Store, importer: Importer
) -> None:
    fake.add(FakeRecording("r1", wav_bytes()))
    await store.arrivals.found({"r1": "Планёрка"})
    first = (await api.post(f"{RECORDINGS}/r1/import")).json()
    await importer.import_one()
    second = (await api.post(f"{RECORDINGS}/r1/import")).json()
    assert (first["state"], second["state"]) == ("waiting", "imported")
    assert not await importer.import_one()


async def test_an_import_by_a_key_in_another_case_is_of_the_recording_that_the_space_answers_with(
    fake: FakeTalk, api: httpx.AsyncClient, store: Store
) -> None:
    fake.add(FakeRecording("r1", wav_bytes()))
    fake.troubles.any_case = True
    assert [(await api.post(f"{RECORDINGS}/{key}/import")).json()["key"] for key in ("R1", "r1")] == ["r1", "r1"]
    assert set(await store.arrivals.of(["r1", "R1"])) == {"r1"}


async def test_what_has_failed_is_shown_with_its_reason_even_if_it_is_deleted_there(
    fake: FakeTalk, api: httpx.AsyncClient, store: Store, importer: Importer
) -> None:
    await store.arrivals.found({"r1": "Планёрка"})
    await wear_out(store, GRACE)
    await importer.import_one()
    assert await items(api) == []
    (failed,) = await items(api, state="failed")
    assert (failed["key"], failed["title"]) == ("r1", "Планёрка")
    assert failed["error"] == {
        "code": "kontur_talk_recording_gone",
        "message": "Kontur Talk has no such recording: it was deleted there, or never was.",
    }
    assert_problem(await api.post(f"{RECORDINGS}/r1/import"), 404, "kontur_talk_not_there")
    fake.add(FakeRecording("r1", wav_bytes()))
    assert (await api.post(f"{RECORDINGS}/r1/import")).json()["state"] == "waiting"
    assert await items(api, state="failed") == []


async def test_known_ones_are_paged(api: httpx.AsyncClient, store: Store) -> None:
    await store.arrivals.found({f"r{number}": None for number in range(5)})
    keys: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await api.get(RECORDINGS, params={"state": "waiting", "limit": "2", **cursor})).json()
        keys += [item["key"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert sorted(keys) == [f"r{number}" for number in range(5)]
    bad = await api.get(RECORDINGS, params={"state": "waiting", "cursor": "x"})
    assert_problem(bad, 422, "invalid_request")


@pytest.mark.parametrize("filtered", [{"q": "планёрка"}, {"from": "2026-03-02T00:00Z"}, {"to": "2026-03-02T00:00Z"}])
async def test_what_is_known_is_not_filtered_by_what_the_space_knows(
    api: httpx.AsyncClient, filtered: dict[str, str]
) -> None:
    problem = assert_problem(await api.get(RECORDINGS, params={"state": "waiting", **filtered}), 422, "invalid_request")
    assert [error["field"] for error in problem["errors"]] == list(filtered)


async def test_the_filters_reach_the_space(fake: FakeTalk, api: httpx.AsyncClient) -> None:
    for number in range(3):
        fake.add(FakeRecording(f"r{number}", b"", title=f"Встреча {number}", created=SPACE_MADE + timedelta(number)))
    day = {"from": (SPACE_MADE + timedelta(1)).isoformat(), "to": (SPACE_MADE + timedelta(2)).isoformat()}
    assert [item["key"] for item in await items(api, **day)] == ["r1"]
    assert [item["key"] for item in await items(api, q="встреча 2")] == ["r2"]
    assert_problem(await api.get(RECORDINGS, params={"name": "x"}), 422, "invalid_request")


async def test_the_spaces_refusals_are_problems(fake: FakeTalk, api: httpx.AsyncClient) -> None:
    fake.troubles.denied.add("recordings")
    assert_problem(await api.get(RECORDINGS), 502, "kontur_talk_access_denied")
    fake.troubles.key_refused = True
    problem = assert_problem(await api.get(RECORDINGS), 502, "kontur_talk_key_refused")
    assert problem["detail"] == "Kontur Talk refuses the API key (401): it is wrong or has expired."
    fake.troubles.key_refused, fake.troubles.broken = False, 100
    problem = assert_problem(await api.get(RECORDINGS), 503, "kontur_talk_unavailable")
    assert problem["detail"] == f"Kontur Talk answers 502 to GET {fake.url}/api/Domain/recordings/v2."


async def test_a_space_where_nobody_answers_is_named(
    api: httpx.AsyncClient, app: FastAPI, settings: Settings, store: Store
) -> None:
    await store.talk.due_poll(period=timedelta(1), first=SPACE_MADE)
    nowhere = f"http://127.0.0.1:{free_port()}"
    theirs = settings.kontur_talk.model_copy(update={"base_url": nowhere})
    async with KonturTalk.open(theirs) as talk:
        app.state.services = replace(app.state.services, talk=talk)
        problem = assert_problem(await api.get(RECORDINGS), 503, "kontur_talk_unavailable")
        assert problem["detail"] == f"Kontur Talk does not answer at {nowhere}/: All connection attempts failed"
        shown = (await api.get(SUBSCRIPTION)).json()
    assert (shown["unlisted"], shown["webhooks"]) == (problem["detail"], [])
    assert shown["watermark"] == "2026-03-02T09:00:00Z", "what is known here is shown all the same"


@pytest.mark.parametrize("activation_first", [True, False], ids=["before the answer", "after the answer"])
async def test_a_subscription_is_activated_by_itself_whenever_its_key_comes(
    fake: FakeTalk, api: httpx.AsyncClient, store: Store, activator: Activator, activation_first: bool
) -> None:
    fake.troubles.activation_first = activation_first
    made = (await api.put(SUBSCRIPTION, json={"url": webhook_url(api)})).json()
    assert made["activated"] is False
    while not await store.talk.activations():
        pass

    assert not await activator.activate(), "no key is left over"

    shown = (await api.get(SUBSCRIPTION)).json()
    assert [(each["webhook_key"], each["activated"]) for each in shown["webhooks"]] == [(made["webhook_key"], True)]
    (webhook,) = fake.webhooks.values()
    assert webhook["customHeaders"] == [{"name": "X-CallScribe-Secret", "value": SECRET}]
    assert webhook["events"] == ["recordingCompleted", "transcriptionReady"]


async def test_a_key_that_has_come_before_its_subscription_is_known_waits_for_it(
    fake: FakeTalk, api: httpx.AsyncClient, store: Store, activator: Activator
) -> None:
    """The command was killed between Kontur Talk's making the webhook and our noting its key."""
    made = (await api.put(SUBSCRIPTION, json={"url": webhook_url(api)})).json()
    await store.talk.forget_webhook(made["webhook_key"])
    assert await activator.activate(), "it fits nothing yet"

    again = (await api.put(SUBSCRIPTION, json={"url": webhook_url(api)})).json()

    await activator.activate()
    assert [(key, each["activated"]) for key, each in fake.webhooks.items()] == [(again["webhook_key"], True)]


async def test_events_of_an_active_subscription_come_through(
    fake: FakeTalk, api: httpx.AsyncClient, store: Store, activator: Activator, importer: Importer
) -> None:
    await api.put(SUBSCRIPTION, json={"url": webhook_url(api)})
    await activator.activate()
    fake.add(FakeRecording("r1", wav_bytes()))
    fake.troubles.duplicates = 3
    assert await fake.announce("recordingCompleted", "r1") == [200, 200, 200]
    fake.troubles.camel_case = True
    assert await fake.announce("recordingCompleted", "r1") == [200, 200, 200]
    assert (await rows(store))["arrivals"] == 1
    await importer.import_one()
    assert (await store.arrivals.of(["r1"]))["r1"].state is ArrivalState.IMPORTED


async def test_subscribing_again_changes_nothing_and_unsubscribing_ends_it(
    fake: FakeTalk, api: httpx.AsyncClient, store: Store, activator: Activator
) -> None:
    first = (await api.put(SUBSCRIPTION, json={"url": webhook_url(api)})).json()
    await activator.activate()
    again = (await api.put(SUBSCRIPTION, json={"url": webhook_url(api)})).json()
    assert again == first | {"activated": True}

    assert [(await api.delete(SUBSCRIPTION)).status_code for _ in range(2)] == [204, 204]

    assert (fake.webhooks, await store.talk.webhooks()) == ({}, {})


async def test_a_subscription_whose_events_are_told_in_another_case_is_left_as_it_is(
    fake: FakeTalk, api: httpx.AsyncClient, activator: Activator
) -> None:
    first = (await api.put(SUBSCRIPTION, json={"url": webhook_url(api)})).json()
    await activator.activate()
    fake.webhooks[first["webhook_key"]]["events"] = ["RecordingCompleted", "TranscriptionReady"]
    again = (await api.put(SUBSCRIPTION, json={"url": webhook_url(api)})).json()
    assert (again["webhook_key"], list(fake.webhooks)) == (first["webhook_key"], [first["webhook_key"]])


async def let_webhooks_age(store: Store) -> None:
    await store._database.changed("UPDATE talk_webhooks SET created_at = now() - $1::interval", ACTIVATION_AWAITED_FOR)


async def test_subscribing_again_before_the_activation_makes_no_other_webhook(
    fake: FakeTalk, api: httpx.AsyncClient, store: Store
) -> None:
    first = (await api.put(SUBSCRIPTION, json={"url": webhook_url(api)})).json()
    assert (await api.put(SUBSCRIPTION, json={"url": webhook_url(api)})).json() == first
    assert list(fake.webhooks) == [first["webhook_key"]]

    await let_webhooks_age(store)

    later = (await api.put(SUBSCRIPTION, json={"url": webhook_url(api)})).json()
    assert later["webhook_key"] != first["webhook_key"], "its activation does not come any more"
    assert list(fake.webhooks) == [later["webhook_key"]]


async def test_a_subscription_that_cannot_be_made_leaves_the_one_before(
    fake: FakeTalk, api: httpx.AsyncClient, store: Store
) -> None:
    first = (await api.put(SUBSCRIPTION, json={"url": webhook_url(api)})).json()
    await let_webhooks_age(store)
    fake.troubles.creations_left = 0
    answer = await api.put(SUBSCRIPTION, json={"url": webhook_url(api)})
    assert "ten new webhooks a day" in assert_problem(answer, 503, "kontur_talk_unavailable")["detail"]
    assert list(fake.webhooks) == list(await store.talk.webhooks()) == [first["webhook_key"]]


async def test_an_earlier_subscription_that_cannot_be_ended_does_not_undo_the_new_one(
    fake: FakeTalk, api: httpx.AsyncClient, store: Store, activator: Activator
) -> None:
    first = (await api.put(SUBSCRIPTION, json={"url": webhook_url(api)})).json()
    await let_webhooks_age(store)
    fake.troubles.denied.add(first["webhook_key"])
    second = (await api.put(SUBSCRIPTION, json={"url": webhook_url(api)})).json()
    assert list(fake.webhooks) == [first["webhook_key"], second["webhook_key"]]
    fake.troubles.denied.clear()
    await activator.activate()
    third = (await api.put(SUBSCRIPTION, json={"url": webhook_url(api)})).json()
    assert [(key, each["activated"]) for key, each in fake.webhooks.items()] == [(third["webhook_key"], True)]


async def test_a_subscription_needs_an_address_and_a_secret(
    api: httpx.AsyncClient, app: FastAPI, settings: Settings
) -> None:
    assert_problem(await api.put(SUBSCRIPTION, json={}), 422, "invalid_request")
    assert_problem(await api.put(SUBSCRIPTION, json={"url": "ftp://x/"}), 422, "invalid_request")
    bare = settings.kontur_talk.model_copy(update={"webhook_secret": None})
    app.state.services = replace(app.state.services, settings=settings.model_copy(update={"kontur_talk": bare}))
    assert_problem(await api.put(SUBSCRIPTION, json={"url": webhook_url(api)}), 422, "invalid_request")


async def test_how_polling_fares_is_shown(api: httpx.AsyncClient, store: Store) -> None:
    assert (await api.get(SUBSCRIPTION)).json() == {
        "webhooks": [],
        "unlisted": None,
        "watermark": None,
        "polled_at": None,
        "trouble": None,
        "last_event_at": None,
        "waiting": 0,
        "failed": 0,
    }
    await store.talk.due_poll(period=timedelta(1), first=datetime(2026, 3, 2, tzinfo=UTC))
    await store.talk.end_poll("It was raining.")
    shown = (await api.get(SUBSCRIPTION)).json()
    assert (shown["watermark"], shown["trouble"]) == ("2026-03-02T00:00:00Z", "It was raining.")


async def test_what_waits_and_has_failed_is_counted(api: httpx.AsyncClient, store: Store) -> None:
    began = datetime.now(UTC)
    await store.arrivals.completed("e1", "r1")
    await store.arrivals.found({"r2": None, "r3": None})
    failing = await store.arrivals.claim(lease=timedelta(minutes=1))
    assert failing is not None
    await store.arrivals.fail(failing, TaskError("not_media", "No."))
    shown = (await api.get(SUBSCRIPTION)).json()
    assert (shown["waiting"], shown["failed"]) == (2, 1)
    assert began <= datetime.fromisoformat(shown["last_event_at"]) <= datetime.now(UTC)
