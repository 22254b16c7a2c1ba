"""The poller: everything is found, once, by one poller, whatever becomes of it on the way."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from callscribe.arrivals import FoundBy
from callscribe.settings import Settings
from callscribe.store import Store
from callscribe.store.locks import Lock
from ingest.kontur_talk.client import PAGE, KonturTalk
from ingest.kontur_talk.leniency import shortened
from ingest.kontur_talk.poller import Poller
from tests.kontur_talk.fake import SPACE_MADE, FakeRecording, FakeTalk
from tests.kontur_talk.making import cut_off_locks


async def keys(store: Store) -> set[str]:
    return {arrival.key for arrival in (await store.arrivals.page(state=None, limit=1000, cursor=None)).items}


async def a_period_later(store: Store) -> None:
    await store._database.changed("UPDATE talk_poll SET polled_at = polled_at - interval '1 day'")


@pytest.fixture
def poller(store: Store, talk: KonturTalk, settings: Settings) -> Poller:
    return Poller(store, talk, settings.kontur_talk.model_copy(update={"poll_from": SPACE_MADE}))


def made(fake: FakeTalk, key: str, minutes: float) -> FakeRecording:
    return fake.add(FakeRecording(key, b"", created=SPACE_MADE + timedelta(minutes=minutes)))


async def test_everything_since_the_beginning_is_found(fake: FakeTalk, store: Store, poller: Poller) -> None:
    made(fake, "before", -1)
    for number in range(PAGE + 5):
        made(fake, f"r{number}", number)

    assert await poller.look()

    assert await keys(store) == {f"r{number}" for number in range(PAGE + 5)}
    poll = await store.talk.poll()
    assert poll is not None
    assert (poll.watermark, poll.trouble) == (SPACE_MADE + timedelta(minutes=PAGE + 4), None)


async def test_a_beginning_that_is_set_later_is_honoured_once(
    fake: FakeTalk, store: Store, talk: KonturTalk, settings: Settings, poller: Poller
) -> None:
    made(fake, "old", 1)
    assert await Poller(store, talk, settings.kontur_talk).look()
    assert await keys(store) == set()
    await store.talk.advance(datetime.now(UTC))

    await a_period_later(store)
    assert await poller.look()

    assert await keys(store) == {"old"}
    made(fake, "new", 2)
    await a_period_later(store)
    assert await poller.look()
    poll = await store.talk.poll()
    assert poll is not None
    assert (poll.beginning, poll.watermark) == (SPACE_MADE, SPACE_MADE + timedelta(minutes=2))


async def test_without_a_beginning_it_begins_now(
    fake: FakeTalk, store: Store, talk: KonturTalk, settings: Settings
) -> None:
    fake.add(FakeRecording("old", b"", created=datetime.now(UTC) - timedelta(seconds=30)))
    poller = Poller(store, talk, settings.kontur_talk)
    assert await poller.look()
    fake.add(FakeRecording("new", b"", created=datetime.now(UTC)))
    await a_period_later(store)
    assert await poller.look()
    assert await keys(store) == {"new"}, "the overlap does not reach before the beginning"


async def test_a_period_is_kept_by_all_pollers_together(fake: FakeTalk, store: Store, poller: Poller) -> None:
    assert await poller.look()
    assert not await poller.look()
    await a_period_later(store)
    assert await poller.look()


async def test_a_clock_that_is_set_back_stops_no_poller(fake: FakeTalk, store: Store, poller: Poller) -> None:
    assert await poller.look()
    await store._database.changed("UPDATE talk_poll SET polled_at = polled_at + interval '1 day'")
    made(fake, "r1", 1)
    assert await poller.look()
    assert await keys(store) == {"r1"}
    assert not await poller.look()


async def test_a_recording_of_the_future_hides_none_of_now(fake: FakeTalk, store: Store, poller: Poller) -> None:
    fake.add(FakeRecording("future", b"", created=datetime.now(UTC) + timedelta(days=30)))
    assert await poller.look()
    fake.add(FakeRecording("now", b"", created=datetime.now(UTC)))
    await a_period_later(store)
    assert await poller.look()
    assert await keys(store) == {"future", "now"}


async def test_what_comes_late_is_found_within_the_overlap(fake: FakeTalk, store: Store, poller: Poller) -> None:
    made(fake, "r1", 10)
    await poller.look()
    made(fake, "late", 9.5)
    made(fake, "too-late", 8)
    await a_period_later(store)
    await poller.look()
    assert await keys(store) == {"r1", "late"}


async def test_one_poller_looks_at_a_time(fake: FakeTalk, store: Store, poller: Poller) -> None:
    made(fake, "r1", 1)
    fake.troubles.slow_seconds = 0.2
    looked = await asyncio.gather(*(poller.look() for _ in range(5)))
    assert sum(looked) == 1
    assert len(fake.asked) == 1


async def test_the_lock_is_free_when_its_holder_has_gone(store: Store, poller: Poller) -> None:
    async with store.alone(Lock.POLL) as alone:
        assert alone
        assert not await poller.look()
    assert await poller.look()


async def test_the_lock_is_free_when_its_holders_connection_is_lost(store: Store, poller: Poller) -> None:
    async with store.alone(Lock.POLL):
        await cut_off_locks(store)
        assert await poller.look()


async def test_a_list_in_a_circle_keeps_what_was_found_and_says_so(
    fake: FakeTalk, store: Store, poller: Poller
) -> None:
    made(fake, "r1", 1)
    made(fake, "r2", 2)
    fake.troubles.endless_list = True
    assert await poller.look()
    poll = await store.talk.poll()
    assert poll is not None
    assert poll.trouble is not None
    assert "circle" in poll.trouble
    assert await keys(store) == {"r1", "r2"}
    fake.troubles.endless_list = False
    await a_period_later(store)
    await poller.look()
    poll = await store.talk.poll()
    assert poll is not None
    assert poll.trouble is None


async def test_an_odd_recording_does_not_keep_the_others_from_being_found(
    fake: FakeTalk, store: Store, poller: Poller, caplog: pytest.LogCaptureFixture
) -> None:
    made(fake, "r1", 1)
    for number, key in enumerate([None, "r2/" + "x" * 1000]):
        odd = made(fake, f"odd{number}", 2)
        view = odd.view() | {"key": key}
        odd.view = lambda view=view: view  # type: ignore[method-assign,misc]
    made(fake, "r3", 3)
    assert await poller.look()
    assert await keys(store) == {"r1", "r3"}
    told = [record.key for record in caplog.records if record.levelname == "WARNING"]  # type: ignore[attr-defined]
    assert told == ["None", shortened("r2/" + "x" * 1000)]
    assert len(told[1]) < 100


async def test_a_refusal_is_said_and_forgotten_when_it_has_passed(fake: FakeTalk, store: Store, poller: Poller) -> None:
    made(fake, "r1", 1)
    fake.troubles.key_refused = True
    assert await poller.look()
    poll = await store.talk.poll()
    assert poll is not None
    assert poll.trouble == "Kontur Talk refuses the API key (401): it is wrong or has expired."
    fake.troubles.key_refused = False
    await a_period_later(store)
    await poller.look()
    assert await keys(store) == {"r1"}


async def test_a_fault_of_ours_is_said_and_does_not_end_the_poller(
    fake: FakeTalk, store: Store, poller: Poller, monkeypatch: pytest.MonkeyPatch
) -> None:
    made(fake, "r1", 1)
    with monkeypatch.context() as broken:
        broken.setattr("ingest.kontur_talk.poller.is_key", lambda key: 1 / 0)
        assert await poller.look()
    poll = await store.talk.poll()
    assert poll is not None
    assert poll.trouble == "An error inside CallScribe; the server's log tells more."
    await a_period_later(store)
    await poller.look()
    assert await keys(store) == {"r1"}


async def test_recordings_of_no_possible_time_are_found_too(fake: FakeTalk, store: Store, poller: Poller) -> None:
    for number, moment in enumerate(["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"]):
        recording = made(fake, f"r{number}", number)
        view = recording.view() | {"createdDate": moment}
        recording.view = lambda view=view: view  # type: ignore[method-assign,misc]
    assert await poller.look()
    assert await keys(store) == {"r0", "r1"}
    poll = await store.talk.poll()
    assert poll is not None
    assert (poll.watermark, poll.trouble) == (SPACE_MADE, None)


async def test_found_by_event_and_poller_is_one_arrival(fake: FakeTalk, store: Store, poller: Poller) -> None:
    made(fake, "r1", 1)
    await store.arrivals.completed("e1", "r1")
    await poller.look()
    arrival = (await store.arrivals.of(["r1"]))["r1"]
    assert (arrival.found_by, arrival.title) == (FoundBy.WEBHOOK, "Планёрка")
    assert await keys(store) == {"r1"}
