"""Webhooks to a real receiver: signed, tried again until they are taken, and never where they must not go."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from ssl import PROTOCOL_TLS_SERVER, SSLContext, create_default_context
from uuid import uuid4

import pytest
import trustme
from pydantic import SecretStr
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from callscribe.deliveries import DeliveryState
from callscribe.domain import TaskError, TaskId
from callscribe.schemas.events import EventMessage
from callscribe.store import Store
from callscribe.webhook_settings import WebhookSettings
from ingest import addresses
from serve_app.webhooks.posting import Poster
from serve_app.webhooks.schedule import JITTER, pause_after
from tests.ingest.media_host import Answer, serving
from tests.store.making import PROTOCOL, claim, completed, new_recording, register
from tests.webhooks.conftest import API, PAUSES, SETTINGS, Sending, ended, only, postponed
from tests.webhooks.receiver import SECRET, WELL, Received, Receiver

PREVIOUS = "whsec_VGhlIHNlY3JldCB0aGF0IHdhcyBrbm93biBiZWZvcmU="
SILENT = Answer(silent=True)
TRIES = len(PAUSES) + 1


async def to_be_told(store: Store, url: str) -> TaskId:
    """A task that is completed, of which an address is to be told."""
    return await completed(store, new_recording(webhook_url=url))


def verified(received: Received) -> EventMessage:
    """What was received, if it is signed."""
    return EventMessage.model_validate(Webhook(SECRET).verify(received.body, dict(received.headers)))


async def test_kafka_s_event_is_sent_and_signed(store: Store, receiver: Receiver, sending: Sending) -> None:
    task_id = await to_be_told(store, receiver.url("/hook?key=a%20b"))
    async with sending():
        delivery = await ended(store, task_id)
    (received,) = receiver.received
    message = verified(received)
    assert (message.task.task_id, message.task.status) == (task_id, "completed")
    assert message.result is not None
    assert message.result.summary == PROTOCOL.summary
    assert message.result.result_url == f"{API}/api/v1/results/{task_id}"
    assert "Угу." not in received.body.decode(), "there is no transcript in it"
    assert (received.path, received.id) == ("/hook?key=a%20b", str(delivery.id))
    assert received.headers["content-type"] == "application/json"
    assert (delivery.state, delivery.attempts, delivery.last_status) == (DeliveryState.DELIVERED, 1, 204)
    forged = Received(received.path, received.headers, received.body.replace(b"completed", b"cancelled"))
    with pytest.raises(WebhookVerificationError):
        verified(forged)


async def test_a_failure_says_why(store: Store, receiver: Receiver, sending: Sending) -> None:
    task_id = await register(store, new_recording(webhook_url=receiver.url("/")))
    await store.fail(await claim(store), TaskError("damaged_media", "It cannot be decoded."))
    async with sending():
        await ended(store, task_id)
    message = verified(receiver.received[0])
    assert message.task.error is not None
    assert (message.task.error.code, message.result) == ("damaged_media", None)


@pytest.mark.parametrize(
    ("trouble", "status", "error"),
    [
        (Answer(status=500), 500, "500 Internal Server Error."),
        (Answer(status=404), 404, "404 Not Found."),
        (Answer(status=302, headers={"Location": "/elsewhere"}), 302, "302 Found."),
        (Answer(status=599), 599, "599."),
        (None, None, "There was no answer: Server disconnected without sending a response."),
        (SILENT, None, "There was no answer within 0.2 s."),
    ],
    ids=["500", "404", "redirect", "unknown", "hang-up", "silence"],
)
async def test_what_is_not_taken_is_sent_again_for_as_long_as_there_are_pauses(  # noqa: PLR0917 - fixtures
    store: Store, receiver: Receiver, sending: Sending, trouble: Answer | None, status: int | None, error: str
) -> None:
    receiver.told = [trouble] * TRIES
    task_id = await to_be_told(store, receiver.url("/"))
    async with sending(SETTINGS.model_copy(update={"seconds": 0.2})):
        given_up = await ended(store, task_id)
        assert (given_up.state, given_up.attempts) == (DeliveryState.FAILED, TRIES)
        assert (given_up.last_status, given_up.last_error) == (status, error)
        await store.deliveries.again(given_up.id)
        assert (await ended(store, task_id)).state is DeliveryState.DELIVERED
    assert len(receiver.received) == TRIES + 1
    assert {(each.path, each.id, each.body) for each in receiver.received} == {
        ("/", str(given_up.id), receiver.received[0].body)
    }
    for each in receiver.received:
        verified(each)


async def test_whoever_wants_no_more_gets_no_more(store: Store, receiver: Receiver, sending: Sending) -> None:
    receiver.told = [Answer(status=410)]
    task_id = await to_be_told(store, receiver.url("/"))
    async with sending():
        delivery = await ended(store, task_id)
    assert (delivery.state, delivery.attempts, delivery.last_status) == (DeliveryState.FAILED, 1, 410)


async def test_whoever_asks_to_be_left_alone_is(store: Store, receiver: Receiver, sending: Sending) -> None:
    receiver.told = [Answer(status=503, headers={"Retry-After": "3600"})]
    task_id = await to_be_told(store, receiver.url("/"))
    async with sending():
        delivery = await postponed(store, task_id)
    assert delivery.next_attempt_at is not None
    assert timedelta(minutes=59) < delivery.next_attempt_at - datetime.now(UTC) < timedelta(minutes=61)


async def test_of_an_answer_that_never_ends_nothing_but_the_head_is_read(
    store: Store, receiver: Receiver, sending: Sending
) -> None:
    receiver.told = [Answer(endless=True)]
    task_id = await to_be_told(store, receiver.url("/"))
    async with sending():
        assert (await ended(store, task_id)).attempts == 1


@pytest.mark.parametrize(
    ("scheme", "networks", "found"),
    [
        ("https", [], "127.0.0.1"),
        ("https", ["10.0.0.0/8"], "127.0.0.1"),
        ("http", ["10.0.0.0/8"], "127.0.0.1"),
        ("http", ["127.0.0.1/32"], "93.184.216.34"),
    ],
    ids=["private", "another network", "http", "http to the public"],
)
async def test_an_address_that_must_not_be_told_is_not_connected_to(  # noqa: PLR0917 - fixtures
    store: Store,
    receiver: Receiver,
    sending: Sending,
    monkeypatch: pytest.MonkeyPatch,
    scheme: str,
    networks: list[str],
    found: str,
) -> None:
    """A name was let pass when it was given: what counts is where it leads when it is told."""

    async def lookup(*_: object) -> list[str]:
        return [found]

    monkeypatch.setattr(addresses, "_addresses", lookup)
    task_id = await to_be_told(store, receiver.url("/", host="hooks.invalid", scheme=scheme))
    async with sending(WebhookSettings(secret=SecretStr(SECRET), networks=networks)):
        delivery = await ended(store, task_id)
    assert (delivery.state, delivery.attempts, receiver.received) == (DeliveryState.FAILED, 1, [])
    assert delivery.last_error == "hooks.invalid has no address that may be connected to."


async def test_a_host_that_does_not_answer_holds_up_no_other(
    store: Store, receiver: Receiver, sending: Sending
) -> None:
    async with serving(Receiver(answers={"/": SILENT})) as slow:
        waiting = [await to_be_told(store, slow.url("/")) for _ in range(4)]
        task_id = await to_be_told(store, receiver.url("/"))
        async with sending(SETTINGS.model_copy(update={"seconds": 20})):
            assert (await ended(store, task_id)).state is DeliveryState.DELIVERED
            assert len(await slow.wait_for(2)) == 2
        assert sorted([(await only(store, each)).attempts for each in waiting]) == [0, 0, 1, 1]


async def test_what_cannot_be_told_is_given_up_and_holds_up_nothing(
    store: Store, receiver: Receiver, sending: Sending, caplog: pytest.LogCaptureFixture
) -> None:
    odd = await to_be_told(store, receiver.url("/"))
    await store._database.changed("UPDATE deliveries SET task = '{}'")
    task_id = await to_be_told(store, receiver.url("/"))
    async with sending():
        assert (await ended(store, task_id)).state is DeliveryState.DELIVERED
        delivery = await ended(store, odd)
    assert (delivery.state, delivery.attempts) == (DeliveryState.FAILED, TRIES)
    assert "a webhook cannot be sent" in caplog.text


async def test_what_came_of_it_while_the_database_was_away_is_left_to_the_lease(
    store: Store, receiver: Receiver, sending: Sending, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.told = [SILENT]
    task_id = await to_be_told(store, receiver.url("/"))
    async with sending(SETTINGS.model_copy(update={"seconds": 0.3})):
        await receiver.wait_for(1)
        await store.close()
        async with asyncio.timeout(30):
            while "a webhook is sent again" not in caplog.text:  # noqa: ASYNC110 - the sender's, in its log
                await asyncio.sleep(0.02)
    back = await Store.connect(database_url)
    delivery = await only(back, task_id)
    await back.close()
    assert (delivery.state, delivery.attempts, delivery.last_error) == (DeliveryState.WAITING, 1, None)


async def test_while_receivers_learn_a_new_secret_the_one_before_is_as_good(receiver: Receiver) -> None:
    settings = SETTINGS.model_copy(update={"previous_secret": SecretStr(PREVIOUS)})
    await Poster(settings).post(receiver.url("/"), uuid4(), "{}")
    (received,) = receiver.received
    for secret in (SECRET, PREVIOUS):
        Webhook(secret).verify(received.body, dict(received.headers))


async def test_over_https_the_host_must_show_who_it_is() -> None:
    authority = trustme.CA()
    server = SSLContext(PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(server)
    trusting = create_default_context()
    authority.configure_trust(trusting)
    async with serving(Receiver(), ssl=server) as receiver:
        url = receiver.url("/", host="localhost", scheme="https")
        stranger = await Poster(SETTINGS).post(url, uuid4(), "{}")
        known = await Poster(SETTINGS, ssl_context=trusting).post(url, uuid4(), "{}")
    assert stranger.error is not None
    assert "certificate" in stranger.error
    assert (known.status, known.error) == (WELL.status, None)


def test_the_pauses_grow_over_three_days_and_end() -> None:
    pauses = [pause_after(attempts, asked=None) for attempts in range(1, 11)]
    given = [pause for pause in pauses if pause is not None]
    assert (len(given), pauses[-1]) == (9, None)
    assert given[0] < timedelta(seconds=5 * (1 + JITTER))
    assert timedelta(days=3) < sum(given, timedelta()) < timedelta(days=4)
    assert pause_after(1, asked=60) == timedelta(minutes=1)
    assert pause_after(10, asked=60) is None
