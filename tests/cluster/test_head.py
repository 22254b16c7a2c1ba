"""Ray's head as a container has it, with a small application in the place of the graph."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import psutil
import pytest
import yaml

from callscribe.ports import free_port
from cluster.head import has_replicas
from tests.cluster.greeting import CALL_SECONDS

START_SECONDS = 120
STOP_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Head:
    """Where it answers, and its process."""

    url: str
    process: psutil.Popen
    output: Path

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return int(self.process.wait(STOP_SECONDS))


def application(**changes: object) -> dict[str, object]:
    return {"name": "greeting", "route_prefix": "/", "import_path": "tests.cluster.greeting:app", "args": {}} | changes


@contextmanager
def started(applications: list[dict[str, object]]) -> Iterator[Head]:
    # Below /tmp, because Ray keeps sockets there, whose paths must be short; and no other Ray's.
    with TemporaryDirectory(prefix="head-", ignore_cleanup_errors=True) as name:
        folder, port = Path(name), free_port()
        file = folder / "serve.yaml"
        http = {"host": "127.0.0.1", "port": port}
        content = {"proxy_location": "HeadOnly", "http_options": http, "applications": applications}
        file.write_text(yaml.safe_dump(content), encoding="utf-8")
        ports = [f"--port={free_port()}", "--dashboard-agent-listen-port=0"]
        options = ["--num-cpus=1", "--object-store-memory=80000000", f"--temp-dir={folder}", *ports]
        head = [sys.executable, "-m", "cluster.head", f"--dashboard-port={free_port()}"]
        token = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": "of-the-test", "RAY_SERVE_ENABLE_HA_PROXY": "0"}
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        output = folder / "output"
        with output.open("wb") as log:
            process = psutil.Popen(
                [*head, str(file), "--", *options],
                env={**os.environ, **token, "PATH": path},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            yield Head(f"http://127.0.0.1:{port}", process, output)
        finally:
            _end(folder)


def _end(folder: Path) -> None:
    """Kill what is left of a head: Ray's agents outlive it for a while. In a container nothing does."""
    for process in psutil.process_iter(["cmdline"]):
        if any(str(folder) in argument for argument in process.info["cmdline"] or []):
            process.kill()


def answer(head: Head) -> str:
    """What the application says, as soon as it does."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and head.process.poll() is None:
        try:
            response = httpx.get(head.url, timeout=5)
        except httpx.TransportError:
            time.sleep(0.2)
            continue
        if response.is_success:
            return response.text
        time.sleep(0.2)
    raise AssertionError(head.output.read_text(encoding="utf-8", errors="replace"))


@pytest.mark.ray
def test_the_head_deploys_by_itself_and_lets_calls_end_before_it_stops() -> None:
    with started([application()]) as head, ThreadPoolExecutor() as pool:
        assert answer(head) == "hello"
        call = pool.submit(httpx.get, f"{head.url}/slowly", timeout=CALL_SECONDS * 10)
        time.sleep(CALL_SECONDS / 3)
        assert head.stop() == 0, head.output.read_text(encoding="utf-8", errors="replace")
        assert call.result().text == "hello"


def test_a_file_that_serve_would_refuse_ends_the_head_before_it_starts() -> None:
    with started([application(deployments=[{"name": "Greeting", "num_replicas": -1}])]) as head:
        assert head.process.wait(START_SECONDS) == 1
        said = head.output.read_text(encoding="utf-8", errors="replace")
        assert "serve.yaml is no Serve file" in said
        assert "num_replicas" in said


def test_replicas_that_never_found_room_are_not_waited_for() -> None:
    def applications(*nodes: str | None) -> dict[str, object]:
        replicas = [{"state": "STOPPING", "node_id": node} for node in nodes]
        return {"greeting": {"deployments": {"Greeting": {"replicas": replicas}, "Idle": {"replicas": []}}}}

    assert has_replicas(applications(None, "node"))
    assert not has_replicas(applications(None))
    assert not has_replicas({})
