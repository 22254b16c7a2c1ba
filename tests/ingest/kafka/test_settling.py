"""One message's way to its end: what its patience is spent on, and what is waited for without an end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import KafkaError, TopicAuthorizationFailedError

from callscribe.domain import Task
from callscribe.errors import CallScribeError, InvalidMessage, MediaUnavailable, QueueFull, Unavailable
from callscribe.logs import request_id
from ingest.kafka import settling
from ingest.kafka.recordings import MOST_BYTES, Media, RecordingMessage
from ingest.kafka.settling import REFUSED_TRIES, Settler
from tests.exports.results import TASK

RECORD = SimpleNamespace(topic="recordings", value=b"message", partition=0, offset=7)


@dataclass
class Letters:
    """A topic of dead letters that refuses the first of them."""

    refusals: list[KafkaError] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)

    async def bury(self, _record: Any, error: CallScribeError) -> None:
        if self.refusals:
            raise self.refusals.pop()
        self.taken.append(error.code)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "pause_after", lambda _: 0.0)


async def settled(troubles: Sequence[Exception], *, patience: float = 3600) -> Letters:
    """The letters that are written of a message that meets these troubles and then none."""
    coming, letters = list(troubles), Letters()

    async def take_in(_value: bytes | None) -> Task:
        if coming:
            raise coming.pop(0)
        return TASK

    await Settler(take_in, letters, media_patience=patience).settle(RECORD)  # type: ignore[arg-type]
    return letters


async def test_a_message_is_the_request_that_is_worked_for() -> None:
    heard = []

    async def take_in(_value: bytes | None) -> Task:
        heard.append(request_id())
        return TASK

    await Settler(take_in, Letters(), media_patience=0).settle(RECORD)  # type: ignore[arg-type]
    assert heard == ["recordings/0/7"]


@pytest.mark.parametrize("waiting", [QueueFull("full"), Unavailable("PostgreSQL is away")])
async def test_what_was_waited_for_before_is_not_the_hosts_fault(waiting: Exception) -> None:
    letters = await settled([waiting] * 3 * REFUSED_TRIES + [MediaUnavailable("503")])
    assert letters.taken == [], "the host was asked twice"


async def test_a_long_wait_for_room_spends_no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 10**6, 100))
    monkeypatch.setattr("ingest.kafka.settling.time", SimpleNamespace(monotonic=lambda: next(clock)))
    assert (await settled([QueueFull("full")] * 9 + [MediaUnavailable("503")], patience=250)).taken == []
    between = [MediaUnavailable("503"), *[QueueFull("full")] * 9, MediaUnavailable("503")]
    assert (await settled(between, patience=250)).taken == []
    assert (await settled([MediaUnavailable("503")] * 9, patience=250)).taken == ["media_unavailable"]


async def test_a_letter_that_is_not_taken_is_offered_again_and_its_message_not_tried_again() -> None:
    letters, tries = Letters([TopicAuthorizationFailedError("dlq"), KafkaError("away")]), []

    async def take_in(value: bytes | None) -> Task:
        tries.append(value)
        raise InvalidMessage("nonsense")

    await Settler(take_in, letters, media_patience=1).settle(RECORD)  # type: ignore[arg-type]
    assert (letters.taken, len(tries)) == (["invalid_message"], 1)


def test_a_message_of_any_size_is_refused_before_it_is_read() -> None:
    packed = b'{"version": 1, ' + b", ".join(b'"k%d": 1' % number for number in range(2_000_000)) + b"}"
    with pytest.raises(InvalidMessage, match=f"may have {MOST_BYTES} at most"):
        RecordingMessage.parse(packed)


def test_whatever_the_fields_may_hold_fits() -> None:
    widest = RecordingMessage(
        version=1,
        source_id="ы" * 400,
        title="ы" * 300,
        meeting_id="ы" * 400,
        participants=tuple("ы" * 200 for _ in range(30)),
        media=Media(url=f"http://host/{'a' * 8000}"),
    )
    spelled = widest.model_dump_json(ensure_ascii=True).encode()
    assert len(spelled) < MOST_BYTES
