"""News of a recording that comes while it is being fetched has its effect when that try ends."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest

from callscribe.arrivals import Arrival, ArrivalState
from callscribe.store import Store
from ingest.kontur_talk.client import KonturTalk
from ingest.kontur_talk.importing import Importer
from ingest.kontur_talk.patience import GRACE
from tests.api.house import wav_bytes
from tests.kontur_talk.fake import FakeRecording, FakeTalk
from tests.kontur_talk.making import make_due, wear_out

MEDIA = wav_bytes(2.0)
NO_MEDIA = b"half of a file" * 100

Meanwhile = list[Callable[[], Awaitable[object]]]


@pytest.fixture
async def meanwhile(talk: KonturTalk, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Meanwhile]:
    """What happens, a thing a try, between the download's end and the try's."""
    happening: Meanwhile = []
    download = talk.download

    async def and_then(*arguments: object, **limits: object) -> None:
        try:
            await download(*arguments, **limits)  # type: ignore[arg-type]
        finally:
            if happening:
                await happening.pop(0)()

    monkeypatch.setattr(talk, "download", and_then)
    yield happening
    assert not happening


async def arrival(store: Store) -> Arrival:
    return (await store.arrivals.of(["r1"]))["r1"]


async def test_an_event_during_the_last_try_has_the_recording_looked_at_once_more(
    fake: FakeTalk, store: Store, importer: Importer, meanwhile: Meanwhile
) -> None:
    recording = fake.add(FakeRecording("r1", NO_MEDIA))
    await store.arrivals.completed("e1", "r1")
    await wear_out(store, GRACE)

    async def become_whole() -> None:
        recording.media = MEDIA
        await store.arrivals.completed("e2", "r1")

    meanwhile.append(become_whole)
    assert await importer.import_one()
    missed = await arrival(store)
    assert (missed.state, missed.error and missed.error.code) == (ArrivalState.WAITING, "not_media")

    assert await importer.import_one()
    assert (await arrival(store)).state is ArrivalState.IMPORTED


async def test_once_and_not_for_ever(fake: FakeTalk, store: Store, importer: Importer, meanwhile: Meanwhile) -> None:
    fake.add(FakeRecording("r1", NO_MEDIA))
    await store.arrivals.completed("e1", "r1")
    for number in (2, 3):
        await wear_out(store, GRACE)
        meanwhile.append(lambda number=number: store.arrivals.completed(f"e{number}", "r1"))  # type: ignore[misc]
        assert await importer.import_one()
    assert (await arrival(store)).state is ArrivalState.FAILED


async def test_an_event_during_a_try_that_is_put_off_ends_the_pause(
    fake: FakeTalk, store: Store, importer: Importer, meanwhile: Meanwhile
) -> None:
    fake.add(FakeRecording("r1", MEDIA, file_there=False))
    await store.arrivals.completed("e1", "r1")
    meanwhile.append(lambda: store.arrivals.completed("e2", "r1"))
    assert await importer.import_one()
    assert (await arrival(store)).refused_for == timedelta(), "there was no pause"

    assert await importer.import_one()
    assert not await importer.import_one(), "the news is used up"
    assert (await arrival(store)).refused_for > timedelta()


async def test_who_asks_for_it_during_a_try_does_not_wait_for_the_pause_either(
    fake: FakeTalk, store: Store, importer: Importer, meanwhile: Meanwhile
) -> None:
    recording = fake.add(FakeRecording("r1", MEDIA, file_there=False))
    await store.arrivals.completed("e1", "r1")
    meanwhile.append(lambda: store.arrivals.ask_for("r1", None))
    assert await importer.import_one()
    recording.file_there = True
    assert await importer.import_one()
    assert (await arrival(store)).state is ArrivalState.IMPORTED


async def test_news_of_one_that_is_being_fetched_takes_it_from_nobody(store: Store) -> None:
    await store.arrivals.completed("e1", "r1")
    held = await store.arrivals.claim(lease=timedelta(minutes=5))
    assert held is not None
    await store.arrivals.completed("e2", "r1")
    await store.arrivals.ask_for("r1", None)
    assert await store.arrivals.claim(lease=timedelta(minutes=5)) is None
    await store.arrivals.renew(held, lease=timedelta(minutes=5))


async def test_news_that_the_next_try_has_begun_after_is_none_of_it(
    fake: FakeTalk, store: Store, importer: Importer
) -> None:
    """Who held the recording was killed: its lease ends, and the next try sees what the news told of."""
    fake.add(FakeRecording("r1", MEDIA, file_there=False))
    await store.arrivals.completed("e1", "r1")
    await store.arrivals.claim(lease=timedelta(minutes=5))
    await store.arrivals.completed("e2", "r1")
    await make_due(store)
    assert await importer.import_one()
    assert not await importer.import_one(), "it rests"
