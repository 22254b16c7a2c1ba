"""``callscribe log``: what this machine's replicas have written of a task."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import gettempdir
from typing import Annotated, Any
from uuid import UUID

import typer

from callscribe.cli.console import fail
from callscribe.cli.wording import WORDS

RAY = Path(os.environ.get("RAY_TMPDIR") or gettempdir(), "ray")
"""Where Ray has its own files."""
REPLICAS = "session_*/logs/serve/replica_*.log*"

Line = dict[str, Any]


def log(
    task_id: UUID,
    folder: Annotated[Path, typer.Option(help=WORDS.log_folder, file_okay=False)] = RAY,
    as_json: Annotated[bool, typer.Option("--json", help=WORDS.log_json)] = False,
) -> None:
    """Print a task's lines in the order of time, reads of it in JSON only; exit code 1 where there are none."""
    lines = sorted(_lines(folder, str(task_id)), key=lambda line: line["timestamp_ns"])
    if not lines:
        fail(WORDS.no_log.format(folder=folder, task_id=task_id))
    for line in lines:
        if as_json:
            typer.echo(json.dumps(line, ensure_ascii=False))
        elif line.get("method") != "GET":
            typer.echo(_told(line))


def _lines(folder: Path, wanted: str) -> Iterator[Line]:
    """The lines of all starts of Ray, rotated ones too, in which it stands."""
    for path in folder.glob(REPLICAS):
        if path.is_relative_to(folder / "session_latest"):
            continue  # a link to one of the others
        with path.open(encoding="utf-8", errors="replace") as file:
            for line in file:
                if wanted in line:
                    with suppress(json.JSONDecodeError):  # half written yet
                        yield json.loads(line)


def _told(line: Line) -> str:
    """One line for people, which begins with its time (UTC), so that `sort` joins what several machines tell."""
    at = datetime.fromtimestamp(line["timestamp_ns"] / 1e9, UTC)
    level = "" if line["levelname"] == "INFO" else f"{line['levelname']} "
    message = level + " ".join(line["message"].split())
    where, stage, seconds = (line.get(name, "") for name in ("deployment", "stage", "seconds"))
    failure = line.get("exc_text", "").strip().rpartition("\n")[2]
    rest = " ".join(filter(None, (line.get("code"), failure)))
    return f"{at:%Y-%m-%d %H:%M:%S.%f}  {where:<22}  {message:<22}  {stage:<12}  {seconds:>7}  {rest}".rstrip()
