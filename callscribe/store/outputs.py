"""What the stages make: stored under the claim's fence, each time whole, so that a second time replaces the first."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from callscribe.domain import Claim, Language, Protocol, Stage, TaskId, Transcript, Turn
from callscribe.search.lemmas import Lemmas
from callscribe.store.codec import encode_json, protocol_to_json, stored_text, words_to_json
from callscribe.store.database import Database, DatabaseUser
from callscribe.store.names import FORGET_DERIVED
from callscribe.store.queue import HELD, lost
from callscribe.store.searching.lexemes import Lexemes, lexemes_of, save_lexemes

if TYPE_CHECKING:
    from callscribe.store.database import Connection

# The lock keeps the fence as it is until the write is committed.
HOLD = f"SELECT TRUE FROM tasks {HELD} FOR NO KEY UPDATE"  # noqa: S608 - of constants alone
STAGE_OUTPUTS = "SELECT stage, output FROM stage_outputs WHERE task_id = $1"
SAVE_STAGE = """
INSERT INTO stage_outputs (task_id, stage, output) VALUES ($1, $2, $3)
ON CONFLICT (task_id, stage) DO UPDATE SET output = excluded.output, saved_at = now()
"""
SAVE_PROTOCOL = """
INSERT INTO protocols (task_id, body, revise_at) VALUES ($1, $2, now() + $3::interval)
ON CONFLICT (task_id) DO UPDATE
    SET body = excluded.body, saved_at = now(), revisions = 0, revise_at = excluded.revise_at
"""
TURNS = (
    "SELECT ordinal, start_seconds, end_seconds, speaker, text, words FROM turns WHERE task_id = $1 ORDER BY ordinal"
)
IS_IN_LANGUAGE = "SELECT TRUE FROM recordings WHERE id = $1 AND COALESCE(language, $2) = $2"
DELETE_PROTOCOL = "DELETE FROM protocols WHERE task_id = $1"
DELETE_TURNS = "DELETE FROM turns WHERE task_id = $1"
DELETE_VOICES = "DELETE FROM voices WHERE task_id = $1"
SAVE_VOICES = """
INSERT INTO voices (task_id, speaker, created_at, talk_seconds)
SELECT task_id, speaker, created_at, sum(end_seconds - start_seconds) FROM turns JOIN tasks ON tasks.id = task_id
WHERE task_id = $1 GROUP BY task_id, speaker, created_at
"""
SAVE_LANGUAGE = "UPDATE recordings SET language = $2, duration_seconds = $3, truncated = $4 WHERE id = $1"
TURN_COLUMNS = ("task_id", "ordinal", "start_seconds", "end_seconds", "speaker", "text", "words")

TurnRow = tuple[int, float, float, int, str, list[list[float | str]]]
"""A turn as it is stored: its columns but for the task, in their order."""


class Outputs(DatabaseUser):
    """Stages' outputs, transcripts, which can be searched from then on, and protocols."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._lemmas = Lemmas()

    async def stage_outputs(self, task_id: TaskId) -> dict[Stage, Mapping[str, Any]]:
        """The stored outputs, as JSON objects; none for a task that is not there."""
        rows = await self._database.fetch(STAGE_OUTPUTS, task_id)
        return {Stage(row["stage"]): row["output"] for row in rows}

    async def save_stage(self, claim: Claim, stage: Stage, output: Mapping[str, Any]) -> None:
        """Store what a stage made; a second time replaces it.

        Raises ``ClaimLost``, ``TypeError`` or ``ValueError`` for what is not JSON (NaN is not).
        """
        body = encode_json(dict(output))

        async def work(connection: Connection) -> None:
            await _hold(connection, claim)
            await connection.execute(SAVE_STAGE, claim.task.id, stage, body)

        await self._database.transact(work)

    async def save_transcript(
        self, claim: Claim, transcript: Transcript, *, duration_seconds: float, truncated: bool = False
    ) -> None:
        """Store the turns (one row each) and the recording's language, duration, and whether its end is missing.

        Turns that are stored already, in this language, stay, with the protocol and the names made of them; in place of
        others, whose protocol and names go with them. Raises ``ClaimLost``.
        """
        task_id = claim.task.id
        turns = [_turn_row(ordinal, turn) for ordinal, turn in enumerate(transcript.turns)]
        # Nobody else writes turns under this claim, which is held below.
        are_stored = await self._are_stored(task_id, turns, transcript.language)
        texts = [] if are_stored else [turn.text for turn in transcript.turns]
        lexemes = await asyncio.to_thread(lexemes_of, texts, self._lemmas)

        async def work(connection: Connection) -> None:
            await _hold(connection, claim)
            await connection.execute(SAVE_LANGUAGE, task_id, transcript.language, duration_seconds, truncated)
            if not are_stored:
                await _replace_turns(connection, task_id, turns, lexemes)

        await self._database.transact(work)

    async def _are_stored(self, task_id: TaskId, turns: Sequence[TurnRow], language: Language) -> bool:
        if not await self._database.fetchrow(IS_IN_LANGUAGE, task_id, language):
            return False
        return [tuple(row) for row in await self._database.fetch(TURNS, task_id)] == turns

    async def save_protocol(self, claim: Claim, protocol: Protocol, *, revise_after: timedelta | None = None) -> None:
        """Store the protocol, to be made again after a while if need be; a second time replaces it.

        Raises ``ClaimLost``.
        """
        body = encode_json(protocol_to_json(protocol))

        async def work(connection: Connection) -> None:
            await _hold(connection, claim)
            await connection.execute(SAVE_PROTOCOL, claim.task.id, body, revise_after)

        await self._database.transact(work)


async def _hold(connection: Connection, claim: Claim) -> None:
    if not await connection.fetchval(HOLD, claim.task.id, claim.fence):
        raise lost(claim)


def _turn_row(ordinal: int, turn: Turn) -> TurnRow:
    start, end = round(turn.start, 3), round(turn.end, 3)
    return ordinal, start, end, turn.speaker, stored_text(turn.text), words_to_json(turn.words)


async def _replace_turns(connection: Connection, task_id: TaskId, turns: Sequence[TurnRow], lexemes: Lexemes) -> None:
    """Put turns in the place of those that are there, of which nothing is kept but the names that people gave."""
    for statement in (DELETE_PROTOCOL, FORGET_DERIVED, DELETE_TURNS, DELETE_VOICES):
        await connection.execute(statement, task_id)
    rows = [(task_id, *row, encode_json(words)) for *row, words in turns]
    await connection.copy_records_to_table("turns", records=rows, columns=TURN_COLUMNS)
    await connection.execute(SAVE_VOICES, task_id)
    await save_lexemes(connection, task_id, lexemes)
