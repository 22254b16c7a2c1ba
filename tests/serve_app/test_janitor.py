"""What killed processes leave is removed; what a task owns, and what is young, stays."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from callscribe.blobs import Blobs
from callscribe.blobs.keys import audio_key, media_key
from callscribe.domain import TaskId
from callscribe.errors import Unavailable
from callscribe.kafka_settings import KafkaSettings, MediaLimits
from callscribe.scratch import PREFIX
from callscribe.settings import Settings
from callscribe.store import Store
from serve_app.janitor import Janitor
from tests.serve_app.conftest import MEETING, Register

UPLOAD_UNTIL_KILLED = """
import asyncio, pathlib, sys
from callscribe.blobs import Blobs

async def content():
    yield bytes(20_000_000)
    print("sent", flush=True)
    await asyncio.sleep(3600)

asyncio.run(Blobs.open(pathlib.Path(sys.argv[1]).as_uri(), {}).put("media/half", content()))
"""


def soon() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=1)


@pytest.fixture
def janitor(store: Store, blobs: Blobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Janitor:
    """With temporary files of its own: tests that run beside it have theirs in use."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return Janitor(store, blobs, Settings(_env_file=None, kafka=KafkaSettings(outbox_events=2)))


async def put(blobs: Blobs, key: str) -> None:
    await blobs.put_file(key, MEETING)


async def test_a_recording_is_never_removed_even_if_no_task_knows_it(
    store: Store, blobs: Blobs, janitor: Janitor, register: Register, caplog: pytest.LogCaptureFixture
) -> None:
    """Its task may be in the database that this one is an older copy of, or in another that keeps its own here."""
    task = await register(MEETING)
    unknown = media_key(TaskId(uuid4()))
    await put(blobs, unknown)

    await janitor.sweep(before=soon())

    assert await blobs.keys("media") == sorted([task.media_key, unknown])
    assert [record.recordings for record in caplog.records if hasattr(record, "recordings")] == [1]


async def test_decoded_audio_stays_only_with_a_task_that_goes_on(
    store: Store, blobs: Blobs, janitor: Janitor, register: Register
) -> None:
    live, ended = await register(MEETING), await register(MEETING)
    await store.cancel(ended.id)
    for task_id in (live.id, ended.id, TaskId(uuid4())):
        await put(blobs, audio_key(task_id))

    await janitor.sweep(before=soon())

    assert await blobs.keys("audio") == [audio_key(live.id)]
    assert len(await blobs.keys("media")) == 2, "an ended task keeps its recording"


async def test_what_is_young_may_be_needed_yet(blobs: Blobs, janitor: Janitor) -> None:
    await put(blobs, audio_key(TaskId(uuid4())))

    await janitor.sweep(before=datetime.now(UTC) - timedelta(hours=1))

    assert len(await blobs.keys("audio")) == 1


@pytest.fixture
def half_an_upload(tmp_path: Path) -> Path:
    """The blobs' folder after a process was killed in the middle of an upload."""
    folder = tmp_path / "blobs"
    command = [sys.executable, "-c", UPLOAD_UNTIL_KILLED, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        deadline = time.monotonic() + 30
        while not files_in(folder) and time.monotonic() < deadline:
            time.sleep(0.02)
        process.kill()
    assert files_in(folder), "the kill leaves something to remove"
    return folder


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_half_an_upload_of_a_killed_process_goes(half_an_upload: Path, janitor: Janitor) -> None:
    await janitor.sweep(before=soon())

    assert not list((half_an_upload / "media").iterdir())


async def test_old_scratch_folders_go(janitor: Janitor, tmp_path: Path) -> None:
    old, young = tmp_path / f"{PREFIX}old", tmp_path / f"{PREFIX}young"
    for folder in (old, young):
        folder.mkdir()
        (folder / "audio.wav").write_bytes(b"sound")
    os.utime(old, (0, 0))

    await janitor.sweep(before=datetime.now(UTC) - timedelta(days=1))

    assert (old.exists(), young.exists()) == (False, True)


def told(caplog: pytest.LogCaptureFixture, name: str) -> list[object]:
    """What the log says under a name."""
    return [getattr(record, name) for record in caplog.records if hasattr(record, name)]


async def test_events_that_wait_for_long_are_told_of_and_kept_within_their_bound(
    store: Store, janitor: Janitor, register: Register, caplog: pytest.LogCaptureFixture
) -> None:
    async def put_in_outbox(task_id: TaskId, age: timedelta) -> None:
        statement = (
            "INSERT INTO outbox (task_id, deleted, occurred_at, task) VALUES ($1, FALSE, now() - $2::interval, '{}')"
        )
        await store._database.changed(statement, task_id, age)

    task = await register(MEETING)
    await put_in_outbox(task.id, timedelta(minutes=30))
    await put_in_outbox(task.id, timedelta(minutes=20))
    await janitor.look_after_outbox()
    assert told(caplog, "waiting") == told(caplog, "dropped") == [], "neither many nor old"

    await put_in_outbox(task.id, timedelta(hours=2))
    await janitor.look_after_outbox()
    assert (told(caplog, "waiting"), told(caplog, "dropped"), told(caplog, "aside")) == ([1], [2], [])

    await store._database.changed("UPDATE outbox SET trouble = 'KeyError'")
    await janitor.look_after_outbox()
    assert (told(caplog, "waiting"), told(caplog, "aside")) == ([1], [1])


@pytest.mark.parametrize("enabled", [True, False])
async def test_what_was_brought_long_ago_and_never_taken_in_goes(
    store: Store, blobs: Blobs, tmp_path: Path, caplog: pytest.LogCaptureFixture, *, enabled: bool
) -> None:
    for key in ("incoming/old", "incoming/pbx/old", "incoming/young", "media/old"):
        await put(blobs, key)
        if key.endswith("old"):
            age = time.time() - timedelta(days=3.1).total_seconds()
            os.utime(tmp_path / "blobs" / key, (age, age))
    kafka = KafkaSettings(bootstrap_servers=["kafka-1:9092"] if enabled else [], media=MediaLimits(incoming_days=3))

    await Janitor(store, blobs, Settings(_env_file=None, kafka=kafka)).sweep_incoming()

    gone = ["incoming/old", "incoming/pbx/old"] if enabled else []
    assert set(await blobs.keys()) == {"incoming/old", "incoming/pbx/old", "incoming/young", "media/old"} - set(gone)
    assert told(caplog, "incoming") == ([gone] if gone else [])


async def test_a_duty_that_cannot_be_done_keeps_no_other_from_it(
    janitor: Janitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = []

    async def refused(**_: object) -> None:
        raise Unavailable("the folder is somebody else's")

    async def outbox() -> None:
        done.append("outbox")

    monkeypatch.setattr(janitor, "sweep", refused)
    monkeypatch.setattr(janitor, "sweep_incoming", refused)
    monkeypatch.setattr(janitor, "look_after_outbox", outbox)
    await janitor.do_all()
    assert done == ["outbox"]
