"""The guide's commands do what it says."""

from __future__ import annotations

import asyncio
import re
import shlex
from pathlib import Path

import httpx
import pytest

from callscribe.arrivals import ArrivalState
from callscribe.store import Store
from tests.kontur_talk.fake import FakeRecording, FakeTalk

GUIDE = Path(__file__).parents[2] / "docs/kontur_talk.md"
COMMANDS = re.findall(r"^curl [^#\n]+", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)


async def run(command: str, api: httpx.AsyncClient) -> str:
    """Run a command of the guide against this server."""
    here = command.replace("http://127.0.0.1:8000", str(api.base_url)).replace("КЛЮЧ", "r1")
    process = await asyncio.create_subprocess_exec(
        *shlex.split(here), "--silent", "--fail-with-body", stdout=asyncio.subprocess.PIPE
    )
    answer, _ = await process.communicate()
    assert process.returncode == 0, answer.decode()
    return answer.decode()


async def test_there_are_commands() -> None:
    assert len(COMMANDS) >= 3


@pytest.mark.parametrize("command", COMMANDS)
async def test_a_command_of_the_guide_works(fake: FakeTalk, api: httpx.AsyncClient, store: Store, command: str) -> None:
    fake.add(FakeRecording("r1", b"", title="Планёрка"))
    fake.add(FakeRecording("r2", b"", title="Отчёт"))
    answer = await run(command, api)
    if "q=" in command:
        assert "r1" in answer
        assert "r2" not in answer
    if "POST" in command:
        assert (await store.arrivals.of(["r1"]))["r1"].state is ArrivalState.WAITING
