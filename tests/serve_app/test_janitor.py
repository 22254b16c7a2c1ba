"""What killed processes leave is removed; what a task owns, and what is young, stays."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from callscribe.blobs import Blobs
from callscribe.blobs.keys import audio_key, media_key
from callscribe.domain import TaskId
from callscribe.scratch import PREFIX
from callscribe.store import Store
from serve_app.janitor import Janitor
from serve_app.owners import claim_blobs
from tests.postgres import TEMPLATE, PostgresServer
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
async def janitor(store: Store, blobs: Blobs) -> Janitor:
    await claim_blobs(store, blobs)
    return Janitor(store, blobs)


async def put(blobs: Blobs, key: str) -> None:
    await blobs.put_file(key, MEETING)


async def test_a_recording_without_a_task_goes_and_one_with_a_task_stays(
    store: Store, blobs: Blobs, janitor: Janitor, register: Register
) -> None:
    task = await register(MEETING)
    await put(blobs, media_key(TaskId(uuid4())))

    await janitor.sweep(before=soon())

    assert await blobs.keys("media") == [task.media_key]


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


async def test_what_is_young_may_still_be_registered(blobs: Blobs, janitor: Janitor) -> None:
    await put(blobs, media_key(TaskId(uuid4())))

    await janitor.sweep(before=datetime.now(UTC) - timedelta(hours=1))

    assert len(await blobs.keys("media")) == 1


@pytest.fixture
async def another_database(postgres_server: PostgresServer, database_url: str) -> AsyncIterator[Store]:
    """A copy of the test's database, as from a backup that was made before the first recording."""
    name = await postgres_server.create(TEMPLATE)
    other = await Store.connect(postgres_server.url(name))
    yield other
    await other.close()
    await postgres_server.drop(name)


async def test_another_database_does_not_sweep_what_was_here_first(
    blobs: Blobs, register: Register, another_database: Store
) -> None:
    task = await register(MEETING)
    await put(blobs, audio_key(task.id))

    for _ in range(2):
        await Janitor(another_database, blobs).sweep(before=soon())

    assert await blobs.keys("media") == [task.media_key]
    assert await blobs.keys("audio") == [audio_key(task.id)]


async def test_who_was_here_first_does_not_sweep_what_another_database_keeps_here(
    blobs: Blobs, janitor: Janitor, register: Register, another_database: Store
) -> None:
    await claim_blobs(another_database, blobs)
    theirs = media_key(TaskId(uuid4()))
    await put(blobs, theirs)

    await janitor.sweep(before=soon())

    assert await blobs.keys("media") == [theirs]


async def test_a_database_restored_into_its_own_place_sweeps_nothing(
    store: Store, database_url: str, blobs: Blobs, janitor: Janitor, register: Register
) -> None:
    """What ``pg_restore --clean`` does: the same server and database, the tables made anew."""
    task = await register(MEETING)
    connection = await asyncpg.connect(database_url)
    await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    await connection.close()
    await store.migrate()

    await janitor.sweep(before=soon())

    assert await blobs.keys("media") == [task.media_key]


async def test_a_database_that_is_alone_again_sweeps(
    blobs: Blobs, janitor: Janitor, another_database: Store, caplog: pytest.LogCaptureFixture
) -> None:
    await claim_blobs(another_database, blobs)
    await put(blobs, media_key(TaskId(uuid4())))
    await janitor.sweep(before=soon())
    assert len(await blobs.keys("media")) == 1

    for owner in next(record.owners for record in caplog.records if hasattr(record, "owners")):
        await blobs.delete(owner)
    await janitor.sweep(before=soon())

    assert await blobs.keys("media") == []


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


async def test_old_scratch_folders_go(janitor: Janitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    old, young = tmp_path / f"{PREFIX}old", tmp_path / f"{PREFIX}young"
    for folder in (old, young):
        folder.mkdir()
        (folder / "audio.wav").write_bytes(b"sound")
    os.utime(old, (0, 0))

    await janitor.sweep(before=datetime.now(UTC) - timedelta(days=1))

    assert (old.exists(), young.exists()) == (False, True)
