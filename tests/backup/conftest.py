from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import pytest

from callscribe.backup import Manifest, Restored, back_up, restore
from callscribe.blobs import Blobs
from callscribe.domain import TaskId
from callscribe.store import Store
from tests.postgres import PostgresServer
from tests.store.making import claim, complete, new_recording

MEETING = Path(__file__).parents[2] / "demo" / "meeting_ru_mayak.flac"

Call = Callable[[], Awaitable[TaskId]]


def silent(_done: int, _total: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere that an archive is: its database, its blob store, and the folder of that."""

    dsn: str
    folder: Path

    @property
    def blobs(self) -> Blobs:
        return Blobs.open(self.folder.as_uri(), {})

    async def save(self, backup: Path) -> Manifest:
        return await back_up(self.dsn, self.blobs, backup, silent)

    async def bring_back(self, backup: Path) -> Restored:
        return await restore(self.dsn, self.blobs, backup, silent)


@pytest.fixture
def here(database_url: str, tmp_path: Path) -> Place:
    """Where the archive is."""
    return Place(database_url, tmp_path / "blobs")


@pytest.fixture
def there(empty_database_url: str, tmp_path: Path) -> Place:
    """Where there is nothing yet."""
    return Place(empty_database_url, tmp_path / "restored")


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    return tmp_path / "backup"


@pytest.fixture
def call(store: Store, here: Place) -> Call:
    """Take a call in and do the whole work on it."""

    async def call() -> TaskId:
        task_id = TaskId(uuid4())
        stored = await here.blobs.put_file(f"media/{task_id}", MEETING)
        recording = replace(
            new_recording(), id=task_id, media_key=stored.key, media_bytes=stored.size, media_sha256=stored.sha256
        )
        await store.register(recording, queue_limit=1000)
        return await complete(store, await claim(store))

    return call


@pytest.fixture
async def restored_store(there: Place) -> AsyncIterator[Store]:
    """A store on what was restored: to be asked for once it was."""
    store = await Store.connect(there.dsn)
    yield store
    await store.close()


@pytest.fixture
async def another_database_url(postgres_server: PostgresServer) -> AsyncIterator[str]:
    """A third database, with nothing in it."""
    name = await postgres_server.create("template0")
    yield postgres_server.url(name)
    await postgres_server.drop(name)
