"""HAProxy with the configuration that Serve writes, started as Serve starts it."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import psutil
import pytest
import uvicorn
from ray.serve._private.haproxy import BackendConfig, HAProxyApi, HAProxyConfig, ServerConfig
from ray.serve.config import HTTPOptions
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from callscribe.ports import free_port
from cluster.haproxy import mended

Start = Callable[..., psutil.Process]

START_AND_STAY = "import subprocess, sys, time; print(subprocess.Popen(sys.argv[1:]).pid, flush=True); time.sleep(600)"


def configured(folder: Path, host: str, **backends: BackendConfig) -> HAProxyConfig:
    """Let Serve write its configuration for a stack on ``host``."""
    config = HAProxyConfig(
        http_options=HTTPOptions(host=host, port=free_port()),
        socket_path=str(folder / "admin.sock"),
        server_state_base=str(folder),
        server_state_file=str(folder / "server-state"),
        metrics_socket_path=str(folder / "metrics"),
        stats_port=free_port(),
        metrics_port=free_port(),
    )
    HAProxyApi(config, backends, config_file_path=str(folder / "haproxy.cfg"))._generate_config_file_internal()
    return config


def command(folder: Path) -> list[str]:
    program = mended(folder)["RAY_SERVE_HAPROXY_BINARY_PATH"]
    return [program, "-db", "-f", str(folder / "haproxy.cfg"), "-dR"]


def listening(process: psutil.Process) -> dict[int, str]:
    """The address of each port that it listens on, as soon as there are three."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        found = {
            connection.laddr.port: connection.laddr.ip
            for connection in process.net_connections("tcp")
            if connection.status == psutil.CONN_LISTEN
        }
        if len(found) >= 3:
            return found
        time.sleep(0.05)
    raise AssertionError(f"only {found}")


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose name is short enough for a socket."""
    return tmp_path_factory.mktemp("h")


@pytest.fixture
def haproxy(folder: Path) -> Iterator[Start]:
    with ExitStack() as stack:

        def start() -> psutil.Process:
            process = stack.enter_context(subprocess.Popen(command(folder)))
            stack.callback(process.kill)
            return psutil.Process(process.pid)

        yield start


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])  # noqa: S104
def test_its_statistics_are_for_this_machine_alone(haproxy: Start, folder: Path, host: str) -> None:
    config = configured(folder, host)
    assert listening(haproxy()) == {
        config.frontend_port: host,
        config.stats_port: "127.0.0.1",
        config.metrics_port: "127.0.0.1",
    }


async def who_asks(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the address that a replica takes for the client's."""
    await PlainTextResponse(scope["client"][0])(scope, receive, send)


@pytest.fixture
async def replica() -> AsyncIterator[ServerConfig]:
    """A server as Serve's replicas have it."""
    with socket.create_server(("127.0.0.1", 0)) as listening_socket:
        server = uvicorn.Server(uvicorn.Config(who_asks, lifespan="off", log_config=None))
        serving = asyncio.create_task(server.serve(sockets=[listening_socket]))
        yield ServerConfig("replica", "127.0.0.1", listening_socket.getsockname()[1])
        server.should_exit = True
        await serving


async def test_replicas_learn_who_asks_and_believe_nothing_else(
    haproxy: Start, folder: Path, replica: ServerConfig
) -> None:
    config = configured(folder, "127.0.0.1", app=BackendConfig("app", "/", servers=[replica]))
    await asyncio.to_thread(listening, haproxy())
    async with httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(local_address="127.0.0.2")) as client:
        url, lie = f"http://127.0.0.1:{config.frontend_port}/", {"X-Forwarded-For": "203.0.113.9"}
        assert (await client.get(url, headers=lie)).text == "127.0.0.2"


def test_it_does_not_outlive_who_started_it(folder: Path) -> None:
    configured(folder, "127.0.0.1")
    with subprocess.Popen([sys.executable, "-c", START_AND_STAY, *command(folder)], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        process = psutil.Process(int(parent.stdout.readline()))
        listening(process)
        parent.kill()
    _, alive = psutil.wait_procs([process], timeout=10)
    assert not alive
