"""Who the speakers are: by the word of a person, else by the source's own tracks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from callscribe.domain import NameOrigin, SpeakerName, TaskId, Track, Turn
from callscribe.errors import NoSuchSpeaker
from callscribe.store.codec import encode_json, stored_text, turn_of
from callscribe.store.database import DatabaseUser, present

if TYPE_CHECKING:
    from callscribe.store.database import Connection

LOCK_TASK = "SELECT id FROM tasks WHERE id = $1 FOR NO KEY UPDATE"
DELETE_TRACKS = "DELETE FROM tracks WHERE task_id = $1"
SAVE_TRACKS = "INSERT INTO tracks (task_id, ordinal, name, spans) VALUES ($1, $2, $3, $4)"
TRACKS = "SELECT name, spans FROM tracks WHERE task_id = $1 ORDER BY ordinal"
TURNS = "SELECT start_seconds, end_seconds, speaker, words FROM turns WHERE task_id = $1 ORDER BY ordinal"
SPEAKERS = "SELECT DISTINCT speaker FROM turns WHERE task_id = $1"
FORGET_DERIVED = "DELETE FROM speaker_names WHERE task_id = $1 AND origin <> 'person'"
FORGET_OTHERS = f"{FORGET_DERIVED} AND speaker <> ALL($2::integer[])"
SAVE_NAME = """
INSERT INTO speaker_names AS before (task_id, speaker, name, origin) VALUES ($1, $2, $3, $4)
ON CONFLICT (task_id, speaker, origin) DO UPDATE SET name = excluded.name WHERE before.name <> excluded.name
"""
FORGET_BY_HAND = "DELETE FROM speaker_names WHERE task_id = $1 AND speaker = ANY($2::integer[]) AND origin = 'person'"
NAMES = "SELECT speaker, name, origin FROM shown_names WHERE task_id = $1 ORDER BY speaker"

Match = Callable[[Sequence[Turn], Sequence[Track]], Mapping[int, str]]
"""Names speakers of turns after the tracks that they are in."""

Said = tuple[list[Turn], list[Track]]
"""Who spoke when, by our own transcript and by the source's word."""


class Names(DatabaseUser):
    """Tracks, the names that come of them, and those that people give, which stand above these."""

    async def name_by_hand(self, task_id: TaskId, names: Mapping[int, str | None]) -> None:
        """Let speakers be called by these names; with ``None`` as if nobody had given one.

        Raises ``TaskNotFound``, and ``NoSuchSpeaker`` (also while there is no transcript), which changes nothing.
        """
        given = {speaker: name for speaker, name in names.items() if name is not None}
        taken_back = [speaker for speaker, name in names.items() if name is None]

        async def work(connection: Connection) -> None:
            present(await connection.fetchrow(LOCK_TASK, task_id), task_id)
            speakers = {row["speaker"] for row in await connection.fetch(SPEAKERS, task_id)}
            if strange := sorted(names.keys() - speakers):
                raise NoSuchSpeaker(f"Task {task_id} has no speaker {strange[0]}.")
            await _save(connection, task_id, given, NameOrigin.PERSON)
            await connection.execute(FORGET_BY_HAND, task_id, taken_back)

        await self._database.transact(work)

    async def save_tracks(self, task_id: TaskId, tracks: Sequence[Track]) -> bool:
        """Keep who spoke when by the source's own word, in place of what was kept. False where the task is gone."""
        rows = [
            (task_id, ordinal, stored_text(track.name), encode_json([list(span) for span in track.spans]))
            for ordinal, track in enumerate(tracks)
        ]

        async def work(connection: Connection) -> bool:
            if not await connection.fetchval(LOCK_TASK, task_id):
                return False
            await connection.execute(DELETE_TRACKS, task_id)
            await connection.executemany(SAVE_TRACKS, rows)
            return True

        return await self._database.transact(work)

    async def name_speakers(self, task_id: TaskId, match: Match) -> None:
        """Name the speakers after the tracks, as far as there are tracks and turns by now.

        ``match`` works in a thread and locks nothing. What has changed meanwhile is matched anew, so that of a
        transcript and tracks that are stored at the same time the later one finds the other.
        """
        said: Said | None = await self._database.run(lambda connection: _said(connection, task_id))
        while said is not None:
            names = await asyncio.to_thread(match, *said) if all(said) else {}
            said = await self._save_names(task_id, said, names)

    async def _save_names(self, task_id: TaskId, said: Said, names: Mapping[int, str]) -> Said | None:
        """Keep the names, unless something else has been said by now, which is returned."""

        async def work(connection: Connection) -> Said | None:
            if not await connection.fetchval(LOCK_TASK, task_id):
                return None
            now = await _said(connection, task_id)
            if now != said:
                return now
            await _save_derived(connection, task_id, names)
            return None

        return await self._database.transact(work)


async def _said(connection: Connection, task_id: TaskId) -> Said:
    tracks = [
        Track(row["name"], tuple((start, end) for start, end in row["spans"]))
        for row in await connection.fetch(TRACKS, task_id)
    ]
    return [turn_of(row) for row in await connection.fetch(TURNS, task_id)], tracks


async def _save_derived(connection: Connection, task_id: TaskId, names: Mapping[int, str]) -> None:
    """Let these be the names where no person gave another."""
    await connection.execute(FORGET_OTHERS, task_id, list(names))
    await _save(connection, task_id, names, NameOrigin.KONTUR_TALK)


async def _save(connection: Connection, task_id: TaskId, names: Mapping[int, str], origin: NameOrigin) -> None:
    """Where a name is there already, nothing is written or told."""
    rows = [(task_id, speaker, stored_text(name), origin) for speaker, name in names.items()]
    await connection.executemany(SAVE_NAME, rows)


async def names_of(connection: Connection, task_id: TaskId) -> dict[int, SpeakerName]:
    """The names of a task's speakers."""
    return {
        row["speaker"]: SpeakerName(row["name"], NameOrigin(row["origin"]))
        for row in await connection.fetch(NAMES, task_id)
    }
