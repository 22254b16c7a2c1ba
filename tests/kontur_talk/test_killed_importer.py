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


@pytest.mark.parametrize(
    ("point", "tasks", "blobs_left"), [("downloaded", 0, 0), ("stored", 0, 1), ("registered", 1, 1)]
)
async def test_a_killed_importers_work_is_done_once(  # noqa: PLR0917 - fixtures
    fake: FakeTalk,
    store: Store,
    blobs: Blobs,
    importer: Importer,
    database_url: str,
    tmp_path: Path,
    point: str,
    tasks: int,
    blobs_left: int,
) -> None:
    fake.add(FakeRecording("r1", wav_bytes(2.0)))
    await store.arrivals.completed("e1", "r1")
    arguments = ["-m", "tests.kontur_talk.importing_process", database_url, str(tmp_path), fake.url, point]
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdout=asyncio.subprocess.PIPE, cwd=ROOT)
    assert process.stdout is not None
    assert await process.stdout.readline() == b"here\n"
    process.kill()
    await process.wait()
    page = await store.tasks(TaskFilter(), limit=10, cursor=None)
    assert (len(page.items), len(await blobs.keys())) == (tasks, blobs_left)
    assert not await importer.import_one(), "its lease has not ended"

    await make_due(store)
    await importer.import_one()

    arrival = (await store.arrivals.of(["r1"]))["r1"]
    assert (arrival.state, arrival.attempts) == (ArrivalState.IMPORTED, 2)
    (task,) = (await store.tasks(TaskFilter(), limit=10, cursor=None)).items
    assert (arrival.task_id, task.source_id) == (task.id, "r1")
    assert await blobs.keys() == [task.media_key]
