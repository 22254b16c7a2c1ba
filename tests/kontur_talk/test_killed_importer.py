"""``kill -9`` of an importer: nothing is lost and nothing doubled."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from callscribe.arrivals import ArrivalState
from callscribe.blobs import Blobs
from callscribe.store import Store, TaskFilter
from ingest.kontur_talk.importing import Importer
from tests.api.house import wav_bytes
from tests.kontur_talk.fake import FakeRecording, FakeTalk
from tests.kontur_talk.making import make_due

pytestmark = pytest.mark.faults

ROOT = Path(__file__).parents[2]


async def kill_at(point: str, *arguments: str) -> None:
    """Start an importer and kill it when it has come there."""
    command = ["-m", "tests.kontur_talk.importing_process", *arguments, point]
    process = await asyncio.create_subprocess_exec(sys.executable, *command, stdout=asyncio.subprocess.PIPE, cwd=ROOT)
    assert process.stdout is not None
    assert await process.stdout.readline() == b"here\n"
    process.kill()
    await process.wait()


@pytest.mark.parametrize(("point", "blobs_left"), [("downloaded", 0), ("stored", 1)])
async def test_a_killed_importers_work_is_done_once(  # noqa: PLR0917 - fixtures
    fake: FakeTalk,
    store: Store,
    blobs: Blobs,
    importer: Importer,
    database_url: str,
    tmp_path: Path,
    point: str,
    blobs_left: int,
) -> None:
    fake.add(FakeRecording("r1", wav_bytes(2.0)))
    await store.arrivals.completed("e1", "r1")
    await kill_at(point, database_url, str(tmp_path), fake.url)
    page = await store.tasks(TaskFilter(), limit=10, cursor=None)
    assert (len(page.items), len(await blobs.keys())) == (0, blobs_left)
    assert not await importer.import_one(), "its lease has not ended"

    await make_due(store)
    await importer.import_one()

    arrival = (await store.arrivals.of(["r1"]))["r1"]
    assert (arrival.state, arrival.attempts) == (ArrivalState.IMPORTED, 2)
    (task,) = (await store.tasks(TaskFilter(), limit=10, cursor=None)).items
    assert (arrival.task_id, task.source_id) == (task.id, "r1")
    assert await blobs.keys() == [task.media_key]


async def test_what_a_killed_importer_had_registered_stays_deleted_once_it_is(  # noqa: PLR0917 - fixtures
    fake: FakeTalk, store: Store, blobs: Blobs, importer: Importer, database_url: str, tmp_path: Path
) -> None:
    fake.add(FakeRecording("r1", wav_bytes(2.0)))
    await store.arrivals.completed("e1", "r1")
    await kill_at("registered", database_url, str(tmp_path), fake.url)
    (task,) = (await store.tasks(TaskFilter(), limit=10, cursor=None)).items
    arrival = (await store.arrivals.of(["r1"]))["r1"]
    assert (arrival.state, arrival.task_id) == (ArrivalState.IMPORTED, task.id)
    assert await blobs.keys() == [task.media_key]

    await store.delete(task.id)
    await make_due(store)

    assert not await importer.import_one()
    assert (await store.tasks(TaskFilter(), limit=10, cursor=None)).items == ()
