"""An archive of made-up calls over a year, as if they had come in and been processed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np

from benchmarks.search.speech import Speech
from callscribe.domain import Participant, Protocol, ProtocolStatus, Source, Stage, TaskId, Transcript
from callscribe.search.lemmas import Lemmas
from callscribe.search.words import folded
from callscribe.store import Store
from callscribe.store.codec import encode_json, protocol_to_json, words_to_json
from callscribe.store.database import Database
from callscribe.store.outputs import SAVE_VOICES, TURN_COLUMNS
from callscribe.store.searching.lexemes import Lexemes, lexemes_of, save_lexemes
from cluster.postgres import EmbeddedPostgres

if TYPE_CHECKING:
    from callscribe.store.database import Connection

YEAR = timedelta(days=365)
PATIENCE = timedelta(seconds=5)
BATCH = 200
NAMES = [
    f"{first} {last}" for first in ("Анна", "Иван", "Мария", "Пётр", "Ольга") for last in ("Ким", "Орлов", "Серова")
]
FAILED_SHARE, UPLOADED_SHARE, LATE_SHARE = 0.02, 0.5, 0.1
LATEST = timedelta(days=30)
"""How long after a call its recording may come."""
INDEXES = ("turn_lexemes_said", "turn_lexemes_newest")

COLUMNS = {
    "recordings": (
        *("id", "source", "source_id", "title", "title_folded"),
        *("media_key", "media_bytes", "media_sha256", "media_type"),
        *("requested_language", "duration_seconds", "language", "recorded_at"),
    ),
    "tasks": (
        *("id", "status", "progress", "attempts"),
        *("created_at", "held_at", "queued_at", "claimable_at", "started_at", "finished_at"),
        *("error_code", "error_message"),
    ),
    "turns": TURN_COLUMNS,
    "speaker_names": ("task_id", "speaker", "name", "origin"),
    "protocols": ("task_id", "body"),
    "stage_outputs": ("task_id", "stage", "output", "saved_at"),
}

# What the trigger on protocols does, which rests meanwhile.
FIND_NAMES = """
UPDATE voices SET found_name = found_name(body, speaker) FROM protocols
WHERE protocols.task_id = voices.task_id AND voices.task_id = ANY($1)
"""


@dataclass
class Batch:
    """Rows by table, in the order in which they refer to each other, and the turns' lexemes."""

    rows: dict[str, list[tuple[object, ...]]] = field(default_factory=lambda: {table: [] for table in COLUMNS})
    lexemes: list[tuple[TaskId, Lexemes]] = field(default_factory=list)


class Writer:
    """Makes up calls and what is stored of them."""

    def __init__(self, calls: int) -> None:
        self.speech = Speech()
        self._random = np.random.default_rng(1)
        self._lemmas = Lemmas()
        self._first = datetime.now(UTC) - YEAR
        self._step = YEAR / calls

    def batch(self, numbers: Sequence[int]) -> Batch:
        """The rows of these calls, of which the later ones are the newer."""
        batch = Batch()
        for number in numbers:
            self._add(batch, TaskId(UUID(int=int(self._random.integers(2**62)) << 64 | number)), number)
        return batch

    def _add(self, batch: Batch, task_id: TaskId, number: int) -> None:
        came = self._first + number * self._step
        transcript = self.speech.call().transcript
        seconds = transcript.turns[-1].end
        failed = self._random.random() < FAILED_SHARE
        late = self._random.random() < LATE_SHARE
        held = came - LATEST * self._random.random() if late else came
        source = Source.UPLOAD if self._random.random() < UPLOADED_SHARE else list(Source)[number % 3]
        title, language = f"Созвон {number}", None if failed else transcript.language
        about = (task_id, source, task_id.hex, title, folded(title))
        media = (f"media/{task_id}", 1, "", "audio/flac")
        batch.rows["recordings"].append((*about, *media, "auto", seconds, language, held if late else None))
        began, ended = came + timedelta(seconds=5), came + timedelta(seconds=5 + seconds / 8)
        error = ("engine_failed", "An engine broke.") if failed else (None, None)
        status = "failed" if failed else "completed"
        batch.rows["tasks"].append((task_id, status, 1.0, 1, came, held, came, None, began, ended, *error))
        if not failed:
            self._add_result(batch, task_id, transcript)
            batch.rows["stage_outputs"] += [
                (task_id, stage, encode_json({"seconds": seconds / 32}), began + (place + 1) * (ended - began) / 4)
                for place, stage in enumerate(Stage)
            ]

    def _add_result(self, batch: Batch, task_id: TaskId, transcript: Transcript) -> None:
        batch.rows["turns"] += _turns(task_id, transcript)
        batch.lexemes.append((task_id, lexemes_of([turn.text for turn in transcript.turns], self._lemmas)))
        names = [None if self._random.random() < 0.5 else str(self._random.choice(NAMES)) for _ in transcript.speakers]  # noqa: PLR2004
        participants = tuple(
            Participant(
                speaker, name, sum(turn.end - turn.start for turn in transcript.turns if turn.speaker == speaker)
            )
            for speaker, name in zip(transcript.speakers, names, strict=True)
        )
        protocol = Protocol(ProtocolStatus.COMPLETE, "linguistic", 1.0, participants=participants)
        batch.rows["protocols"].append((task_id, encode_json(protocol_to_json(protocol))))
        if self._random.random() < 0.3:  # noqa: PLR2004
            batch.rows["speaker_names"].append((task_id, 1, str(self._random.choice(NAMES)), "person"))


def _turns(task_id: TaskId, transcript: Transcript) -> Iterator[tuple[object, ...]]:
    for ordinal, turn in enumerate(transcript.turns):
        yield task_id, ordinal, turn.start, turn.end, turn.speaker, turn.text, encode_json(words_to_json(turn.words))


@contextmanager
def filled_archive(calls: int) -> Iterator[str]:
    """A PostgreSQL with so many made-up calls in it, which is removed at the end: its DSN."""
    with TemporaryDirectory(prefix="callscribe-archive-", dir="/tmp") as folder:  # sockets' paths must be short
        server = EmbeddedPostgres(Path(folder, "postgres"), Path(folder, "sockets"))
        try:
            asyncio.run(_make(server.dsn, calls))
            yield server.dsn
        finally:
            server.stop()


async def _make(dsn: str, calls: int) -> None:
    store = await Store.connect(dsn)
    await store.migrate()
    await store.close()
    database = await Database.open(dsn, min_size=1, max_size=2, patience=PATIENCE)
    await fill(database, Writer(calls), calls)
    await database.close()


async def fill(database: Database, writer: Writer, calls: int) -> None:
    """Fill an empty database; the indexes of what is searched are built at the end, and everything is analysed."""
    indexes = await database.fetch("SELECT indexdef FROM pg_indexes WHERE indexname = ANY($1)", list(INDEXES))
    await database.run(lambda connection: connection.execute(f"DROP INDEX {', '.join(INDEXES)}"))
    written: asyncio.Future[None] | None = None
    for first in range(0, calls, BATCH):
        batch = await asyncio.to_thread(writer.batch, range(first, min(first + BATCH, calls)))
        if written is not None:
            await written
        written = asyncio.ensure_future(database.transact(partial(_write, batch=batch)))
    if written is not None:
        await written
    statements = [index["indexdef"] for index in indexes] + ["VACUUM ANALYZE", "CHECKPOINT"]
    for statement in statements:
        await database.run(partial(_slowly, statement=statement))


async def _write(connection: Connection, batch: Batch) -> None:
    # Nobody waits for news, and all refers well.
    await connection.execute("SET LOCAL session_replication_role = replica")
    for table, rows in batch.rows.items():
        await connection.copy_records_to_table(table, records=rows, columns=COLUMNS[table])
    for task_id, _ in batch.lexemes:
        await connection.execute(SAVE_VOICES, task_id)
    await connection.execute(FIND_NAMES, [task_id for task_id, _ in batch.lexemes])
    for task_id, lexemes in batch.lexemes:
        await save_lexemes(connection, task_id, lexemes)


async def _slowly(connection: Connection, statement: str) -> None:
    await connection.execute("SET statement_timeout = 0; SET maintenance_work_mem = '1GB'")
    await connection.execute(statement, timeout=3600)
