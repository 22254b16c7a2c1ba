"""From an arrival to a task, whatever Kontur Talk does meanwhile."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from callscribe.arrivals import Arrival, ArrivalState
from callscribe.blobs import Blobs
from callscribe.domain import Source, TaskStatus
from callscribe.media.decoder import Decoder
from callscribe.settings import Settings
from callscribe.store import Store, TaskFilter
from ingest.kontur_talk.client import KonturTalk
from ingest.kontur_talk.importing import Importer, Stands
from tests.api.house import wav_bytes
from tests.kontur_talk.conftest import QUEUE_LIMIT
from tests.kontur_talk.fake import FakeRecording, FakeTalk
from tests.kontur_talk.making import age, make_due, until
from tests.postgres import PostgresServer
from tests.store.making import LEASE, register

MEDIA = wav_bytes(2.0, level=7)


async def state_of(store: Store, key: str = "r1") -> Arrival:
    return (await store.arrivals.of([key]))[key]


async def tasks(store: Store) -> list[str]:
    page = await store.tasks(TaskFilter(source=Source.KONTUR_TALK), limit=100, cursor=None)
    return [task.source_id for task in page.items]


async def test_a_recording_becomes_a_task(fake: FakeTalk, store: Store, blobs: Blobs, importer: Importer) -> None:
    fake.add(FakeRecording("r1", MEDIA, title="Планёрка  в понедельник", created=datetime(2026, 3, 2, 9, tzinfo=UTC)))
    await store.arrivals.completed("e1", "r1")

    assert await importer.import_one()

    arrival = await state_of(store)
    assert (arrival.state, arrival.error) == (ArrivalState.IMPORTED, None)
    assert arrival.task_id is not None
    task = await store.task(arrival.task_id)
    assert (task.source, task.source_id, task.status) == (Source.KONTUR_TALK, "r1", TaskStatus.QUEUED)
    assert (task.title, task.meeting_id, task.media_type) == ("Планёрка в понедельник", "mayak", "audio/wav")
    assert task.recorded_at == datetime(2026, 3, 2, 8, 59, 58, tzinfo=UTC)
    assert task.media_sha256 == hashlib.sha256(MEDIA).hexdigest()
    assert await blobs.keys() == [task.media_key]
    assert not await importer.import_one(), "nothing is left to do"


async def test_an_event_before_the_file_waits_for_it(fake: FakeTalk, store: Store, importer: Importer) -> None:
    recording = fake.add(FakeRecording("r1", MEDIA, file_there=False))
    await store.arrivals.completed("e1", "r1")
    for _ in range(3):
        assert await importer.import_one()
        arrival = await state_of(store)
        assert (arrival.state, arrival.error and arrival.error.code) == (
            ArrivalState.WAITING,
            "kontur_talk_not_there",
        )
        assert not await importer.import_one(), "it rests"
        await make_due(store)
    recording.file_there = True

    await importer.import_one()

    assert (await state_of(store)).state is ArrivalState.IMPORTED
    assert await tasks(store) == ["r1"]


async def test_an_empty_answer_is_no_file_yet(fake: FakeTalk, store: Store, importer: Importer) -> None:
    recording = fake.add(FakeRecording("r1", b""))
    await store.arrivals.completed("e1", "r1")
    await importer.import_one()
    assert (await state_of(store)).state is ArrivalState.WAITING
    recording.media, fake.troubles.no_content = MEDIA, 1
    for state in (ArrivalState.WAITING, ArrivalState.IMPORTED):
        await make_due(store)
        await importer.import_one()
        assert (await state_of(store)).state is state


async def test_who_asks_for_a_recording_does_not_wait_for_its_pause_to_end(
    fake: FakeTalk, store: Store, importer: Importer
) -> None:
    recording = fake.add(FakeRecording("r1", MEDIA, file_there=False))
    await store.arrivals.completed("e1", "r1")
    await importer.import_one()
    recording.file_there = True
    assert not await importer.import_one()
    await store.arrivals.ask_for("r1", None)
    await importer.import_one()
    assert (await state_of(store)).state is ArrivalState.IMPORTED


async def test_a_file_that_never_comes_is_given_up(fake: FakeTalk, store: Store, importer: Importer) -> None:
    fake.add(FakeRecording("r1", MEDIA, file_there=False))
    await store.arrivals.completed("e1", "r1")
    await age(store, "73 hours")
    await importer.import_one()
    arrival = await state_of(store)
    assert (arrival.state, arrival.error and arrival.error.message) == (
        ArrivalState.FAILED,
        "The recording's file is not there yet.",
    )


async def test_another_file_is_taken_where_the_history_tells_of_it(
    fake: FakeTalk, store: Store, importer: Importer
) -> None:
    fake.add(FakeRecording("r1", MEDIA, qualities=("360p",)))
    await store.arrivals.completed("e1", "r1")
    await importer.import_one()
    assert (await state_of(store)).state is ArrivalState.IMPORTED
    assert [asked for asked in fake.asked if "/file/" in asked][-1] == "GET /api/Recordings/r1/file/360p"


async def test_a_history_that_is_denied_is_done_without(fake: FakeTalk, store: Store, importer: Importer) -> None:
    fake.add(FakeRecording("r1", MEDIA, qualities=("360p",)))
    fake.troubles.denied |= {"history"}
    await store.arrivals.completed("e1", "r1")
    await importer.import_one()
    assert (await state_of(store)).state is ArrivalState.WAITING


async def test_a_recording_that_is_not_listed_yet_is_waited_for(
    fake: FakeTalk, store: Store, importer: Importer
) -> None:
    await store.arrivals.completed("e1", "r1")
    await importer.import_one()
    assert (await state_of(store)).state is ArrivalState.WAITING
    await age(store, "2 hours")
    await make_due(store)
    await importer.import_one()
    arrival = await state_of(store)
    assert arrival.state is ArrivalState.FAILED
    assert arrival.error is not None
    assert arrival.error.code == "kontur_talk_recording_gone"


async def test_a_recording_that_was_deleted_after_it_was_seen_fails_at_once(store: Store, importer: Importer) -> None:
    await store.arrivals.found({"r1": "Планёрка"})
    await importer.import_one()
    assert (await state_of(store)).state is ArrivalState.FAILED


async def test_a_recording_that_is_denied_fails_after_a_while(fake: FakeTalk, store: Store, importer: Importer) -> None:
    fake.add(FakeRecording("r1", MEDIA))
    fake.troubles.denied.add("file")
    await store.arrivals.completed("e1", "r1")
    await importer.import_one()
    assert (await state_of(store)).state is ArrivalState.WAITING
    await age(store, "2 hours")
    await make_due(store)
    await importer.import_one()
    arrival = await state_of(store)
    assert (arrival.state, arrival.error and arrival.error.code) == (ArrivalState.FAILED, "kontur_talk_access_denied")


async def test_a_key_that_has_expired_fails_nothing_however_long(
    fake: FakeTalk, store: Store, importer: Importer
) -> None:
    fake.add(FakeRecording("r1", MEDIA))
    fake.troubles.key_refused = True
    await store.arrivals.completed("e1", "r1")
    await age(store, "30 days")
    await importer.import_one()
    arrival = await state_of(store)
    assert (arrival.state, arrival.error and arrival.error.code) == (ArrivalState.WAITING, "kontur_talk_key_refused")
    fake.troubles.key_refused = False
    await make_due(store)
    await importer.import_one()
    assert await tasks(store) == ["r1"]


@pytest.mark.parametrize(
    ("media", "code"), [(b"no media at all" * 100, "not_media"), (MEDIA + bytes(600 * 1024), "limit_exceeded")]
)
async def test_what_cannot_be_used_fails_and_leaves_nothing(  # noqa: PLR0917 - fixtures
    fake: FakeTalk, store: Store, blobs: Blobs, settings: Settings, importer: Importer, media: bytes, code: str
) -> None:
    importer._settings = settings.model_copy(update={"max_upload_bytes": 512 * 1024})
    fake.add(FakeRecording("r1", media))
    await store.arrivals.completed("e1", "r1")
    await importer.import_one()
    arrival = await state_of(store)
    assert (arrival.state, arrival.error and arrival.error.code) == (ArrivalState.FAILED, code)
    assert (await tasks(store), await blobs.keys()) == ([], [])


async def test_a_full_queue_is_waited_out_and_nothing_is_fetched(
    fake: FakeTalk, store: Store, importer: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.kontur_talk.importing.IDLE_SECONDS", 0.02)
    fake.add(FakeRecording("r1", MEDIA))
    await store.arrivals.completed("e1", "r1")
    others = [await register(store) for _ in range(QUEUE_LIMIT)]
    working = asyncio.create_task(importer.run())
    await asyncio.sleep(0.3)
    assert (fake.asked, (await state_of(store)).attempts) == ([], 0)

    await store.delete(others[0])

    await until(lambda: tasks(store))
    working.cancel()
    await asyncio.wait([working])


async def test_two_importers_make_one_task_of_a_recording(
    fake: FakeTalk, store: Store, blobs: Blobs, importer: Importer
) -> None:
    """The first one's lease has ended while it was fetching."""
    fake.add(FakeRecording("r1", MEDIA))
    fake.troubles.slow_seconds = 0.2
    await store.arrivals.completed("e1", "r1")
    first = asyncio.create_task(importer.import_one())
    await asyncio.sleep(0.1)
    await make_due(store)
    await asyncio.gather(first, importer.import_one())
    assert await tasks(store) == ["r1"]
    assert (await state_of(store)).state is ArrivalState.IMPORTED
    assert len(await blobs.keys()) == 1


async def test_heard_of_from_everywhere_at_once_it_is_one_task(
    fake: FakeTalk, store: Store, blobs: Blobs, importer: Importer
) -> None:
    fake.add(FakeRecording("r1", MEDIA))
    await asyncio.gather(
        *(store.arrivals.completed(f"e{number}", "r1") for number in range(4)),
        *(store.arrivals.found({"r1": "Планёрка"}) for _ in range(4)),
        *(store.arrivals.ask_for("r1", "Планёрка") for _ in range(4)),
        store.arrivals.transcript_ready("t1", "r1"),
    )
    await asyncio.gather(*(importer.import_one() for _ in range(4)))
    await store.arrivals.ask_for("r1", "Планёрка")
    assert not await importer.import_one()
    assert await tasks(store) == ["r1"]
    assert len(await blobs.keys()) == 1


async def test_postgresql_that_is_killed_costs_time(
    fake: FakeTalk, mortal_postgres_server: PostgresServer, blobs: Blobs, talk: KonturTalk, settings: Settings
) -> None:
    store = await Store.connect(mortal_postgres_server.url(), patience=timedelta(seconds=30))
    await store.migrate()
    fake.add(FakeRecording("r1", MEDIA))
    fake.troubles.slow_pieces_seconds = 1
    await store.arrivals.completed("e1", "r1")
    importing = asyncio.create_task(Importer(Stands(store, blobs, Decoder(settings.decode), talk, settings)).run())

    async def downloading() -> bool:
        return fake.downloaded_bytes > 0

    await until(downloading)
    await asyncio.to_thread(mortal_postgres_server.kill)
    await asyncio.to_thread(mortal_postgres_server.start)
    await until(lambda: tasks(store))
    importing.cancel()
    await asyncio.wait([importing])
    assert await tasks(store) == ["r1"]
    await store.close()


async def test_a_recording_that_has_changed_at_its_source_stays_the_first_task(
    fake: FakeTalk, store: Store, importer: Importer
) -> None:
    recording = fake.add(FakeRecording("r1", MEDIA))
    await store.arrivals.completed("e1", "r1")
    await importer.import_one()
    first = (await state_of(store)).task_id
    recording.media = wav_bytes(3.0)
    await store._database.changed("UPDATE arrivals SET state = 'waiting', due_at = now(), task_id = NULL")
    asked = len(fake.asked)
    await importer.import_one()
    assert (await state_of(store)).task_id == first
    assert len(fake.asked) == asked, "what is here is not fetched again"


async def test_a_deleted_task_comes_back_only_by_hand(fake: FakeTalk, store: Store, importer: Importer) -> None:
    fake.add(FakeRecording("r1", MEDIA))
    await store.arrivals.completed("e1", "r1")
    await importer.import_one()
    before = await state_of(store)
    assert before.task_id is not None
    await store.delete(before.task_id)
    await store.arrivals.found({"r1": "Планёрка"})
    await store.arrivals.completed("e2", "r1")
    assert not await importer.import_one()

    asked = await store.arrivals.ask_for("r1", None)
    assert (asked.state, asked.task_id) == (ArrivalState.WAITING, None)
    await importer.import_one()

    after = await state_of(store)
    assert after.state is ArrivalState.IMPORTED
    assert after.task_id not in (None, before.task_id)


async def test_asking_for_what_is_here_changes_nothing(fake: FakeTalk, store: Store, importer: Importer) -> None:
    fake.add(FakeRecording("r1", MEDIA))
    await store.arrivals.completed("e1", "r1")
    await importer.import_one()
    before = await state_of(store)
    assert await store.arrivals.ask_for("r1", "Планёрка") == before


async def test_a_lease_that_is_renewed_is_not_taken(store: Store) -> None:
    await store.arrivals.completed("e1", "r1")
    arrival = await store.arrivals.claim(lease=timedelta(milliseconds=50))
    assert arrival is not None
    await store.arrivals.renew(arrival, lease=LEASE)
    await asyncio.sleep(0.1)
    assert await store.arrivals.claim(lease=LEASE) is None
