"""The domain's values as PostgreSQL stores them, and back.

PostgreSQL's text has no NUL and no lone surrogates, nor has its jsonb: in text for people both become U+FFFD, in
the source's ids they are escaped, so that two ids never become one.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from asyncpg import Record
from pydantic import TypeAdapter

from callscribe.domain import (
    Language,
    ModelNames,
    Protocol,
    ProtocolStatus,
    RequestedLanguage,
    Source,
    Stage,
    Task,
    TaskError,
    TaskId,
    TaskStatus,
    Template,
    Turn,
    Word,
)
from callscribe.speakers import renamed, speaker_label
from callscribe.store.values import TaskEvent

MAX_SOURCE_ID_BYTES = 2048

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_UNSTORABLE_OR_ESCAPE = re.compile("[\\\\\0\ud800-\udfff]")
_ESCAPED = re.compile(r"\\([0-9a-f]{4})")
_NUL_IN_JSON = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")
_JSONB_VERSION = b"\x01"
_PROTOCOL = TypeAdapter(Protocol)
_JSON: TypeAdapter[object] = TypeAdapter(object)  # four times as fast as the standard library's


def stored_text(text: str) -> str:
    """The text with U+FFFD for what PostgreSQL cannot store."""
    return _UNSTORABLE.sub("\ufffd", text)


def encode_source_id(source_id: str) -> str:
    """The id with what PostgreSQL cannot store escaped. Raises ``ValueError`` past 2048 bytes."""
    encoded = _UNSTORABLE_OR_ESCAPE.sub(lambda odd: f"\\{ord(odd[0]):04x}", source_id)
    if len(encoded.encode()) > MAX_SOURCE_ID_BYTES:
        raise ValueError(f"A source's id is longer than {MAX_SOURCE_ID_BYTES} bytes.")
    return encoded


def decode_source_id(encoded: str) -> str:
    """The id as its source gave it."""
    return _ESCAPED.sub(lambda odd: chr(int(odd[1], 16)), encoded)


def encode_json(value: object) -> bytes:
    """Compact JSON in jsonb's binary form. Raises ``ValueError`` for NaN and infinities."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return _JSONB_VERSION + stored_text(_NUL_IN_JSON.sub("\\1\ufffd", text)).encode()


def decode_json(data: bytes) -> object:
    """The value of a jsonb in its binary form."""
    return _JSON.validate_json(data[len(_JSONB_VERSION) :])


def words_to_json(words: Sequence[Word]) -> list[list[float | str]]:
    """Words as ``[start, end, text, confidence]``, times to the millisecond, confidences to four places."""
    return [[round(word.start, 3), round(word.end, 3), word.text, round(word.confidence, 4)] for word in words]


def words_from_json(rows: Sequence[tuple[float, float, str, float]]) -> tuple[Word, ...]:
    """Inverse of ``words_to_json``."""
    return tuple(Word(float(start), float(end), text, float(confidence)) for start, end, text, confidence in rows)


def protocol_to_json(protocol: Protocol) -> dict[str, object]:
    """A protocol as a JSON object with the names of its fields."""
    encoded: dict[str, object] = _PROTOCOL.dump_python(protocol, mode="json")
    return encoded


def protocol_from_json(body: Mapping[str, object]) -> Protocol:
    """Inverse of ``protocol_to_json``."""
    return _PROTOCOL.validate_python(body)


def turn_of(row: Record) -> Turn:
    """A turn from its row."""
    return Turn(row["start_seconds"], row["end_seconds"], row["speaker"], words_from_json(row["words"]))


def models_of(row: Record) -> ModelNames:
    """The engines' names from a task's row."""
    return ModelNames(row["diarizer"], row["transcriber"], row["llm"])


def task_of(row: Record | Mapping[str, Any]) -> Task:
    """A task from a row of ``SELECT_TASK``."""
    language = Language(row["language"]) if row["language"] else None
    return Task(
        id=TaskId(row["id"]),
        status=TaskStatus(row["status"]),
        source=Source(row["source"]),
        source_id=decode_source_id(row["source_id"]),
        title=row["title"],
        media_key=row["media_key"],
        media_bytes=row["media_bytes"],
        media_sha256=row["media_sha256"],
        media_type=row["media_type"],
        requested_language=RequestedLanguage(row["requested_language"]),
        created_at=row["created_at"],
        stage=Stage(row["stage"]) if row["stage"] else None,
        progress=row["progress"],
        language=language,
        num_speakers=row["num_speakers"],
        template=Template(row["template"]),
        meeting_id=row["meeting_id"],
        participants=tuple(row["participants"]),
        speakers=_speakers(row["voices"] or (), language) if language else (),
        duration_seconds=row["duration_seconds"],
        truncated=row["truncated"],
        recorded_at=row["recorded_at"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        attempts=row["attempts"],
        error=TaskError(row["error_code"], row["error_message"]) if row["error_code"] else None,
        queue_position=row["queue_position"],
        protocol_status=ProtocolStatus(row["protocol_status"]) if row["protocol_status"] else None,
        result_of_before=bool(row["result_of_before"]),
    )


def _speakers(voices: Iterable[tuple[int, str | None]], language: Language) -> tuple[str, ...]:
    return tuple(name or speaker_label(speaker, language) for speaker, name in voices)


def event_of(row: Record) -> TaskEvent:
    """An event from a row of the outbox, whose task is the JSON of a row of ``SELECT_TASK``."""
    columns = row["task"]
    moments = {name: _moment(columns[name]) for name in ("created_at", "recorded_at", "started_at", "finished_at")}
    task = task_of(
        {"queue_position": None, "voices": None, "result_of_before": False} | columns | moments | {"id": row["task_id"]}
    )
    protocol = protocol_from_json(row["protocol"]) if row["protocol"] else None
    names = {int(speaker): name for speaker, name in (row["names"] or {}).items()}
    if protocol is not None and task.language is not None:
        protocol = renamed(protocol, names, task.language)
    return TaskEvent(row["id"], row["deleted"], row["occurred_at"], task, protocol, columns.get("request_id"))


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def cursor_after(task: Task) -> str:
    """The cursor of the page that begins after this task."""
    return encode_cursor(task.held_at, task.id.hex)


def read_cursor(cursor: str) -> tuple[datetime, UUID]:
    """When a call was, and the id that a cursor stands for. Raises ``ValueError`` when it is not one of ours."""
    held_at, task_id = decode_cursor(cursor)
    return held_at, UUID(hex=task_id)


def encode_cursor(moment: datetime, name: str) -> str:
    """The cursor of the page that begins after what has this moment and, of those that have it, this name."""
    return base64.urlsafe_b64encode(f"{moment.isoformat()}|{name}".encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> tuple[datetime, str]:
    """The moment and the name that a cursor stands for. Raises ``ValueError`` when it is not one of ours."""
    padded = cursor.encode() + b"=" * (-len(cursor) % 4)
    written, _, name = base64.b64decode(padded, altchars=b"-_", validate=True).decode().partition("|")
    if _UNSTORABLE.search(name):
        raise ValueError("Nothing has the cursor's name.")
    return moment_of_cursor(written), name


def moment_of_cursor(written: str) -> datetime:
    """A moment as a cursor writes it. Raises ``ValueError`` when none of ours is written so."""
    moment = datetime.fromisoformat(written)
    if moment.tzinfo is None:
        raise ValueError("The cursor's time has no zone.")
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("The cursor's time is none in UTC.") from error
