"""``callscribe kafka send``: a folder of recordings becomes tasks, each once."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer
from typer.testing import CliRunner, Result

from callscribe.domain import RequestedLanguage
from callscribe.errors import Unavailable
from ingest.kafka.client import producing
from ingest.kafka.commands import app
from ingest.kafka.sending import Asked, Sender, recordings_in
from tests.api.house import wav_bytes
from tests.brokers import Broker
from tests.ingest.kafka.house import House


@pytest.fixture
def configured(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """The environment of whoever sends."""
    monkeypatch.setenv("CALLSCRIBE_KAFKA__BOOTSTRAP_SERVERS", house.kafka.bootstrap_servers[0])
    monkeypatch.setenv("CALLSCRIBE_KAFKA__RECORDINGS_TOPIC", house.kafka.recordings_topic)
    monkeypatch.setenv("CALLSCRIBE_BLOB_URL", house.blob_url)
    return house


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "записи"
    (folder / "март").mkdir(parents=True)
    for number, name in enumerate(["звонок.wav", "март/звонок.wav", "март/другой.wav"]):
        (folder / name).write_bytes(wav_bytes(1 + number))
    (folder / ".DS_Store").write_bytes(b"hidden")
    (folder / "март" / ".trash" / "old").mkdir(parents=True)
    (folder / "март" / ".trash" / "old" / "звонок.wav").write_bytes(wav_bytes(9))
    return folder


async def send(*arguments: str | Path) -> Result:
    return await asyncio.to_thread(lambda: CliRunner().invoke(app, ["send", *map(str, arguments)]))


async def test_a_folder_becomes_tasks(configured: House, folder: Path) -> None:
    done = await send(folder, "--language", "ru", "--num-speakers", "2")
    assert done.exit_code == 0, done.output
    assert "3 of 3" in done.output or "3 из 3" in done.output
    assert len(await configured.blobs.keys("incoming")) == 3
    async with configured.consuming():
        await configured.settled()
    tasks = await configured.tasks()
    assert sorted(task.title for task in tasks) == ["другой", "звонок", "звонок"]
    assert {(task.requested_language, task.num_speakers) for task in tasks} == {(RequestedLanguage.RU, 2)}
    assert all(task.source_id == f"sha256:{task.media_sha256}" for task in tasks)
    assert await configured.blobs.keys("incoming") == []


async def test_what_is_sent_again_is_the_same_task(configured: House, folder: Path) -> None:
    async with configured.consuming():
        assert (await send(folder)).exit_code == 0
        await configured.settled()
        before = await configured.tasks()
        assert (await send(folder, folder / "звонок.wav")).exit_code == 0
        await configured.settled()
    assert await configured.tasks() == before
    assert await configured.blobs.keys("incoming") == []
    assert await configured.dead_letters() == []


async def test_without_brokers_it_says_what_to_set(folder: Path) -> None:
    done = await send(folder)
    assert done.exit_code == 2
    assert "CALLSCRIBE_KAFKA__BOOTSTRAP_SERVERS" in done.output


async def test_brokers_that_are_away_are_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLSCRIBE_KAFKA__BOOTSTRAP_SERVERS", "127.0.0.1:1")
    done = await send(folder)
    assert done.exit_code == 1
    assert "127.0.0.1:1" in done.output


async def test_the_clients_own_words_do_not_come_before_ours(folder: Path) -> None:
    """In a process of its own: here pytest takes what is logged."""
    environment = os.environ | {"CALLSCRIBE_KAFKA__BOOTSTRAP_SERVERS": "127.0.0.1:1"}
    done = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", "from callscribe.cli.app import app; app()", "kafka", "send", str(folder)),
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await done.communicate()
    assert done.returncode == 1
    lines = [line for line in output.decode().splitlines() if line.strip()]
    assert len(lines) == 1, lines
    assert "127.0.0.1:1" in lines[0]


async def test_of_a_folder_what_is_no_recording_is_left_out_and_named(configured: House, folder: Path) -> None:
    (folder / "notes.txt").write_text("hello")
    (folder / "empty.wav").touch()
    done = await send(folder)
    assert done.exit_code == 0, done.output
    assert "3 of 3" in done.output or "3 из 3" in done.output
    assert "notes.txt" in done.output
    assert "empty.wav" in done.output
    assert len(await configured.records(configured.kafka.recordings_topic)) == 3
    assert len(await configured.blobs.keys("incoming")) == 3


async def test_what_is_named_by_itself_and_is_no_recording_is_refused(configured: House, folder: Path) -> None:
    (folder / "notes.txt").write_text("hello")
    (folder / "empty.wav").touch()
    done = await send(folder / "звонок.wav", folder / "notes.txt", folder / "empty.wav")
    assert done.exit_code == 1
    assert "1 of 3" in done.output or "1 из 3" in done.output
    assert len(await configured.records(configured.kafka.recordings_topic)) == 1


def test_what_is_hidden_is_left_out_unless_it_is_named(folder: Path) -> None:
    names = ["звонок.wav", "март/другой.wav", "март/звонок.wav"]
    assert recordings_in([folder]) == [folder / name for name in names]
    hidden = folder / "март" / ".trash"
    assert recordings_in([hidden, folder / ".DS_Store"]) == [hidden / "old" / "звонок.wav", folder / ".DS_Store"]


async def test_brokers_that_die_in_the_middle_are_named(house: House, folder: Path, real_broker: Broker) -> None:
    assert real_broker.process is not None
    async with AIOKafkaProducer(**producing(house.kafka) | {"request_timeout_ms": 2000}) as producer:
        sender = Sender(house.kafka, house.blobs, house.real_decoder, producer)
        await sender.send(folder / "звонок.wav", Asked())
        await asyncio.to_thread(real_broker.process.kill)
        try:
            with pytest.raises(Unavailable, match=real_broker.address):
                await sender.send(folder / "март" / "другой.wav", Asked())
        finally:
            await asyncio.to_thread(real_broker.process.start)


async def test_an_empty_folder_is_a_mistake(configured: House, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert (await send(tmp_path / "empty")).exit_code == 1


def test_the_command_line_has_the_command() -> None:
    """The installation tells it: by the entry points of pyproject.toml."""
    from callscribe.cli.app import app as whole  # noqa: PLC0415

    assert "kafka" in {group.name for group in whole.registered_groups}
