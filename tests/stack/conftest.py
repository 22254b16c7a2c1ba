from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from callscribe.ports import free_port
from callscribe.settings import MEBIBYTE
from tests.brokers import Broker
from tests.kontur_talk.fake import TOKEN, FakeTalk, running_fake
from tests.stack.hooks import Hooks, receiving
from tests.stack.running import Answer, Stack, new_folder, restarted_stack
from tests.webhooks.receiver import SECRET

MAX_UPLOAD_BYTES = 16 * MEBIBYTE
QUEUE_LIMIT = 3
DEMO = Path(__file__).parents[2] / "demo" / "meeting_ru_mayak.flac"
REQUEST = "the-id-that-a-client-gave"


@pytest.fixture(scope="package")
def space() -> Iterator[FakeTalk]:
    """The space of Kontur Talk that the stack knows."""
    with running_fake() as fake:
        yield fake


@pytest.fixture(scope="package")
def hooks() -> Iterator[Hooks]:
    """Who is told of every task."""
    with receiving() as hooks:
        yield hooks


@pytest.fixture(scope="package")
def stack(broker: Broker, space: FakeTalk, hooks: Hooks) -> Iterator[Stack]:
    """One stack for all these tests, every way in open, leases and limits soon reached."""
    port = free_port()
    settings = {
        "RAY_ADDRESS": "127.0.0.1:1",  # of a cluster that is not this stack's
        "CALLSCRIBE_PAGES": "true",
        "CALLSCRIBE_LEASE_SECONDS": "5",
        "CALLSCRIBE_MAX_UPLOAD_BYTES": str(MAX_UPLOAD_BYTES),
        "CALLSCRIBE_QUEUE_LIMIT": str(QUEUE_LIMIT),
        "CALLSCRIBE_KAFKA__BOOTSTRAP_SERVERS": broker.address,
        "CALLSCRIBE_KONTUR_TALK__BASE_URL": space.url,
        "CALLSCRIBE_KONTUR_TALK__TOKEN": TOKEN,
        "CALLSCRIBE_KONTUR_TALK__WEBHOOK_SECRET": "the-secret-of-the-webhook",
        "CALLSCRIBE_KONTUR_TALK__WEBHOOK_URL": f"http://127.0.0.1:{port}/api/v1/kontur-talk/webhook",
        "CALLSCRIBE_KONTUR_TALK__POLL_PERIOD_SECONDS": "1",
        "CALLSCRIBE_KONTUR_TALK__POLL_FROM": "2026-01-01T00:00:00Z",
        "CALLSCRIBE_WEBHOOK__URL": hooks.url,
        "CALLSCRIBE_WEBHOOK__SECRET": SECRET,
        "CALLSCRIBE_WEBHOOK__NETWORKS": "127.0.0.1/32",
    }
    with new_folder() as folder, restarted_stack(folder, settings, port) as stack:
        yield stack


@pytest.fixture(scope="package")
def result(stack: Stack) -> Answer:
    """The bundled call's, which was sent under a request's id of the client's own."""
    answer = stack.upload(DEMO, request_id=REQUEST, title="Планёрка «Маяк»")
    assert (answer.status_code, answer.headers["x-request-id"]) == (httpx.codes.ACCEPTED, REQUEST)
    task = stack.wait_until_ended(answer.json()["task_id"])
    assert task["status"] == "completed", task
    assert stack.files_of(task["task_id"]) == [f"media/{task['task_id']}"]
    return stack.result(task["task_id"])
