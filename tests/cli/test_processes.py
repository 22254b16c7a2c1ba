"""The command line as a process of its own: what it starts, it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from callscribe.ports import free_port
from callscribe.settings import Settings

pytestmark = pytest.mark.models

FAKE_STACK = Path(__file__).parent / "fake_stack"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    unset = {"CALLSCRIBE_SERVER", "CALLSCRIBE_PROFILE"}
    return {name: value for name, value in os.environ.items() if name not in unset} | {
        "PYTHONPATH": f"{FAKE_STACK}{os.pathsep}{ROOT}",
        "FAKE_STACK_NOTES": str(tmp_path / "notes.json"),
        "CALLSCRIBE_MODELS_DIR": str(Settings().models_path.absolute()),
        "CALLSCRIBE_DATA_DIR": str(tmp_path / "data"),
        "CALLSCRIBE_PORT": str(free_port()),
        "LC_ALL": "C.UTF-8",
    }


def is_running(pid: int) -> bool:
    """Whether there is such a process and it is more than an entry that nobody has collected."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


class Command:
    """A running ``callscribe``."""

    def __init__(self, arguments: list[str], environment: dict[str, str], folder: Path) -> None:
        self._notes = Path(environment["FAKE_STACK_NOTES"])
        self._output = folder / "output"
        with self._output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-c", "from callscribe.cli import main; main()", *arguments],
                env=environment,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @property
    def output(self) -> str:
        return self._output.read_text(encoding="utf-8")

    @property
    def acts(self) -> list[str]:
        acts: list[str] = json.loads(self._notes.with_suffix(".acts").read_text())
        return acts

    @property
    def started(self) -> list[int]:
        """The processes that the stack consisted of."""
        pids: list[int] = json.loads(self._notes.read_text())
        return pids

    def wait_for(self, sentence: str) -> None:
        while sentence not in self.output:
            assert self.process.poll() is None, self.output
            time.sleep(0.05)

    def leaves_nothing(self) -> bool:
        return not any(is_running(pid) for pid in self.started)


@pytest.fixture
def start(environment: dict[str, str], tmp_path: Path) -> Iterator[Callable[..., Command]]:
    commands: list[Command] = []

    def start(*arguments: str, **extra: str) -> Command:
        commands.append(Command(list(arguments), environment | extra, tmp_path))
        return commands[-1]

    yield start
    for command in commands:
        command.process.terminate()
        command.process.wait()


def test_transcribe_starts_a_stack_for_the_call_and_stops_it(start: Callable[..., Command], recording: Path) -> None:
    command = start("transcribe", str(recording), "--format", "txt")
    assert command.process.wait() == 0
    assert "Спикер 1: Доброе утро, начнём." in command.output
    assert command.leaves_nothing()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_transcribe_cancels_its_task_and_leaves_nothing(
    start: Callable[..., Command], recording: Path, number: signal.Signals
) -> None:
    command = start("transcribe", str(recording), FAKE_STACK_HANGS="1")
    command.wait_for("transcribing")
    command.process.send_signal(number)
    assert command.process.wait() == 130
    assert command.acts == ["cancel"]
    assert command.leaves_nothing()
    assert "Traceback" not in command.output


def test_a_transcribe_interrupted_while_the_stack_starts_leaves_nothing(
    start: Callable[..., Command], recording: Path, tmp_path: Path
) -> None:
    command = start("transcribe", str(recording))
    notes = tmp_path / "notes.json"
    while not notes.exists() or not notes.read_text():
        assert command.process.poll() is None, command.output
        time.sleep(0.01)
    command.process.send_signal(signal.SIGINT)
    assert command.process.wait() == 130
    assert command.leaves_nothing()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_up_runs_until_it_is_interrupted(start: Callable[..., Command], number: signal.Signals) -> None:
    command = start("up")
    command.wait_for("Ctrl-C stops it.")
    assert "CallScribe is ready: http://127.0.0.1:" in command.output
    assert "/metrics" not in command.output
    command.process.send_signal(number)
    assert command.process.wait() == 0
    assert command.leaves_nothing()
    assert "Traceback" not in command.output


def test_up_says_why_the_stack_did_not_start(start: Callable[..., Command]) -> None:
    command = start("up", FAKE_STACK_FAILS="1")
    assert command.process.wait() == 1
    assert "could not be started: PostgreSQL does not start." in command.output


def test_up_notices_when_the_stack_dies(start: Callable[..., Command]) -> None:
    command = start("up")
    command.wait_for("Ctrl-C stops it.")
    os.kill(command.started[0], signal.SIGKILL)
    assert command.process.wait() == 1
    assert command.leaves_nothing()
    assert command.output.splitlines()[-1] == ("CallScribe has ended without being asked to: it was killed (SIGKILL).")


def test_a_killed_command_takes_its_stack_along(start: Callable[..., Command]) -> None:
    command = start("up")
    command.wait_for("Ctrl-C stops it.")
    command.process.kill()
    deadline = time.monotonic() + 30
    while not command.leaves_nothing() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert command.leaves_nothing()


def test_transcribe_uses_the_server_that_runs_and_leaves_it_alone(
    start: Callable[..., Command], recording: Path
) -> None:
    up = start("up")
    up.wait_for("Ctrl-C stops it.")
    before = up.started
    result = start("transcribe", str(recording))
    assert result.process.wait() == 0
    assert up.process.poll() is None
    assert up.started == before
