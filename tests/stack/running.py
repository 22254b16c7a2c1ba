"""A running stack, as a client and as an operator with ``kill`` sees it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
from filelock import FileLock

from benchmarks.stack import address_of, start_stack
from callscribe.ports import free_port
from callscribe.settings import Settings

TASK_SECONDS = 480

STARTING = FileLock(Path(tempfile.gettempdir()) / "callscribe-tests-starting.lock")
"""One stack starts at a time, whatever other workers of pytest do: Ray gives its own start half a minute."""

Answer = dict[str, Any]


@dataclass(frozen=True)
class Served:
    """An API somewhere, and the folder that its blobs are in."""

    url: str
    data_dir: Path

    def upload(self, media: Path, *, request_id: str | None = None, **fields: str) -> httpx.Response:
        with media.open("rb") as content:
            return httpx.post(
                f"{self.url}/api/v1/transcribe",
                files={"file": (media.name, content)},
                data=fields,
                headers={"X-Request-ID": request_id} if request_id else None,
                timeout=120,
            )

    def task(self, task_id: str) -> Answer:
        return self._get(f"/api/v1/tasks/{task_id}")

    def result(self, task_id: str) -> Answer:
        return self._get(f"/api/v1/results/{task_id}")

    def _get(self, path: str) -> Answer:
        answer = httpx.get(self.url + path, timeout=60)
        answer.raise_for_status()
        found: Answer = answer.json()
        return found

    def wait_until(self, task_id: str, reached: Callable[[Answer], bool]) -> Answer:
        """Poll the task until it is where the test wants it; an outage of the API is waited out."""
        deadline = time.monotonic() + TASK_SECONDS
        task: Answer = {}
        while time.monotonic() < deadline:
            try:
                task = self.task(task_id)
            except httpx.HTTPError:
                time.sleep(0.2)
                continue
            if reached(task):
                return task
            time.sleep(0.05)
        raise AssertionError(f"the task did not get there: {task}")

    def wait_until_ended(self, task_id: str) -> Answer:
        return self.wait_until(task_id, lambda task: task["status"] in {"completed", "failed", "cancelled"})

    def transcribe(self, media: Path, **fields: str) -> Answer:
        """Upload a recording that is taken, and wait for its end."""
        answer = self.upload(media, **fields)
        assert answer.status_code == httpx.codes.ACCEPTED, answer.text
        return self.wait_until_ended(answer.json()["task_id"])

    def delete(self, task_id: str) -> None:
        httpx.delete(f"{self.url}/api/v1/tasks/{task_id}", timeout=60).raise_for_status()

    def missing(self) -> Answer:
        """What the stack lacks to be ready, and why."""
        found: Answer = httpx.get(f"{self.url}/readyz", timeout=10).json().get("missing", {})
        return found

    def leftovers(self) -> tuple[set[str], set[str]]:
        """Every task's id, and every file of the blob store."""
        tasks = {task["task_id"] for task in self._get("/api/v1/tasks?limit=100")["items"]}
        folder = self.data_dir / "blobs"
        return tasks, {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}

    def files_of(self, task_id: str) -> list[str]:
        """Every blob of a task."""
        folder = self.data_dir / "blobs"
        return sorted(
            str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and task_id in path.name
        )


@dataclass(frozen=True)
class Stack(Served):
    """One ``python -m cluster`` with its own data folder."""

    process: subprocess.Popen[bytes]

    def processes(self, marker: str) -> list[psutil.Process]:
        """The stack's processes whose command line contains ``marker``."""
        return [process for process in family(self.process.pid) if marker in command_line(process)]

    @property
    def logs(self) -> Path:
        """The folder in which Ray keeps what all its processes write; replicas' logs are in ``serve``."""
        (ingress,) = self.processes("ServeReplica:callscribe:Ingress")
        (serve,) = {Path(file.path).parent for file in ingress.open_files() if Path(file.path).parent.name == "serve"}
        return serve.parent

    @property
    def ray_metrics(self) -> str:
        """Host and port at which Ray gives out its own metrics."""
        (group,) = json.loads((self.data_dir / "ray_metrics.json").read_text(encoding="utf-8"))
        (target,) = group["targets"]
        return str(target)

    def kill(self, marker: str) -> psutil.Process:
        """``kill -9`` the one process that ``marker`` names."""
        (process,) = self.processes(marker)
        process.kill()
        return process


def family(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True)


def command_line(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
        return ""


@contextmanager
def running_stack(settings: Mapping[str, str]) -> Iterator[Stack]:
    """Start a stack with the models that are here in a new folder, and stop it as ``restarted_stack`` does."""
    with new_folder() as data_dir, restarted_stack(data_dir, settings, free_port()) as stack:
        yield stack


@contextmanager
def new_folder() -> Iterator[Path]:
    """A folder for a stack's data: its path is short, for sockets."""
    with tempfile.TemporaryDirectory(prefix="callscribe-stack-", dir="/tmp") as folder:
        yield Path(folder)


@contextmanager
def restarted_stack(data_dir: Path, settings: Mapping[str, str], port: int) -> Iterator[Stack]:
    """Start a stack in a folder, and stop it as the command line does: it must end and leave nothing running."""
    with ExitStack() as starting:
        starting.enter_context(STARTING)
        process = start_process(data_dir, settings, port)
        try:
            stack = Stack(address_of(process, data_dir), data_dir, process)
            starting.close()
            yield stack
        finally:
            left = family(process.pid) if process.poll() is None else []
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=120) == 0
            assert process.stdin is not None
            process.stdin.close()
            assert not [running for running in left if running.is_running()]


def start_process(data_dir: Path, settings: Mapping[str, str], port: int) -> subprocess.Popen[bytes]:
    """Start a stack that ends with the tests, however they end, and has its share beside those that run with it.

    It has no pages unless the settings say so: it is there sooner.
    """
    models = str(Settings().models_path.absolute())
    own = {"CALLSCRIBE_MODELS_DIR": models, "CALLSCRIBE_GIVES_WAY": "false", "CALLSCRIBE_PAGES": "false"}
    return start_stack(data_dir, dict(os.environ) | own | dict(settings), port)
