"""Lines of the log say whose they are: through threads, asyncio tasks, other processes, and Ray's own filters."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator
from logging.handlers import MemoryHandler
from pathlib import Path
from typing import Any

import pytest
from ray.serve._private.logging_utils import configure_component_logger
from ray.serve.schema import LoggingConfig

from callscribe.logs import about, about_only, bound, request_id
from deployments.replica import OURS, log_with_serve
from deployments.transcriber.newcomers import REMEMBERED, Newcomers

LOGGERS = ("ray.serve", *OURS)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    """The log of a replica, as Serve sets it up for JSON and we join it."""
    loggers = [logging.getLogger(name) for name in LOGGERS]
    before = [(logger, logger.level, logger.handlers.copy(), logger.propagate) for logger in loggers]
    config = LoggingConfig(encoding="JSON", logs_dir=str(tmp_path))
    configure_component_logger(
        component_name="replica", component_id="1", logging_config=config, max_bytes=10**6, backup_count=1
    )
    log_with_serve()
    log_with_serve()
    yield tmp_path / "replica_1.log"
    for handler in logging.getLogger("ray.serve").handlers:
        if isinstance(handler, MemoryHandler) and handler.target is not None:
            handler.target.close()
        handler.close()
    for logger, level, handlers, propagates in before:
        logger.setLevel(level)
        logger.handlers, logger.propagate = handlers, propagates


def lines(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]


async def test_lines_bear_what_is_bound_around_them(log: Path) -> None:
    ours = logging.getLogger("callscribe.media.anything")

    async def stage(name: str) -> None:
        with about(stage=name):
            await asyncio.to_thread(ours.info, "in a thread")

    with about(task_id="7", request_id="r"):
        await asyncio.gather(stage("diarizing"), stage("transcribing"))
        ours.warning("after them", extra={"code": "lost"})
    ours.info("of no task")

    *both, after, none = lines(log)
    assert {(line["task_id"], line["stage"]) for line in both} == {("7", "diarizing"), ("7", "transcribing")}
    assert (after["task_id"], after["request_id"], after["code"]) == ("7", "r", "lost")
    assert "stage" not in after
    assert not {"task_id", "request_id", "stage"} & none.keys()


def test_lines_of_others_are_not_of_our_task(log: Path) -> None:
    with about(task_id="7"):
        logging.getLogger("ray.serve").info("a replica was added")
    (line,) = lines(log)
    assert "task_id" not in line


def test_what_is_bound_is_bound_again_elsewhere() -> None:
    with about(task_id="7", stage=None, request_id="r"):
        carried = bound()
    assert (carried, request_id()) == ({"task_id": "7", "request_id": "r"}, None)
    with about(task_id="8", fence=3), about_only(**carried):
        assert (bound(), request_id()) == (carried, "r")


def test_a_recording_is_told_of_once_by_each_transcriber(log: Path) -> None:
    newcomers = Newcomers()
    for task in ("1", "2", "1", *map(str, range(3, REMEMBERED + 3)), "1"):
        with about(task_id=task, fence=1):
            newcomers.tell(engine="vosk")
    with about(task_id="1", fence=2):
        newcomers.tell(engine="vosk")

    told = [line["task_id"] for line in lines(log) if line["message"] == "recording heard here"]
    assert [told.count(task) for task in ("1", "2", "3")] == [3, 1, 1], "forgotten once, and a second attempt"
