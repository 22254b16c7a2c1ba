import asyncio
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from callscribe.domain import Template
from callscribe.statistics import Talker
from callscribe.store import SchemaTooNew, SearchFilter, Store, TaskFilter, schema
from callscribe.store.schema import Migration
from tests.store.making import register

STEPS = (
    Migration(1, "first", "CREATE TABLE first (id int)"),
    Migration(2, "second", "CREATE TABLE second (id int); INSERT INTO second VALUES (1)"),
)

HELD = datetime(2026, 3, 1, tzinfo=UTC)
OLD_RECORDING = """
WITH recording AS (
    INSERT INTO recordings (id, source, source_id, title, title_folded, media_key, media_bytes, media_sha256,
        media_type, requested_language)
    VALUES (gen_random_uuid(), 'upload', 'old', 'Old', 'old', 'media/old', 1, '', 'audio/flac', 'auto')
    RETURNING id
)
INSERT INTO tasks (id) SELECT id FROM recording
"""

OLD_RESULT = """
UPDATE recordings SET language = 'ru', recorded_at = '2026-03-01Z';
INSERT INTO turns (task_id, ordinal, start_seconds, end_seconds, speaker, text, words)
    SELECT id, speaker - 1, speaker, speaker + 0.5, speaker, 'Смету.', '[[1, 2, "Смету.", 1]]'
    FROM recordings, generate_series(1, 2) AS speaker;
INSERT INTO protocols (task_id, body)
    SELECT id, '{"status": "complete", "participants": [{"speaker": 2, "name": "Мария"}]}' FROM recordings
"""


async def applied(dsn: str) -> list[tuple[int, str]]:
    connection = await asyncpg.connect(dsn)
    rows = await connection.fetch("SELECT version, name FROM schema_migrations ORDER BY applied_at, version")
    await connection.close()
    return [(row["version"], row["name"]) for row in rows]


async def test_many_at_once_migrate_once(empty_database_url: str) -> None:
    stores = await asyncio.gather(*(Store.connect(empty_database_url) for _ in range(6)))
    newest = len(schema.migrations())

    assert await asyncio.gather(*(store.migrate() for store in stores)) == [newest] * 6

    await register(stores[0])
    assert await stores[0].migrate() == newest
    assert await stores[1].queue_size() == 1
    await asyncio.gather(*(store.close() for store in stores))


async def test_steps_are_applied_in_order_and_once(empty_database_url: str) -> None:
    assert await schema.migrate(empty_database_url, STEPS[:1]) == 1
    assert await schema.migrate(empty_database_url, STEPS) == 2
    assert await schema.migrate(empty_database_url, STEPS) == 2
    assert await applied(empty_database_url) == [(1, "first"), (2, "second")]


async def test_recordings_from_before_there_were_templates_are_meetings(empty_database_url: str) -> None:
    steps = schema.migrations()
    templates = next(step.version for step in steps if step.name == "templates")
    await schema.migrate(empty_database_url, [step for step in steps if step.version < templates])
    connection = await asyncpg.connect(empty_database_url)
    await connection.execute(OLD_RECORDING)
    await connection.close()

    store = await Store.connect(empty_database_url)
    await store.migrate()
    page = await store.tasks(TaskFilter(), limit=10, cursor=None)
    await store.close()

    assert [task.template for task in page.items] == [Template.MEETING]


async def test_events_from_before_there_were_names_are_told_and_a_removal_loses_its_result(
    empty_database_url: str,
) -> None:
    steps = schema.migrations()
    events = next(step.version for step in steps if step.name == "events")
    await schema.migrate(empty_database_url, [step for step in steps if step.version < events])
    connection = await asyncpg.connect(empty_database_url, server_settings={"callscribe.outbox": "on"})
    await connection.execute(OLD_RECORDING)
    await connection.execute("DELETE FROM recordings")
    await connection.execute("UPDATE outbox SET protocol = '{}' WHERE deleted")
    await connection.close()

    store = await Store.connect(empty_database_url)
    await store.migrate()
    async with store.outbox.alone() as outbox:
        told = await outbox.oldest(10)
    await store.close()

    assert [(event.deleted, event.task.title, event.protocol) for event in told] == [
        (False, "Old", None),
        (True, "Old", None),
    ]


async def test_transcripts_from_before_there_was_a_search_are_found_by_the_names_of_their_voices(
    empty_database_url: str,
) -> None:
    steps = schema.migrations()
    search = next(step.version for step in steps if step.name == "search")
    await schema.migrate(empty_database_url, [step for step in steps if step.version < search])
    connection = await asyncpg.connect(empty_database_url)
    await connection.execute(OLD_RECORDING)
    await connection.execute(OLD_RESULT)
    await connection.close()

    store = await Store.connect(empty_database_url)
    await store.migrate()
    while (waiting := await store.search.waiting()) is not None:
        await store.search.index(waiting.task_id)
    next_day = HELD + timedelta(days=1)
    page = await store.search.page(
        "смета", SearchFilter(speaker="мария", held_from=HELD, held_to=next_day), limit=10, cursor=None
    )
    listed = await store.tasks(TaskFilter(held_from=HELD, held_to=next_day), limit=10, cursor=None)
    now = datetime.now(UTC)
    counted = await store.statistics.of(now - timedelta(days=1), now + timedelta(days=1), "UTC")
    await store.close()

    assert [(found.speaker, found.name) for found in page.items] == [(2, "Мария")]
    assert [task.title for task in listed.items] == ["Old"]
    assert counted.talkers == (Talker("Мария", 1, 0.5),)


async def test_a_step_that_fails_leaves_nothing_of_itself(empty_database_url: str) -> None:
    broken = Migration(2, "broken", "CREATE TABLE half (id int); SELECT nonsense")
    with pytest.raises(asyncpg.UndefinedColumnError):
        await schema.migrate(empty_database_url, (STEPS[0], broken))
    assert await applied(empty_database_url) == [(1, "first")]
    half = Migration(2, "half", "CREATE TABLE half (id int)")
    assert await schema.migrate(empty_database_url, (STEPS[0], half)) == 2


async def test_a_database_of_a_newer_release_is_left_alone(empty_database_url: str) -> None:
    await schema.migrate(empty_database_url, STEPS)
    with pytest.raises(SchemaTooNew, match="version 2"):
        await schema.migrate(empty_database_url, STEPS[:1])


def test_the_steps_are_numbered_without_gaps() -> None:
    assert [step.version for step in schema.migrations()] == list(range(1, len(schema.migrations()) + 1))


async def test_connections_say_whose_they_are(store: Store) -> None:
    row = await store._database.fetchrow("SELECT application_name FROM pg_stat_activity WHERE pid = pg_backend_pid()")
    assert row is not None
    assert row["application_name"] == "callscribe"
