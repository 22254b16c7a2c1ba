"""CallScribe as its users have it: the whole stack in a child process, spoken to over HTTP."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any

import httpx
from httpx_sse import connect_sse

from benchmarks.memory import MemoryWatch
from benchmarks.recordings import Recording, Utterance
from benchmarks.systems import Hearing, Run
from callscribe.ports import free_port
from callscribe.settings import Settings

_START_SECONDS = 600
_STOP_SECONDS = 60
_READY_FILE = "ready.json"
_OUTPUT = "stack.log"
_WAITING = "waiting"
_FINAL = frozenset({"completed", "failed", "cancelled"})

Answer = dict[str, Any]


class StackError(Exception):
    """The stack did not start, or a recording failed in it."""


@dataclass(frozen=True, slots=True)
class Stack:
    """A running stack: its address, and its first process."""

    url: str
    pid: int

    def submit(self, audio: Path, language: str | None, title: str | None = None) -> str:
        """Upload a recording and return its task's id."""
        named = {} if title is None else {"title": title}
        with httpx.Client(timeout=600) as client, audio.open("rb") as content:
            answer = client.post(
                f"{self.url}/api/v1/transcribe",
                files={"file": (audio.name, content)},
                data={"language": language or "auto"} | named,
            )
        answer.raise_for_status()
        return str(answer.json()["task_id"])

    def follow(self, task_id: str, on_change: Callable[[Answer], None] = lambda _: None) -> Answer:
        """Hear of a task until it is completed. Raises ``StackError`` when it ends in another way.

        By its events: asking again and again would cost the very processors whose work is measured.
        """
        task: Answer = {"status": None}
        with httpx.Client(timeout=60) as client:
            while task["status"] not in _FINAL:
                with connect_sse(client, "GET", f"{self.url}/api/v1/tasks/{task_id}/events") as source:
                    # The first event has no data: it tells only when to come again.
                    for event in filter(attrgetter("data"), source.iter_sse()):
                        task = event.json()
                        on_change(task)
        if task["status"] != "completed":
            message = f"The task ended as {task['status']}: {task['error']}"
            raise StackError(message)
        return task

    def task(self, task_id: str) -> Answer:
        """Fetch a task."""
        answer = httpx.get(f"{self.url}/api/v1/tasks/{task_id}", timeout=60).raise_for_status()
        found: Answer = answer.json()
        return found

    def result(self, task_id: str) -> Answer:
        """Fetch a finished task's result."""
        answer = httpx.get(f"{self.url}/api/v1/results/{task_id}", timeout=60).raise_for_status()
        found: Answer = answer.json()
        return found


@contextmanager
def running_stack(settings: Settings, database_url: str | None = None) -> Iterator[Stack]:
    """Start a stack with a data folder of its own, and a database of its own where none is named.

    At the end it is stopped, and the folder removed.
    """
    place = settings.data_dir.absolute() / "bench"
    place.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="stack-", dir=place, ignore_cleanup_errors=True) as scratch:
        folder = Path(scratch)
        process = start_stack(folder, _environment(settings, database_url), free_port())
        with process:
            try:
                yield Stack(address_of(process, folder), process.pid)
            finally:
                process.send_signal(signal.SIGINT)
                process.wait(timeout=_STOP_SECONDS)


def start_stack(folder: Path, environment: Mapping[str, str], port: int) -> subprocess.Popen[bytes]:
    """Start a stack whose data stands in a folder. It ends with this process, however that ends."""
    ready = folder / _READY_FILE
    ready.unlink(missing_ok=True)
    with (folder / _OUTPUT).open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "cluster", "--port", str(port), "--ready-file", str(ready), "--until-stdin-closes"],
            env=dict(environment) | {"CALLSCRIBE_DATA_DIR": str(folder)},
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def address_of(process: subprocess.Popen[bytes], folder: Path) -> str:
    """Wait until the stack that was started is ready; its API's address. Raises ``StackError`` with what it said."""
    ready = folder / _READY_FILE
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if ready.exists():
            return str(json.loads(ready.read_text(encoding="utf-8"))["url"])
        time.sleep(0.1)
    logs = (folder / _OUTPUT, folder / "logs" / "stack.log")
    said = "\n".join(log.read_text(encoding="utf-8", errors="replace") for log in logs if log.exists())
    message = f"The stack did not start:\n{said}"
    raise StackError(message)


def run_callscribe(settings: Settings, recordings: Sequence[Recording]) -> Run:
    """Send the recordings through a stack of their own, one after the other."""
    started = time.monotonic()
    with running_stack(settings) as stack:
        start_seconds = time.monotonic() - started
        with MemoryWatch(stack.pid).watching() as memory:
            hearings = {recording.name: _hear(stack, recording) for recording in recordings}
    return Run(hearings, start_seconds, memory.peak)


def _hear(stack: Stack, recording: Recording) -> Hearing:
    clock = StageClock()
    started = time.monotonic()
    task_id = stack.submit(recording.audio, recording.language)
    stack.follow(task_id, clock.saw)
    seconds = time.monotonic() - started
    turns = tuple(
        Utterance(turn["start"], turn["end"], turn["speaker"], turn["text"])
        for turn in stack.result(task_id)["segments"]
    )
    return Hearing(turns, turns, seconds, clock.seconds)


class StageClock:
    """Wall seconds that a task was seen in each stage; stages that run side by side share theirs."""

    def __init__(self) -> None:
        self._seen: dict[str, float] = defaultdict(float)
        self._stage = _WAITING
        self._last = time.monotonic()

    def saw(self, task: Mapping[str, Any]) -> None:
        """Take note of a change: until now it was what it was before."""
        now = time.monotonic()
        self._seen[self._stage] += now - self._last
        self._stage = (task["stage"] if task["status"] == "processing" else None) or _WAITING
        self._last = now

    @property
    def seconds(self) -> dict[str, float]:
        """So far."""
        return dict(self._seen)


def _environment(settings: Settings, database_url: str | None) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "CALLSCRIBE_DATABASE_URL"}
    named = {} if database_url is None else {"CALLSCRIBE_DATABASE_URL": database_url}
    return kept | named | {"CALLSCRIBE_MODELS_DIR": str(settings.models_path.absolute())}
