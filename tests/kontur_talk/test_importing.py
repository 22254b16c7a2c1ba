"""From an arrival to a task, whatever Kontur Talk does meanwhile."""

from __future__ import annotations

import asyncio
import errno
import hashlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest

from callscribe.arrivals import Arrival, ArrivalState, FoundBy
from callscribe.blobs import Blobs, StoredBlob
from callscribe.blobs.stores import open_store
from callscribe.domain import Source, TaskStatus
from callscribe.errors import ClaimLost
from callscribe.media.decoder import Decoder
from callscribe.schemas.recordings import MOST_SPEAKERS
from callscribe.settings import Settings
from callscribe.store import Store, TaskFilter
from ingest.kontur_talk.client import KonturTalk
from ingest.kontur_talk.importing import Importer, Stands
from ingest.kontur_talk.patience import GRACE
from tests.api.house import wav_bytes
from tests.kontur_talk.conftest import QUEUE_LIMIT
from tests.kontur_talk.fake import MOST_PARTICIPANTS, FakeRecording, FakeTalk, Troubles
from tests.kontur_talk.making import make_due, until, wear_out
from tests.postgres import PostgresServer
from tests.store.making import LEASE, new_recording, register

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
    asked = await store.arrivals.ask_for("r1", None)
    assert asked.refused_for == timedelta(), "and has all our patience again"
    await importer.import_one()
    assert (await state_of(store)).state is ArrivalState.IMPORTED


async def test_a_file_that_never_comes_is_given_up(fake: FakeTalk, store: Store, importer: Importer) -> None:
    fake.add(FakeRecording("r1", MEDIA, file_there=False))
    await store.arrivals.completed("e1", "r1")
    await wear_out(store, timedelta(hours=73))
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
    await wear_out(store, timedelta(hours=2))
    await make_due(store)
    await importer.import_one()
    arrival = await state_of(store)
    assert arrival.state is ArrivalState.FAILED
    assert arrival.error is not None
    assert arrival.error.code == "kontur_talk_recording_gone"


async def test_a_recording_that_was_found_may_be_missing_for_a_moment(
    fake: FakeTalk, store: Store, importer: Importer
) -> None:
    recording = fake.add(FakeRecording("r1", MEDIA, described=False))
    await store.arrivals.found({"r1": "Планёрка"})
    await importer.import_one()
    assert (await state_of(store)).state is ArrivalState.WAITING
    recording.described = True
    await make_due(store)
    await importer.import_one()
    assert await tasks(store) == ["r1"]


async def give_up(store: Store, importer: Importer) -> None:
    """Let the importer look for what is missing until it does so no more."""
    for _ in range(100):
        await make_due(store)
        if not await importer.import_one():
            break
    assert (await state_of(store)).state is ArrivalState.FAILED


@pytest.mark.parametrize("news", ["an event", "the list"])
async def test_news_of_a_recording_that_was_missed_has_it_looked_for_anew_once(
    fake: FakeTalk, store: Store, importer: Importer, news: str
) -> None:
    async def hear(number: int) -> None:
        if news == "an event":
            await store.arrivals.completed(f"e{number}", "r1")
        else:
            await store.arrivals.found({"r1": None})

    await hear(1)
    await give_up(store, importer)
    failed = await state_of(store)

    await hear(2)

    revived = await state_of(store)
    assert (revived.state, revived.refused_for, revived.error) == (ArrivalState.WAITING, timedelta(), failed.error)
    await give_up(store, importer)
    await hear(3)
    assert (await state_of(store)).state is ArrivalState.FAILED, "once, not for ever"
    fake.add(FakeRecording("r1", MEDIA))
    await store.arrivals.ask_for("r1", None)
    await importer.import_one()
    assert await tasks(store) == ["r1"]


async def test_what_is_no_media_yet_is_waited_for(fake: FakeTalk, store: Store, importer: Importer) -> None:
    recording = fake.add(FakeRecording("r1", b"<!doctype html><title>Wait</title>"))
    await store.arrivals.completed("e1", "r1")
    await importer.import_one()
    arrival = await state_of(store)
    assert (arrival.state, arrival.error and arrival.error.code) == (ArrivalState.WAITING, "not_media")
    await give_up(store, importer)
    recording.media = MEDIA
    await store.arrivals.completed("e2", "r1")
    await importer.import_one()
    assert await tasks(store) == ["r1"]


async def test_news_of_what_is_too_large_changes_nothing(
    fake: FakeTalk, store: Store, settings: Settings, importer: Importer
) -> None:
    importer._settings = settings.model_copy(update={"max_upload_bytes": len(MEDIA) - 1})
    fake.add(FakeRecording("r1", MEDIA))
    await store.arrivals.completed("e1", "r1")
    await importer.import_one()
    failed = await state_of(store)
    await store.arrivals.completed("e2", "r1")
    await store.arrivals.found({"r1": None})
    assert await state_of(store) == failed


async def test_patience_is_as_long_as_the_pauses_after_refusals(
    fake: FakeTalk, store: Store, importer: Importer
) -> None:
    fake.add(FakeRecording("r1", MEDIA, file_there=False))
    await store.arrivals.completed("e1", "r1")
    for _ in range(4):
        await importer.import_one()
        await make_due(store)
    assert (await state_of(store)).refused_for == timedelta(seconds=5 + 10 + 20 + 40)


async def test_a_recording_that_is_denied_fails_after_a_while(fake: FakeTalk, store: Store, importer: Importer) -> None:
    fake.add(FakeRecording("r1", MEDIA))
    fake.troubles.denied.add("file")
    await store.arrivals.completed("e1", "r1")
    await importer.import_one()
    assert (await state_of(store)).state is ArrivalState.WAITING
    await wear_out(store, timedelta(hours=2))
    await make_due(store)
    await importer.import_one()
    arrival = await state_of(store)
    assert (arrival.state, arrival.error and arrival.error.code) == (ArrivalState.FAILED, "kontur_talk_access_denied")


def refuse_the_key(troubles: Troubles) -> None:
    troubles.key_refused = True


def take_the_scope_away(troubles: Troubles) -> None:
    troubles.denied.add("recordings")


def throttle(troubles: Troubles) -> None:
    troubles.throttled, troubles.retry_after = 1000, "3600"


def break_down(troubles: Troubles) -> None:
    troubles.broken = 1000


@pytest.mark.parametrize(
    ("begin", "code"),
    [
        (refuse_the_key, "kontur_talk_key_refused"),
        (take_the_scope_away, "kontur_talk_access_denied"),
        (throttle, "kontur_talk_unavailable"),
        (break_down, "kontur_talk_unavailable"),
    ],
)
async def test_what_befalls_the_whole_space_takes_nothing_from_the_patience_with_a_recording(
    fake: FakeTalk, store: Store, importer: Importer, begin: Callable[[Troubles], None], code: str
) -> None:
    fake.add(FakeRecording("r1", MEDIA))
    await store.arrivals.completed("e1", "r1")
    await wear_out(store, GRACE - timedelta(seconds=1))
    begin(fake.troubles)
    for _ in range(5):
        await make_due(store)
        await importer.import_one()
    arrival = await state_of(store)
    assert (arrival.state, arrival.error and arrival.error.code) == (ArrivalState.WAITING, code)
    assert arrival.refused_for == GRACE - timedelta(seconds=1)

    fake.troubles = Troubles(throttled=4, retry_after="3600")
    for _ in range(5):
        await make_due(store)
        await importer.import_one()

    assert await tasks(store) == ["r1"]


@pytest.mark.parametrize("status", [408, 429])
async def test_a_file_that_is_asked_patience_for_takes_nothing_from_ours(
    fake: FakeTalk, store: Store, importer: Importer, status: int
) -> None:
    """The list is answered all the while: a space may count its files on their own."""
    fake.add(FakeRecording("r1", MEDIA))
    fake.troubles.throttled_files = status
    await store.arrivals.completed("e1", "r1")
    await wear_out(store, timedelta(hours=73))
    await importer.import_one()
    assert ((await state_of(store)).state, (await state_of(store)).refused_for) == (
        ArrivalState.WAITING,
        timedelta(hours=73),
    )


async def test_a_recording_that_alone_breaks_the_space_is_given_up(
    fake: FakeTalk, store: Store, importer: Importer
) -> None:
    fake.add(FakeRecording("r1", MEDIA))
    fake.troubles.broken_files = True
    await store.arrivals.completed("e1", "r1")
    await importer.import_one()
    assert (await state_of(store)).refused_for == timedelta(seconds=5)
    await wear_out(store, timedelta(hours=73))
    await make_due(store)
    await importer.import_one()
    assert (await state_of(store)).state is ArrivalState.FAILED


@pytest.mark.parametrize(
    ("media", "code"), [(b"no media at all" * 100, "not_media"), (MEDIA + bytes(600 * 1024), "limit_exceeded")]
)
async def test_what_cannot_be_used_fails_and_leaves_nothing(  # noqa: PLR0917 - fixtures
    fake: FakeTalk, store: Store, blobs: Blobs, settings: Settings, importer: Importer, media: bytes, code: str
) -> None:
    importer._settings = settings.model_copy(update={"max_upload_bytes": 512 * 1024})
    fake.add(FakeRecording("r1", media))
    await store.arrivals.completed("e1", "r1")
    await wear_out(store, GRACE)
    await importer.import_one()
    arrival = await state_of(store)
    assert (arrival.state, arrival.error and arrival.error.code) == (ArrivalState.FAILED, code)
    assert (await tasks(store), await blobs.keys()) == ([], [])


@pytest.mark.parametrize("fault", [OSError(errno.ENOSPC, "No space left on device"), ZeroDivisionError()])
async def test_a_fault_of_ours_is_shown_and_waited_out_for_however_long(
    fake: FakeTalk, store: Store, importer: Importer, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def break_down() -> None:
        raise fault

    fake.add(FakeRecording("r1", MEDIA))
    await store.arrivals.completed("e1", "r1")
    await wear_out(store, timedelta(hours=73))
    with monkeypatch.context() as broken:
        broken.setattr("ingest.kontur_talk.importing.scratch_folder", break_down)
        for _ in range(3):
            assert await importer.import_one()
            arrival = await state_of(store)
            assert (arrival.state, arrival.refused_for) == (ArrivalState.WAITING, timedelta(hours=73))
            assert arrival.error is not None
            assert arrival.error.code == "internal_error"
            assert not await importer.import_one(), "it rests"
            await make_due(store)

    await importer.import_one()
    assert await tasks(store) == ["r1"]


async def test_a_full_queue_is_waited_out_and_nothing_is_fetched(
    fake: FakeTalk, store: Store, importer: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.kontur_talk.importing.IDLE_SECONDS", 0.02)
    fake.add(FakeRecording("r1", MEDIA))
    await store.arrivals.completed("e1", "r1")
    others = [await register(store) for _ in range(QUEUE_LIMIT)]
    working = asyncio.create_task(importer.run())
    await asyncio.sleep(0.3)
    waiting = await state_of(store)
    assert (fake.asked, waiting.attempts, waiting.refused_for) == ([], 0, timedelta())

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


class SlowBlobs(Blobs):
    """A real store; what is put waits at its door until it is let in."""

    def __init__(self, url: str) -> None:
        super().__init__(open_store(url, {}))
        self.waiting, self.let_in = asyncio.Event(), asyncio.Event()

    async def put(self, key: str, content: AsyncIterator[bytes]) -> StoredBlob:
        self.waiting.set()
        await self.let_in.wait()
        return await super().put(key, content)


async def test_who_only_seemed_dead_overwrites_nothing(  # noqa: PLR0917 - fixtures
    fake: FakeTalk, store: Store, blobs: Blobs, talk: KonturTalk, settings: Settings, importer: Importer
) -> None:
    """The first one stood still between its check and its writing, and the file is another by now."""
    recording = fake.add(FakeRecording("r1", MEDIA))
    slow = SlowBlobs(settings.blobs)
    await store.arrivals.completed("e1", "r1")
    first = asyncio.create_task(Importer(Stands(store, slow, Decoder(settings.decode), talk, settings)).import_one())
    await slow.waiting.wait()
    recording.media = wav_bytes(3.0)
    await make_due(store)
    await importer.import_one()
    slow.let_in.set()
    await first

    arrival = await state_of(store)
    assert arrival.task_id is not None
    task = await store.task(arrival.task_id)
    assert await blobs.keys() == [task.media_key]
    stored = b"".join([piece async for piece in blobs.read(task.media_key)])
    assert (stored, task.media_sha256) == (recording.media, hashlib.sha256(recording.media).hexdigest())


async def test_who_has_lost_an_arrival_registers_nothing(store: Store) -> None:
    await store.arrivals.completed("e1", "r1")
    lost = await store.arrivals.claim(lease=timedelta())
    held = await store.arrivals.claim(lease=LEASE)
    assert lost is not None
    assert held is not None
    for arrival, made in ((lost, False), (held, True)):
        recording = new_recording("r1", source=Source.KONTUR_TALK)
        if made:
            assert (await store.register(recording, queue_limit=9, arrival=arrival)).created
        else:
            with pytest.raises(ClaimLost):
                await store.register(recording, queue_limit=9, arrival=arrival)


async def test_participants_come_with_the_recording(fake: FakeTalk, store: Store, importer: Importer) -> None:
    people = [f"Участник {number}" for number in range(MOST_PARTICIPANTS + 3)]
    fake.add(FakeRecording("r1", MEDIA, tracks=[(name, []) for name in [*people, people[0]]]))
    fake.add(FakeRecording("r2", wav_bytes(1.0), tracks=[("Иван Орлов", [])]))
    for key in ("r1", "r2"):
        await store.arrivals.completed(key, key)
        await importer.import_one()
    known = [await store.known(Source.KONTUR_TALK, key) for key in ("r1", "r2")]
    assert [task and task.participants for task in known] == [tuple(people), ("Иван Орлов",)]


async def test_of_too_many_participants_the_first_are_taken(fake: FakeTalk, store: Store, importer: Importer) -> None:
    recording = fake.add(FakeRecording("r1", MEDIA, tracks=[(f"Участник {n}", []) for n in range(MOST_SPEAKERS + 5)]))
    view = recording.view() | {"participants": recording.participants()}
    recording.view = lambda: view  # type: ignore[method-assign]
    await store.arrivals.completed("e1", "r1")
    await importer.import_one()
    known = await store.known(Source.KONTUR_TALK, "r1")
    assert known is not None
    assert known.participants == tuple(f"Участник {n}" for n in range(MOST_SPEAKERS))


async def test_participants_that_are_denied_are_done_without(fake: FakeTalk, store: Store, importer: Importer) -> None:
    fake.add(FakeRecording("r1", MEDIA, tracks=[(f"Участник {number}", []) for number in range(9)]))
    fake.troubles.denied.add("participants")
    await store.arrivals.completed("e1", "r1")
    await importer.import_one()
    known = await store.known(Source.KONTUR_TALK, "r1")
    assert known is not None
    assert len(known.participants) == MOST_PARTICIPANTS


async def test_a_moment_before_all_time_is_none(fake: FakeTalk, store: Store, importer: Importer) -> None:
    recording = fake.add(FakeRecording("r1", MEDIA))
    view = recording.view() | {"createdDate": "0001-01-01T00:00:00", "participants": None}
    recording.view = lambda: view  # type: ignore[method-assign]
    await store.arrivals.completed("e1", "r1")
    await importer.import_one()
    known = await store.known(Source.KONTUR_TALK, "r1")
    assert known is not None
    assert known.recorded_at is None


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


async def test_in_whatever_case_its_key_is_told_it_is_one_task(
    fake: FakeTalk, store: Store, blobs: Blobs, importer: Importer
) -> None:
    fake.add(FakeRecording("r1", MEDIA))
    fake.troubles.any_case = True
    await store.arrivals.completed("e1", "R1")
    await importer.import_one()
    assert await store.arrivals.of(["R1"]) == {}
    assert ((await state_of(store)).state, (await state_of(store)).found_by) == (ArrivalState.WAITING, FoundBy.WEBHOOK)
    await store.arrivals.found({"r1": "Планёрка"})
    await importer.import_one()
    imported = await state_of(store)

    await store.arrivals.end_transcript(imported, taken=False)
    await store.arrivals.transcript_ready("t1", "R1")
    await importer.import_one()

    assert await tasks(store) == ["r1"]
    assert len(await blobs.keys()) == 1
    assert list(await store.arrivals.of(["r1", "R1"])) == ["r1"]
    assert (await state_of(store)).task_id == imported.task_id
    due = await store.arrivals.due_transcript()
    assert due is not None
    assert due.key == "r1", "the event of a transcript meets it too"


async def test_a_recording_that_is_answered_for_another_is_not_taken(
    fake: FakeTalk, store: Store, importer: Importer
) -> None:
    recording = fake.add(FakeRecording("r1", MEDIA))
    view = recording.view() | {"key": "r2"}
    recording.view = lambda: view  # type: ignore[method-assign]
    await store.arrivals.completed("e1", "r1")
    await importer.import_one()
    arrival = await state_of(store)
    assert (arrival.state, arrival.error and arrival.error.code) == (ArrivalState.WAITING, "kontur_talk_bad_answer")
    assert await tasks(store) == []


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
