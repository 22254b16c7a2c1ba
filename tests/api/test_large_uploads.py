"""Uploads of 500 MB, to a server in a process of its own: its memory does not grow with them."""

from __future__ import annotations

import struct
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest

from callscribe.settings import MEBIBYTE, Settings
from tests.api.house import assert_problem

LIMIT = Settings(_env_file=None).max_upload_bytes
MOST_GROWTH = 100 * MEBIBYTE
MULTIPART = {"Content-Type": "multipart/form-data; boundary=x"}
PIECE = bytes(MEBIBYTE)


class Server:
    """The process, and how much memory it has had at most."""

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self._process = process
        self.url = url

    @property
    def peak_bytes(self) -> int:
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        (line,) = (line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024


@pytest.fixture
def server(database_url: str, tmp_path: Path) -> Iterator[Server]:
    command = [sys.executable, "-m", "tests.api.server", database_url, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield Server(process, f"http://127.0.0.1:{int(process.stdout.readline())}")
        process.terminate()


async def _multipart(file_bytes: int) -> AsyncIterator[bytes]:
    """A silent WAV of so many bytes, in pieces."""
    yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="long.wav"\r\n\r\n'
    sound = file_bytes - 44
    yield struct.pack(
        "<4sI4s4sIHHIIHH4sI", b"RIFF", sound + 36, b"WAVE", b"fmt ", 16, 1, 1, 16_000, 32_000, 2, 16, b"data", sound
    )
    for _ in range(sound // MEBIBYTE):
        yield PIECE
    yield PIECE[: sound % MEBIBYTE]
    yield b"\r\n--x--\r\n"


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads a process's memory from /proc")
async def test_500_mb_are_taken_and_one_byte_more_is_not_in_the_same_memory(server: Server, tmp_path: Path) -> None:
    async with httpx.AsyncClient(base_url=server.url, timeout=120) as client:
        assert (await client.get("/api/v1/tasks")).status_code == 200
        before = server.peak_bytes

        taken = await client.post("/api/v1/transcribe", content=_multipart(LIMIT), headers=MULTIPART)
        refused = await client.post("/api/v1/transcribe", content=_multipart(LIMIT + 1), headers=MULTIPART)
        tasks = (await client.get("/api/v1/tasks")).json()["items"]

    assert taken.status_code == 202, taken.text
    assert_problem(refused, 413, "too_large")
    assert [task["duration_seconds"] for task in tasks] == [pytest.approx((LIMIT - 44) / 32_000)]
    assert server.peak_bytes - before < MOST_GROWTH
    files = [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()]
    assert [path.stat().st_size for path in files] == [LIMIT]
