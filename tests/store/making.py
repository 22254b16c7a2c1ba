"""What the store's tests put in and look at."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from callscribe.domain import (
    ActionItem,
    Claim,
    Language,
    ModelNames,
    NewRecording,
    Participant,
    Point,
    Protocol,
    ProtocolStatus,
    RequestedLanguage,
    Source,
    TaskId,
    Template,
    Transcript,
    Turn,
    Word,
)
from callscribe.store import Store

LEASE = timedelta(minutes=5)
TABLES = ("recordings", "tasks", "stage_outputs", "turns", "protocols")

TRANSCRIPT = Transcript(
    Language.RU,
    (
        Turn(0.25, 1.5, 1, (Word(0.25, 0.75, "Добрый", 0.9375), Word(0.8, 1.5, "день.", 0.5))),
        Turn(1.5, 2.125, 2, (Word(1.5, 2.125, "Угу.", 1.0),)),
    ),
)
PROTOCOL = Protocol(
    ProtocolStatus.COMPLETE,
    engine="lexrank",
    coverage=0.875,
    summary="Поздоровались.",
    key_points=(Point("Добрый день", (0.25,)),),
    decisions=(Point("Начать", (0.5, 1.5)),),
    action_items=(ActionItem("Позвонить", "Иван", None, (1.5,)),),
    participants=(Participant(1, None, 1.25, ("Добрый день.",)), Participant(2, "Иван", 0.625)),
)


def new_recording(
    source_id: str | None = None,
    *,
    source: Source = Source.UPLOAD,
    title: str = "Планёрка",
    sha256: str = "0" * 64,
    language: RequestedLanguage = RequestedLanguage.AUTO,
    template: Template = Template.MEETING,
    webhook_url: str | None = None,
) -> NewRecording:
    """A recording with an id of its own."""
    task_id = TaskId(uuid4())
    return NewRecording(
        id=task_id,
        source=source,
        source_id=source_id or task_id.hex,
        media_key=f"media/{task_id}",
        media_bytes=3_000_000_000,
        media_sha256=sha256,
        media_type="audio/flac",
        title=title,
        language=language,
        template=template,
        webhook_url=webhook_url,
    )


async def register(store: Store, recording: NewRecording | None = None) -> TaskId:
    """Register a recording in a queue that is wide enough."""
    registration = await store.register(recording or new_recording(), queue_limit=1_000_000)
    return registration.task.id


async def claim(store: Store, *, max_attempts: int = 5) -> Claim:
    """Claim the task that there must be."""
    claimed = await store.claim(lease=LEASE, max_attempts=max_attempts)
    assert claimed is not None
    return claimed


async def registered_and_claimed(store: Store) -> Claim:
    """A claim on a task of its own."""
    await register(store)
    return await claim(store)


async def complete(
    store: Store, held: Claim, protocol: Protocol = PROTOCOL, transcript: Transcript = TRANSCRIPT
) -> TaskId:
    """Do the whole work on a task; a degraded protocol is due to be made again at once."""
    await store.save_transcript(held, transcript, duration_seconds=2.5)
    due = timedelta() if protocol.status is ProtocolStatus.DEGRADED else None
    await store.save_protocol(held, protocol, revise_after=due)
    await store.complete(held, models=ModelNames())
    return held.task.id


async def completed(store: Store, recording: NewRecording | None = None, protocol: Protocol = PROTOCOL) -> TaskId:
    """A task whose whole work is done."""
    await register(store, recording)
    return await complete(store, await claim(store), protocol)


async def lapse(store: Store, task_id: TaskId) -> None:
    """Let a lease or a delay end now."""
    statement = "UPDATE tasks SET claimable_at = now() - interval '1 second' WHERE id = $1"
    assert await store._database.changed(statement, task_id) == 1


async def contents(store: Store) -> dict[str, list[Any]]:
    """Everything that is stored."""
    return {
        table: [row[0] for row in await store._database.fetch(f"SELECT to_jsonb({table}) FROM {table} ORDER BY 1")]  # noqa: S608
        for table in TABLES
    }
