"""An S3-compatible server on 127.0.0.1 for the time of a test run: Versity's gateway, or moto where there is none."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

BUCKET = "recordings"
_SECRET = "for-the-tests-only"


@dataclass(frozen=True, slots=True)
class S3Server:
    """Where it listens, what obstore needs to reach it, and which server it is."""

    endpoint: str
    description: str
    options: dict[str, str] = field(default_factory=dict)


def gateway_binary() -> str | None:
    """The Versity gateway: named by ``CALLSCRIBE_TEST_S3_SERVER``, in ``tools/bin``, or on the path."""
    beside = Path(__file__).parents[2] / "tools" / "bin"
    return os.environ.get("CALLSCRIBE_TEST_S3_SERVER") or shutil.which(
        "versitygw", path=os.pathsep.join([str(beside), os.environ.get("PATH", "")])
    )


@contextmanager
def s3_server(folder: Path) -> Iterator[S3Server]:
    """A running server with one empty bucket; it keeps its objects in ``folder``, if anywhere."""
    binary = gateway_binary()
    with _gateway(binary, folder) if binary else _moto() as server:
        yield server


@contextmanager
def _gateway(binary: str, folder: Path) -> Iterator[S3Server]:
    (folder / BUCKET).mkdir(parents=True)
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    process = subprocess.Popen(
        [binary, "--port", address, "--quiet", "posix", str(folder)],
        env={"ROOT_ACCESS_KEY": "tests", "ROOT_SECRET_KEY": _SECRET, "HOME": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(address)
        yield _server(f"http://{address}", f"Versity's S3 gateway ({binary})")
    finally:
        process.terminate()
        process.wait(timeout=20)


@contextmanager
def _moto() -> Iterator[S3Server]:
    from moto.server import ThreadedMotoServer  # noqa: PLC0415  (slow to import, and seldom needed)

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        endpoint = f"http://{host}:{port}"
        httpx.put(f"{endpoint}/{BUCKET}").raise_for_status()
        yield _server(endpoint, "moto, since no versitygw was found (`make s3-server` installs it where Go is)")
    finally:
        server.stop()


def _server(endpoint: str, description: str) -> S3Server:
    return S3Server(
        endpoint,
        description,
        {"endpoint": endpoint, "access_key_id": "tests", "secret_access_key": _SECRET, "region": "us-east-1"},
    )


def _wait_for(address: str) -> None:
    host, port = address.split(":")
    for _ in range(200):
        try:
            socket.create_connection((host, int(port)), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    message = f"no S3 server came up on {address}"
    raise TimeoutError(message)
