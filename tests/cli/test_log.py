"""``callscribe log``: a task's story, whichever replicas have written it, in however many files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from callscribe.cli.app import app

TASK = "c7832419-4b75-4444-acd9-75f8990ec471"
OTHER = "9bd5bd47-fcd8-466e-8512-bdeb57405003"
FAILURE = {"code": "engine_failed", "exc_text": "Traceback …\nEngineFailed: no\n"}
BEGAN = 1_795_809_472_284_000_000


def line(second: float, deployment: str, message: str, **fields: Any) -> str:
    """One as Ray Serve's formatter writes it."""
    told = {"levelname": "INFO", "message": message, "deployment": deployment, "task_id": TASK} | fields
    return json.dumps(told | {"timestamp_ns": BEGAN + int(second * 1e9)}) + "\n"


@pytest.fixture
def ray(tmp_path: Path) -> Path:
    """Two starts of Ray, the newer one's dispatcher with a rotated log."""
    older, newer = (tmp_path / f"session_2026-11-27_{hour}" / "logs" / "serve" for hour in ("19", "20"))
    for folder in (older, newer):
        folder.mkdir(parents=True)
    (tmp_path / "session_latest").symlink_to(newer.parents[1])
    (older / "replica_callscribe_Ingress_a.log").write_text(line(-0.026, "callscribe_Ingress", "recording received"))
    (newer / "replica_callscribe_Dispatcher_b.log.1").write_text(line(0, "callscribe_Dispatcher", "task claimed"))
    (newer / "replica_callscribe_Dispatcher_b.log").write_text(
        line(3, "callscribe_Dispatcher", "stage begun", stage="diarizing", task_id=OTHER)
        + line(2.5, "callscribe_Dispatcher", "stage ended", stage="diarizing", seconds=1.25)
        + line(4, "callscribe_Dispatcher", "attempt failed", levelname="WARNING", **FAILURE)
        + line(5, "callscribe_Dispatcher", "half written")[:-20]
    )
    (newer / "replica_callscribe_Diarizer_c.log").write_text(line(2, "callscribe_Diarizer", "voices told apart"))
    (newer / "replica_callscribe_Ingress_d.log").write_text(
        line(1, "callscribe_Ingress", f"GET /api/v1/tasks/{TASK} 200", method="GET")
    )
    (newer / "controller_1.log").write_text(line(1, "", "of no replica"))
    return tmp_path


def said(ray: Path, *arguments: str) -> list[str]:
    result = CliRunner().invoke(app, ["log", *arguments, "--folder", str(ray)])
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()


def test_the_story_is_told_in_the_order_of_time(ray: Path) -> None:
    assert said(ray, TASK) == [
        "2026-11-27 19:57:52.258000  callscribe_Ingress      recording received",
        "2026-11-27 19:57:52.284000  callscribe_Dispatcher   task claimed",
        "2026-11-27 19:57:54.284000  callscribe_Diarizer     voices told apart",
        "2026-11-27 19:57:54.784000  callscribe_Dispatcher   stage ended             diarizing        1.25",
        "2026-11-27 19:57:56.284000  callscribe_Dispatcher   WARNING attempt failed"
        "                         engine_failed EngineFailed: no",
    ]


def test_programs_get_every_line_as_it_was_written(ray: Path) -> None:
    lines = [json.loads(each) for each in said(ray, TASK, "--json")]
    assert [each["message"] for each in lines][:3] == [
        "recording received",
        "task claimed",
        f"GET /api/v1/tasks/{TASK} 200",
    ]
    assert lines[-1].items() >= FAILURE.items()


def test_a_task_that_no_replica_knows_is_said_to_be_one(ray: Path) -> None:
    result = CliRunner().invoke(app, ["log", TASK.replace("c", "d"), "--folder", str(ray)])
    assert (result.exit_code, result.stdout) == (1, "")
    assert TASK.replace("c", "d") in " ".join(result.stderr.split())
