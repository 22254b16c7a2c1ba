"""The consumer over a real broker and a real store: what becomes of messages, whatever happens meanwhile."""

from __future__ import annotations

import asyncio
import hashlib
import random
from collections import Counter
from pathlib import Path
from typing import Any

import obstore
import pytest
from aiokafka import AIOKafkaProducer
from confluent_kafka import Producer

from callscribe.domain import RequestedLanguage, Source, Task, TaskStatus, Template
from ingest.kafka import settling
from ingest.kafka.client import connection
from ingest.kafka.dead_letters import DeadLetters
from ingest.kafka.intake import RecordingIntake
from ingest.kafka.lag import LagTeller
from tests.api.house import wav_bytes
from tests.ingest.kafka.house import House, until
from tests.ingest.media_host import Answer


async def test_a_message_becomes_a_task(house: House) -> None:
    await house.send(
        [
            house.message(
                "pbx/4711",
                title="Планёрка",
                language="ru",
                num_speakers=3,
                template="sales",
                started_at="2026-03-02T12:30:00+03:00",
                meeting_id="room-1",
                participants=["Анна Петрова", " Пётр "],
            )
        ]
    )
    async with house.consuming():
        await house.settled()
    (task,) = await house.tasks()
    assert (task.source, task.source_id, task.status) == (Source.KAFKA, "pbx/4711", TaskStatus.QUEUED)
    assert (task.title, task.requested_language, task.num_speakers) == ("Планёрка", RequestedLanguage.RU, 3)
    assert (task.template, task.meeting_id) == (Template.SALES, "room-1")
    assert task.participants == ("Анна Петрова", "Пётр")
    assert task.recorded_at is not None
    assert task.recorded_at.isoformat() == "2026-03-02T09:30:00+00:00"
    assert (task.media_type, task.duration_seconds) == ("audio/wav", 1.0)
    assert task.media_sha256 == hashlib.sha256(wav_bytes()).hexdigest()
    assert await house.blobs.exists(task.media_key)
    assert await house.dead_letters() == []


async def test_what_is_said_of_nothing_is_taken_from_the_media(house: House) -> None:
    house.host.answers["/%D0%B7%D0%B2%D0%BE%D0%BD%D0%BE%D0%BA.wav?t=1"] = Answer(wav_bytes())
    media = {"url": house.host.url("/%D0%B7%D0%B2%D0%BE%D0%BD%D0%BE%D0%BA.wav?t=1")}
    await house.send([house.message("1", media=media)])
    async with house.consuming():
        await house.settled()
    (task,) = await house.tasks()
    assert task.title == "звонок"


async def test_a_blob_goes_with_its_message(house: House, tmp_path: Path) -> None:
    recording = tmp_path / "4711.wav"
    recording.write_bytes(wav_bytes())
    await house.blobs.put_file("incoming/4711.wav", recording)
    await house.send([house.message("4711", media={"url": "blob:incoming/4711.wav"})] * 2)
    async with house.consuming():
        await house.settled()
    (task,) = await house.tasks()
    assert await house.blobs.keys() == [task.media_key]
    assert await house.dead_letters() == []


async def test_a_blob_that_a_quicker_message_has_taken_away_is_no_dead_letter(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = tmp_path / "4711.wav"
    recording.write_bytes(wav_bytes())
    await house.blobs.put_file("incoming/4711.wav", recording)
    message, intake, size = (
        house.message("4711", media={"url": "blob:incoming/4711.wav"}),
        house.intake(),
        house.blobs.size,
    )

    async def size_after_the_quicker(key: str) -> int:
        monkeypatch.setattr(house.blobs, "size", size)
        await intake.take_in(message)
        return await size(key)

    monkeypatch.setattr(house.blobs, "size", size_after_the_quicker)
    slower = await intake.take_in(message)
    assert [task.id for task in await house.tasks()] == [slower.id]
    assert await house.blobs.keys() == [slower.media_key]


@pytest.mark.parametrize("other", [wav_bytes(2), wav_bytes()[:-2] + b"\x01\x02"], ids=["longer", "as long"])
async def test_a_blob_of_another_recording_under_a_known_id_is_kept(house: House, tmp_path: Path, other: bytes) -> None:
    for name, content in {"one.wav": wav_bytes(), "other.wav": other, "again.wav": wav_bytes()}.items():
        (tmp_path / name).write_bytes(content)
        await house.blobs.put_file(f"incoming/{name}", tmp_path / name)
    async with house.consuming():
        for name in ("one.wav", "other.wav", "again.wav"):
            await house.send([house.message("counter-1", media={"url": f"blob:incoming/{name}"})])
            await house.settled()
    (task,) = await house.tasks()
    (letter,) = await house.dead_letters()
    assert dict(letter.headers)["callscribe-reason-code"] == b"idempotency_conflict"
    assert sorted(await house.blobs.keys()) == ["incoming/other.wav", task.media_key]


async def test_a_known_id_with_another_hash_is_another_recording(house: House) -> None:
    media = {"url": house.host.url("/call.wav")}
    async with house.consuming():
        for digest in (hashlib.sha256(wav_bytes()).hexdigest(), "0" * 64):
            await house.send([house.message("counter-1", media=media | {"sha256": digest})])
            await house.settled()
    (letter,) = await house.dead_letters()
    assert dict(letter.headers)["callscribe-reason-code"] == b"idempotency_conflict"
    assert len(await house.tasks()) == 1


@pytest.mark.usefixtures("real_broker")
async def test_messages_of_one_recording_are_one_task_whose_media_is_fetched_once(house: House) -> None:
    await house.send([house.message("same")] * 20)
    async with house.consuming(), house.consuming():
        await house.settled()
    assert len(await house.tasks()) == 1
    assert len(await house.blobs.keys("media")) == 1
    assert len(house.host.asked) <= house.partitions, "the partitions' first may come at once, and no other"
    assert await house.dead_letters() == []


async def test_a_known_recordings_message_may_name_anything(house: House) -> None:
    """Its blob is removed, if it is one: a folder holds no partition."""
    await house.send([house.message("4711")])
    async with house.consuming():
        await house.settled()
        await house.send([house.message("4711", media={"url": "blob:incoming"})] * 3)
        await house.settled()
    assert len(await house.tasks()) == 1
    assert await house.dead_letters() == []


async def test_dead_letters_are_whole_and_say_why(house: House, tmp_path: Path) -> None:
    (tmp_path / "some.wav").write_bytes(wav_bytes())
    await house.blobs.put_file("incoming/file", tmp_path / "some.wav")
    house.host.answers |= {
        "/text.wav": Answer(b"Not a recording at all. " * 100),
        "/empty.wav": Answer(),
        "/secret": Answer(status=403),
    }

    def media(path: str, **fields: str) -> bytes:
        return house.message(path, media={"url": house.host.url(path)} | fields)

    expected = {
        b"\xff\xfe not JSON": ("invalid_message", "message: Invalid JSON"),
        b'{"version": 2}': ("invalid_message", "version"),
        house.message("1", typo="x"): ("invalid_message", "typo: Extra inputs are not permitted"),
        house.message("2", started_at="2026-03-02"): ("invalid_message", "started_at"),
        house.message("3", num_speakers="two"): ("invalid_message", "num_speakers"),
        house.message("4", media={"url": "http://127.0.0.2/x"}): ("media_refused", "not among the hosts"),
        house.message("5", media={"url": "file:///etc/passwd"}): ("invalid_message", "media.url"),
        house.message("6", media={"url": "blob:media/somebody-elses"}): ("invalid_message", "incoming/"),
        house.message("7", media={"url": "blob:incoming/../x"}): ("invalid_message", "no blob key"),
        house.message("8", media={"url": "blob:incoming/nothing"}): ("blob_not_found", "no such blob"),
        house.message("9", media={"url": "blob:incoming/file/below"}): ("blob_not_found", "no such blob"),
        house.message("10", media={"url": "blob:incoming"}): ("blob_not_found", "no such blob"),
        house.message("11", media={"url": f"blob:incoming/{'n' * 300}"}): ("invalid_message", "no blob key"),
        media("/text.wav"): ("not_media", ""),
        media("/empty.wav"): ("media_refused", "no bytes"),
        media("/secret"): ("media_refused", "403"),
        media("/call.wav", sha256="0" * 64): ("media_refused", "SHA-256"),
    }
    await house.send([*expected, house.message("good")])
    async with house.consuming(house.intake(decoder=house.real_decoder)):
        await house.settled()
    assert [task.source_id for task in await house.tasks()] == ["good"]
    letters = {letter.value: dict(letter.headers) for letter in await house.dead_letters()}
    assert letters.keys() == expected.keys()
    for value, (code, words) in expected.items():
        headers = letters[value]
        assert headers["callscribe-reason-code"].decode() == code, value
        assert words in headers["callscribe-reason"].decode(), value
        assert headers["callscribe-topic"].decode() == house.kafka.recordings_topic
        assert headers["callscribe-offset"].isdigit()
    assert await house.blobs.keys("media") == [task.media_key for task in await house.tasks()]


@pytest.mark.usefixtures("real_broker")
async def test_a_message_that_fits_its_topic_only_just_is_buried_in_part(house: House) -> None:
    """With the reason beside it, it is more than the brokers take."""
    noise = random.Random(1).randbytes(1_048_000)  # noqa: S311 - nothing secret
    await house.send([noise, house.message("good")])
    async with house.consuming():
        await house.settled()
    (letter,) = await house.dead_letters()
    assert noise.startswith(letter.value)
    assert dict(letter.headers)["callscribe-bytes-of-the-whole"] == b"1048000"
    assert [task.source_id for task in await house.tasks()] == ["good"]


@pytest.mark.usefixtures("real_broker")
async def test_a_message_with_neither_value_nor_key_is_buried_like_any_other(house: House) -> None:
    producer = Producer({"bootstrap.servers": house.kafka.bootstrap_servers[0]})  # aiokafka's sends no such thing
    producer.produce(house.kafka.recordings_topic, partition=0, headers=[("from", b"pbx")])
    assert await asyncio.to_thread(producer.flush, 30) == 0
    await house.send([house.message(str(number)) for number in range(9)])
    async with house.consuming():
        await house.settled()
    (letter,) = await house.dead_letters()
    headers = dict(letter.headers)
    assert (letter.value, headers["callscribe-without-content"], headers["from"]) == (b"", b"true", b"pbx")
    assert (headers["callscribe-reason-code"], headers["callscribe-offset"]) == (b"invalid_message", b"0")
    assert len(await house.tasks()) == 9


async def test_a_letter_that_cannot_be_sent_as_it_came_is_buried_without_its_content(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(DeadLetters, "_send", refuse)
    await house.send([b"odd", house.message("good")])
    async with house.consuming():
        await house.settled()
    (letter,) = await house.dead_letters()
    headers = dict(letter.headers)
    assert (letter.value, headers["callscribe-reason-code"]) == (b"", b"invalid_message")
    assert headers["callscribe-topic"].decode() == house.kafka.recordings_topic
    assert [task.source_id for task in await house.tasks()] == ["good"]


@pytest.mark.usefixtures("real_broker")
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
async def test_headers_whose_names_are_no_text_hold_up_nothing(house: House, *, packed: bool) -> None:
    values = [house.message(f"beside {number}") for number in range(7)]
    for spoiled in (0, 3, 6):
        await house.send_together(values, spoiled=spoiled, packed=packed)
    await house.send_together([b"junk"], spoiled=0, packed=packed)
    await house.send([house.message(f"after {number}") for number in range(9)])
    async with house.consuming():
        await house.settled()
    names = {task.source_id for task in await house.tasks()}
    assert names == {*(f"beside {number}" for number in range(7)), *(f"after {number}" for number in range(9))}
    (letter,) = await house.dead_letters()
    assert letter.value == b"junk"
    headers = dict(letter.headers)
    assert headers["\ufffd\ufffd\ufffd-name"] == b"x"
    assert headers["callscribe-offset"] == b"21"


@pytest.mark.usefixtures("real_broker")
async def test_what_its_producer_has_taken_back_becomes_nothing(house: House) -> None:
    topic = house.kafka.recordings_topic
    async with AIOKafkaProducer(**connection(house.kafka), transactional_id=house.kafka.group) as producer:
        await producer.begin_transaction()
        await producer.send_and_wait(topic, house.message("taken back"), partition=0)
        await producer.abort_transaction()
        async with producer.transaction():
            await producer.send_and_wait(topic, house.message("meant"), partition=0)
    await house.send([house.message(str(number)) for number in range(9)])
    async with house.consuming():

        async def all_known() -> bool:
            return len(await house.tasks()) >= 10

        await until(all_known)
    assert "taken back" not in {task.source_id for task in await house.tasks()}
    assert await house.dead_letters() == []


async def test_a_message_that_is_all_wrong_says_so_in_few_words(house: House) -> None:
    await house.send([house.message("odd", participants=[1] * 300_000), house.message("good")])
    async with house.consuming():
        await house.settled()
    (letter,) = await house.dead_letters()
    assert len(dict(letter.headers)["callscribe-reason"]) < 500
    assert [task.source_id for task in await house.tasks()] == ["good"]


@pytest.mark.parametrize("compression", ["gzip", "snappy", "lz4", "zstd"])
async def test_messages_are_read_however_they_are_compressed(house: House, compression: str) -> None:
    async with AIOKafkaProducer(**connection(house.kafka), compression_type=compression) as producer:
        await producer.send_and_wait(house.kafka.recordings_topic, house.message("packed"))
    async with house.consuming():
        await house.settled()
    assert [task.source_id for task in await house.tasks()] == ["packed"]


async def test_a_host_that_is_away_is_waited_for_and_its_partition_with_it(house: House) -> None:
    house.host.answers["/later.wav"] = Answer(status=503)
    later = house.message("later", media={"url": house.host.url("/later.wav")})
    await house.send([later, house.message("other 1"), house.message("other 2"), house.message("other 3")])
    async with house.consuming():

        async def asked_again() -> bool:
            return Counter(path for path, _ in house.host.asked)["/later.wav"] > 1

        await until(asked_again)
        house.host.answers["/later.wav"] = Answer(wav_bytes())
        await house.settled()
    assert {task.source_id for task in await house.tasks()} == {"later", "other 1", "other 2", "other 3"}
    assert await house.dead_letters() == []


async def test_a_host_that_stays_away_is_waited_for_once_and_not_for_each_of_its_messages(house: House) -> None:
    paths = [f"/{number}.wav" for number in range(30)]
    house.host.answers |= {path: Answer(status=503) for path in paths}
    await house.send([house.message(path, media={"url": house.host.url(path)}) for path in paths])
    async with house.consuming():
        await house.settled()
        letters = await house.dead_letters()
        assert {dict(letter.headers)["callscribe-reason-code"] for letter in letters} == {b"media_unavailable"}
        assert len(letters) == len(paths)
        asked = Counter(path for path, _ in house.host.asked)
        assert asked.keys() == set(paths)
        assert 1 <= sum(tries > 1 for tries in asked.values()) <= house.partitions

        await house.send([house.message("good")])
        await house.settled()
        assert [task.source_id for task in await house.tasks()] == ["good"]

        house.host.answers["/busy.wav"] = Answer(status=429)
        await house.send([house.message("busy", media={"url": house.host.url("/busy.wav")})])

        async def asked_again() -> bool:
            return Counter(path for path, _ in house.host.asked)["/busy.wav"] > 1

        await until(asked_again)
        house.host.answers["/busy.wav"] = Answer(wav_bytes())
        await house.settled()
    assert {task.source_id for task in await house.tasks()} == {"good", "busy"}
    assert len(await house.dead_letters()) == len(paths)


async def test_media_that_a_host_does_not_give_out_among_others_has_tries_and_not_an_hour(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "pause_after", lambda _: 0.1)
    patient = house.kafka.media.model_copy(update={"patience_seconds": 3600})
    house.kafka = house.kafka.model_copy(update={"media": patient})
    house.host.answers["/broken.wav"] = Answer(status=500)
    broken = house.message("broken", media={"url": house.host.url("/broken.wav")})

    async def tries() -> int:
        return Counter(path for path, _ in house.host.asked)["/broken.wav"]

    async with AIOKafkaProducer(**connection(house.kafka)) as producer, house.consuming():
        await producer.send_and_wait(house.kafka.recordings_topic, broken, partition=0)

        async def has_all_tries() -> bool:
            return await tries() > settling.REFUSED_TRIES

        await until(has_all_tries)
        assert await house.dead_letters() == [], "it may be away, as far as is known"
        await producer.send_and_wait(house.kafka.recordings_topic, house.message("good"), partition=1)
        await house.settled()
    (letter,) = await house.dead_letters()
    assert dict(letter.headers)["callscribe-reason-code"] == b"media_unavailable"
    assert b"500" in dict(letter.headers)["callscribe-reason"]
    assert [task.source_id for task in await house.tasks()] == ["good"]


async def test_what_nobody_has_thought_of_is_tried_some_times_and_buried_without_our_internals(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "pause_after", lambda _: 0.0)
    intake, tries = house.intake(), Counter[bytes]()

    async def take_in(value: bytes | None) -> Task:
        tries[value or b""] += 1
        if value == b"odd":
            raise KeyError("secret")
        return await RecordingIntake.take_in(intake, value)

    monkeypatch.setattr(intake, "take_in", take_in)
    await house.send([b"odd", house.message("good")])
    async with house.consuming(intake):
        await house.settled()
    (letter,) = await house.dead_letters()
    headers = dict(letter.headers)
    assert headers["callscribe-reason-code"] == b"internal_error"
    assert b"secret" not in headers["callscribe-reason"]
    assert tries[b"odd"] == settling.UNEXPLAINED_TRIES
    assert [task.source_id for task in await house.tasks()] == ["good"]


async def test_a_blob_that_may_not_be_read_holds_up_its_partition_for_some_tries_only(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "pause_after", lambda _: 0.0)
    (tmp_path / "some.wav").write_bytes(wav_bytes())
    await house.blobs.put_file("incoming/closed.wav", tmp_path / "some.wav")
    forbid(monkeypatch, "head_async", "incoming/closed.wav")
    await house.send([house.message("closed", media={"url": "blob:incoming/closed.wav"}), house.message("good")])
    async with house.consuming():
        await house.settled()
    (letter,) = await house.dead_letters()
    assert dict(letter.headers)["callscribe-reason-code"] == b"media_unavailable"
    assert [task.source_id for task in await house.tasks()] == ["good"]
    monkeypatch.undo()
    assert await house.blobs.exists("incoming/closed.wav")


async def test_a_blob_that_may_not_be_removed_is_taken_in_and_left(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "some.wav").write_bytes(wav_bytes())
    await house.blobs.put_file("incoming/theirs.wav", tmp_path / "some.wav")
    forbid(monkeypatch, "delete_async", "incoming/theirs.wav")
    theirs = house.message("theirs", media={"url": "blob:incoming/theirs.wav"})
    await house.send([theirs, theirs, house.message("good")])
    async with house.consuming():
        await house.settled()
    assert {task.source_id for task in await house.tasks()} == {"theirs", "good"}
    assert await house.dead_letters() == []
    assert await house.blobs.exists("incoming/theirs.wav")


def forbid(monkeypatch: pytest.MonkeyPatch, call: str, key: str) -> None:
    """Have a folder answer as of a file that is somebody else's: the tests may run as root, who may do all."""
    allowed = getattr(obstore, call)

    async def guarded(store: Any, path: str, *arguments: Any, **fields: Any) -> Any:
        if path == key:
            raise obstore.exceptions.GenericError("Unable to open file: Permission denied (os error 13)")
        return await allowed(store, path, *arguments, **fields)

    monkeypatch.setattr(obstore, call, guarded)


async def test_a_full_queue_is_waited_for_without_fetching_anything(house: House) -> None:
    house.queue_limit = 2
    await house.send([house.message(str(number)) for number in range(6)])

    async def full() -> bool:
        return await house.store.queue_size() == 2

    async with house.consuming():
        await until(full)
        fetched = len(house.host.asked)
        assert fetched <= 2 + 3
        for left in range(5, -1, -1):
            task = next(task for task in await house.tasks() if task.status is TaskStatus.QUEUED)
            await house.store.cancel(task.id)

            async def refilled(left: int = left) -> bool:
                return len(await house.tasks()) >= min(6, 6 - left + 2)

            await until(refilled)
        await house.settled()
    assert len(await house.tasks()) == 6
    assert await house.dead_letters() == []


@pytest.mark.usefixtures("real_broker")
async def test_the_lag_is_what_is_not_settled(house: House) -> None:
    house.queue_limit = 0
    await house.send([house.message(str(number)) for number in range(9)])
    async with house.consuming() as one, house.consuming() as other:

        async def all_told() -> bool:
            known = one.partitions() == other.partitions() == house.partitions
            return known and sum((await one.lags() | await other.lags()).values()) == 9

        await until(all_told)
        for member in (one, other):
            await LagTeller(member, house.store).tell()
        levels = (await house.store.metrics.figures(kafka=True)).levels
        told = [level for level in levels if level.metric == "kafka_lag"]
        assert {level.label for level in told} == {str(partition) for partition in range(house.partitions)}
        assert sum(level.value for level in told) == 9
        assert {level.value < 60 for level in levels if level.metric == "kafka_lag_age_seconds"} == {True}
    async with asyncio.timeout(10):
        assert await one.lags() == {}
