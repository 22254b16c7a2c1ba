from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from callscribe.blobs import Blobs
from callscribe.domain import NewRecording, RequestedLanguage, Source, Task, TaskId
from callscribe.settings import Settings
from callscribe.store import Store
from serve_app.pauses import Pauses

MEETING = Path(__file__).parents[2] / "demo" / "meeting_ru_mayak.flac"

PAUSES = Pauses(first=timedelta(seconds=30))

Register = Callable[[Path], Awaitable[Task]]


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs.open((tmp_path / "blobs").as_uri(), {})


@pytest.fixture
def settings() -> Settings:
    return Settings(_env_file=None, lease_seconds=1.0, max_attempts=3, concurrent_tasks=2)


@pytest.fixture
def register(store: Store, blobs: Blobs) -> Register:
    async def register(media: Path) -> Task:
        task_id = TaskId(uuid4())
        stored = await blobs.put_file(f"media/{task_id}", media)
        registration = await store.register(
            NewRecording(
                id=task_id,
                source=Source.UPLOAD,
                source_id=str(task_id),
                media_key=stored.key,
                media_bytes=stored.size,
                media_sha256=stored.sha256,
                media_type="audio/flac",
                title=media.stem,
                language=RequestedLanguage.AUTO,
            ),
            queue_limit=1000,
        )
        return registration.task

    return register
