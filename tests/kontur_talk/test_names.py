"""Real names: by Kontur Talk's transcript, whether it is ready before ours or after."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from callscribe.blobs import Blobs
from callscribe.domain import Language, NameOrigin, Source, SpeakerName, Stage, TaskId, TaskStatus, Track, Turn, Word
from callscribe.glossary.terms import Terms
from callscribe.media.chunks import Chunk
from callscribe.media.decoder import Decoder
from callscribe.schemas import ResultView
from callscribe.settings import Settings
from callscribe.store import Store
from callscribe.store.locks import Lock
from callscribe.transcript.naming import names_by_overlap
from ingest.kontur_talk.client import KonturTalk
from ingest.kontur_talk.importing import Importer
from ingest.kontur_talk.models import Transcript, UserRef
from ingest.kontur_talk.naming import Namer, tracks_of
from serve_app.pipeline import Pipeline
from tests.api.house import wav_bytes
from tests.kontur_talk.fake import FakeRecording, FakeTalk, Troubles
from tests.kontur_talk.making import cut_off_locks, finish, make_due, spoken, wear_out
from tests.serve_app.conftest import MEETING, PAUSES
from tests.serve_app.models import ScriptedModels
from tests.store.making import LEASE

SAID = spoken((1, 0, 20), (2, 20, 40), (1, 40, 60))
TRACKS = [("Иван Орлов", [(0.0, 19.0), (41.0, 60.0)]), ("Мария Кузнецова", [(20.5, 40.0)])]
NAMES = {
    1: SpeakerName("Иван Орлов", NameOrigin.KONTUR_TALK),
    2: SpeakerName("Мария Кузнецова", NameOrigin.KONTUR_TALK),
}


@pytest.fixture
async def task_id(fake: FakeTalk, store: Store, importer: Importer) -> TaskId:
    """A task whose recording came from Kontur Talk; Kontur Talk's own transcript is ready."""
    fake.add(FakeRecording("r1", MEETING.read_bytes(), tracks=TRACKS))
    await store.arrivals.completed("e1", "r1")
    await importer.import_one()
    task = await store.known(Source.KONTUR_TALK, "r1")
    assert task is not None
    return task.id


async def test_a_transcript_that_is_ready_after_ours_names_the_speakers(
    store: Store, namer: Namer, task_id: TaskId
) -> None:
    await finish(store, SAID)
    assert (await store.result(task_id)).names == {}

    assert await namer.take_one()

    result = await store.result(task_id)
    assert result.names == NAMES
    shown = ResultView.of(result)
    assert [(each.name, each.name_origin) for each in shown.participants] == [
        ("Иван Орлов", "kontur_talk"),
        ("Мария Кузнецова", "kontur_talk"),
    ]
    assert shown.transcription.startswith("Иван Орлов: слово")
    assert {segment.speaker for segment in shown.segments} == {"Спикер 1", "Спикер 2"}
    assert not await namer.take_one()


async def test_a_transcript_that_is_ready_before_ours_names_the_speakers_for_the_protocol_too(  # noqa: PLR0917 - fixtures
    store: Store, blobs: Blobs, settings: Settings, fake: FakeTalk, importer: Importer, namer: Namer
) -> None:
    tracks = [("Иван Орлов", [(0.0, 19.5)]), ("Мария Кузнецова", [(20.0, 105.0)])]
    fake.add(FakeRecording("r1", MEETING.read_bytes(), tracks=tracks))
    await store.arrivals.completed("e1", "r1")
    await importer.import_one()
    assert await namer.take_one()
    claim = await store.claim(lease=LEASE, max_attempts=3)
    assert claim is not None
    models = TalkativeModels()

    await Pipeline(store, blobs, Decoder(settings.decode), models, PAUSES, glossary=Terms(())).run(
        claim, last_attempt=False
    )

    names = {1: "Иван Орлов", 2: "Мария Кузнецова"}
    assert (await store.result(claim.task.id)).speaker_names == names
    assert [brief.speaker_names for brief in models.briefs] == [names]


async def test_names_that_cannot_be_made_out_cost_nothing_else(  # noqa: PLR0917 - fixtures
    store: Store, blobs: Blobs, settings: Settings, namer: Namer, task_id: TaskId, monkeypatch: pytest.MonkeyPatch
) -> None:
    await namer.take_one()
    claim = await store.claim(lease=LEASE, max_attempts=3)
    assert claim is not None
    monkeypatch.setattr("serve_app.pipeline.names_by_overlap", lambda _turns, _tracks: 1 / 0)
    pipeline = Pipeline(store, blobs, Decoder(settings.decode), TalkativeModels(), PAUSES, glossary=Terms(()))
    await pipeline.run(claim, last_attempt=False)
    result = await store.result(task_id)
    assert (result.task.status, result.names) == (TaskStatus.COMPLETED, {})


async def test_transcript_and_tracks_that_come_at_once_still_meet(store: Store, namer: Namer, task_id: TaskId) -> None:
    claim = await store.claim(lease=LEASE, max_attempts=3)
    assert claim is not None

    async def worker() -> None:
        await store.save_transcript(claim, SAID, duration_seconds=100.0)
        await store.name_speakers(task_id, names_by_overlap)

    await asyncio.gather(worker(), namer.take_one())
    assert (await store.result(task_id)).names == NAMES


async def test_a_name_that_a_person_gave_stays(store: Store, namer: Namer, task_id: TaskId) -> None:
    await finish(store, SAID)
    await store.name_by_hand(task_id, {1: "Ваня"})
    await namer.take_one()
    assert (await store.result(task_id)).names == {1: SpeakerName("Ваня", NameOrigin.PERSON), 2: NAMES[2]}


async def test_voices_that_are_told_apart_anew_are_named_anew(store: Store, namer: Namer, task_id: TaskId) -> None:
    await finish(store, SAID)
    await namer.take_one()
    await store.retry(task_id, from_stage=Stage.DIARIZING, queue_limit=10)
    await finish(store, spoken((1, 20, 40), (2, 40, 60)))
    assert (await store.result(task_id)).names == {}, "the old numbers mean other voices now"
    await store.name_speakers(task_id, names_by_overlap)
    assert (await store.result(task_id)).speaker_names == {1: "Мария Кузнецова", 2: "Иван Орлов"}


@pytest.mark.parametrize("status", ["inProgress", "error"])
async def test_a_transcript_that_is_not_ready_is_taken_when_an_event_says_that_it_is(
    fake: FakeTalk, store: Store, namer: Namer, task_id: TaskId, status: str
) -> None:
    await finish(store, SAID)
    fake.recordings["r1"].transcript_status = status
    assert await namer.take_one()
    assert not await namer.take_one(), "it rests"
    fake.recordings["r1"].transcript_status = "complete"

    await store.arrivals.transcript_ready("e2", "r1")

    assert await namer.take_one()
    assert (await store.result(task_id)).names == NAMES


@pytest.mark.parametrize("status", ["inProgress", "error"])
@pytest.mark.parametrize("patience", [timedelta(), timedelta(hours=25)], ids=["patient", "for the last time"])
async def test_an_event_that_comes_while_its_transcript_is_asked_for_is_not_lost(  # noqa: PLR0917 - fixtures
    fake: FakeTalk,
    store: Store,
    talk: KonturTalk,
    namer: Namer,
    task_id: TaskId,
    monkeypatch: pytest.MonkeyPatch,
    status: str,
    patience: timedelta,
) -> None:
    await finish(store, SAID)
    await wear_out(store, patience)
    fake.recordings["r1"].transcript_status = status
    transcript = talk.transcript

    async def just_before_it_is_ready(key: str) -> Transcript:
        answer = await transcript(key)
        fake.recordings["r1"].transcript_status = "complete"
        await store.arrivals.transcript_ready("e2", "r1")
        return answer

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(talk, "transcript", just_before_it_is_ready)
        assert await namer.take_one()

    assert await namer.take_one()
    assert (await store.result(task_id)).names == NAMES


async def test_a_transcript_that_is_slow_is_asked_for_again(
    fake: FakeTalk, store: Store, namer: Namer, task_id: TaskId
) -> None:
    await finish(store, SAID)
    fake.troubles.broken = 100
    assert await namer.take_one()
    assert not await namer.take_one()
    fake.troubles.broken = 0
    await make_due(store)
    assert await namer.take_one()
    assert (await store.result(task_id)).names == NAMES


async def test_a_transcript_that_never_comes_is_asked_for_no_more(
    fake: FakeTalk, store: Store, namer: Namer, task_id: TaskId
) -> None:
    fake.recordings["r1"].tracks = []
    await wear_out(store, timedelta(hours=25))
    assert await namer.take_one()
    await make_due(store)
    assert not await namer.take_one()


async def test_an_outage_takes_nothing_from_the_patience_with_a_transcript(
    fake: FakeTalk, store: Store, namer: Namer, task_id: TaskId
) -> None:
    await finish(store, SAID)
    await wear_out(store, timedelta(hours=25))
    for trouble in ({"key_refused": True}, {"broken": 1000}, {"denied": {"recordings"}}):
        fake.troubles = Troubles(**trouble)
        await make_due(store)
        assert await namer.take_one()
    fake.troubles = Troubles()
    await make_due(store)
    assert await namer.take_one()
    assert (await store.result(task_id)).names == NAMES


async def test_a_transcript_that_alone_is_denied_is_asked_for_no_more(
    fake: FakeTalk, store: Store, namer: Namer, task_id: TaskId
) -> None:
    fake.troubles.denied.add("transcript")
    assert await namer.take_one()
    await make_due(store)
    assert not await namer.take_one()


async def test_a_transcript_that_breaks_us_keeps_no_other_waiting(  # noqa: PLR0917 - fixtures
    fake: FakeTalk, store: Store, namer: Namer, importer: Importer, task_id: TaskId, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.add(FakeRecording("r2", wav_bytes(2.0), tracks=[("Пётр", [(0.0, 2.0)])]))
    await store.arrivals.completed("e2", "r2")
    await importer.import_one()
    with monkeypatch.context() as broken:
        broken.setattr("ingest.kontur_talk.naming.tracks_of", lambda transcript: 1 / 0)
        assert await namer.take_one()
    assert await namer.take_one()
    assert not await namer.take_one()
    saved = await store._database.fetch("SELECT name FROM tracks")
    assert [row["name"] for row in saved] == ["Пётр"]


async def test_a_transcript_that_breaks_us_is_asked_for_no_longer_than_a_day(
    store: Store, namer: Namer, task_id: TaskId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.kontur_talk.naming.tracks_of", lambda transcript: 1 / 0)
    for waited, asked_again in ((timedelta(hours=23), True), (timedelta(hours=25), False)):
        await wear_out(store, waited)
        await make_due(store)
        assert await namer.take_one()
        await make_due(store)
        assert (await store.arrivals.due_transcript() is not None) is asked_again


async def test_transcripts_are_left_to_who_is_at_them(
    fake: FakeTalk, store: Store, namer: Namer, task_id: TaskId
) -> None:
    async with store.alone(Lock.TRANSCRIPTS) as alone:
        assert alone
        await namer._turn()
    assert not transcripts_asked(fake)
    await namer._turn()
    assert transcripts_asked(fake) == ["r1"]


async def test_who_has_lost_the_lock_takes_no_more_beside_its_next_holder(  # noqa: PLR0917 - fixtures
    fake: FakeTalk,
    store: Store,
    talk: KonturTalk,
    namer: Namer,
    importer: Importer,
    task_id: TaskId,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fake.add(FakeRecording("r2", wav_bytes(2.0), tracks=[("Пётр", [(0.0, 2.0)])]))
    await store.arrivals.completed("e2", "r2")
    await importer.import_one()
    transcript = talk.transcript
    async with AsyncExitStack() as next_holder:

        async def while_the_lock_changes_hands(key: str) -> Transcript:
            await cut_off_locks(store)
            assert await next_holder.enter_async_context(store.alone(Lock.TRANSCRIPTS))
            return await transcript(key)

        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(talk, "transcript", while_the_lock_changes_hands)
            await namer._turn()
        assert transcripts_asked(fake) == ["r1"]
    await namer._turn()
    assert transcripts_asked(fake) == ["r1", "r2"]


def transcripts_asked(fake: FakeTalk) -> list[str]:
    """The keys of the recordings whose transcripts were asked for."""
    return [asked.split("/")[-2] for asked in fake.asked if asked.endswith("/transcript")]


async def test_names_are_made_out_anew_of_what_has_changed_meanwhile(
    store: Store, namer: Namer, task_id: TaskId
) -> None:
    await finish(store, SAID)
    await store.save_tracks(task_id, [Track("Иван Орлов", ((0.0, 20.0),))])
    matched: list[list[str]] = []
    begun, go_on = threading.Event(), threading.Event()

    def slowly(turns: Sequence[Turn], tracks: Sequence[Track]) -> dict[int, str]:
        matched.append([track.name for track in tracks])
        begun.set()
        assert go_on.wait(timeout=30)
        return names_by_overlap(turns, tracks)

    naming = asyncio.create_task(store.name_speakers(task_id, slowly))
    await asyncio.to_thread(begun.wait)
    await store.save_tracks(task_id, [Track("Мария Кузнецова", ((0.0, 20.0),))])
    go_on.set()
    await naming

    assert matched == [["Иван Орлов"], ["Мария Кузнецова"]]
    assert (await store.result(task_id)).speaker_names == {1: "Мария Кузнецова"}


async def test_another_recordings_transcript_is_not_believed(
    fake: FakeTalk, store: Store, namer: Namer, task_id: TaskId
) -> None:
    await finish(store, SAID)
    fake.recordings["r1"].tracks = [("Чужой", [(0.0, 20.0), (40.0, 600.0)])]
    await namer.take_one()
    assert (await store.result(task_id)).names == {}


async def test_an_event_before_everything_else_is_not_lost(
    fake: FakeTalk, store: Store, importer: Importer, namer: Namer
) -> None:
    fake.add(FakeRecording("r1", MEETING.read_bytes(), tracks=TRACKS))
    await store.arrivals.transcript_ready("e1", "r1")
    assert not await namer.take_one(), "there is no task to name anybody in"
    await importer.import_one()
    await finish(store, SAID)
    assert await namer.take_one()
    task = await store.known(Source.KONTUR_TALK, "r1")
    assert task is not None
    assert (await store.result(task.id)).names == NAMES


def test_who_of_several_at_one_device_it_was_counts_first() -> None:
    chunk = {"startTimeOffsetInMillis": 0, "endTimeOffsetInMillis": 1500}
    transcript = Transcript.model_validate(
        {
            "status": "complete",
            "tracks": [
                {
                    "speaker": {"userInfo": {"firstname": "Переговорная"}},
                    "chunks": [chunk, chunk | {"diarizedSpeaker": {"anonymousName": "Ольга"}}],
                },
                {"speaker": {}, "chunks": [chunk]},
                {"speaker": {"anonymousName": "Гость"}, "chunks": None},
            ],
        }
    )
    assert [(track.name, track.spans) for track in tracks_of(transcript)] == [
        ("Переговорная", ((0.0, 1.5),)),
        ("Ольга", ((0.0, 1.5),)),
    ]


class TalkativeModels(ScriptedModels):
    """Hears a word a second, so that there is something to overlap."""

    async def transcribe(self, chunk: Chunk, language: Language) -> tuple[Word, ...]:
        return tuple(
            Word(chunk.start + second, chunk.start + second + 0.9, f"слово{chunk.start + second:.0f}", 0.9)
            for second in range(int(chunk.seconds))
        )


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("  Пётр\n\tСидоров ", "Пётр Сидоров"),
        ("я" * 5008, "я" * 200),
        ("я" * 199 + " " + "я" * 9, "я" * 199),
        ("Спикер 1", None),
        ("speaker  12", None),
        ("Спикер Сидоров", "Спикер Сидоров"),
        ("\n", None),
    ],
)
def test_a_guest_is_called_as_they_say_within_reason(given: str, name: str | None) -> None:
    assert UserRef(anonymous_name=given).name == name
    chunk = {"startTimeOffsetInMillis": 0, "endTimeOffsetInMillis": 1000}
    track = {"speaker": {"anonymousName": given}, "chunks": [chunk]}
    told = tracks_of(Transcript.model_validate({"status": "complete", "tracks": [track]}))
    assert [each.name for each in told] == ([] if name is None else [name])
