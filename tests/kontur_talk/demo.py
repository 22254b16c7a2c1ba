"""``make demo-kontur``: a fake space has a meeting; the whole stack takes it in by webhook and names its voices."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from callscribe.cli.app import app as callscribe
from callscribe.cli.server import own_server
from callscribe.ports import free_port
from callscribe.settings import Settings
from tests.kontur_talk.fake import TOKEN, FakeRecording, FakeTalk, running_fake

DEMO = Path(__file__).parents[2] / "demo"
KEY = "mayak"
PEOPLE = {"ivan": "Иван Орлов", "maria": "Мария Кузнецова", "petr": "Пётр Смирнов"}
PATIENCE_SECONDS = 300


def main() -> None:
    """Show it, and stop all that was started."""
    with running_fake() as fake, _stack(fake) as url:
        _run("kontur", "subscribe", "--server", url)
        _say("A meeting has ended in Kontur Talk: it sends RecordingCompleted, thrice for good measure.")
        fake.add(meeting())
        fake.troubles.duplicates = 3
        _say(f"The webhook answers {asyncio.run(fake.announce('recordingCompleted', KEY))}.")
        recording = _wait(url, "/kontur-talk/recordings", lambda page: page["items"][0]["task_id"])
        task_id = recording["items"][0]["task_id"]
        _say(f"It is task {task_id}. Kontur Talk's own transcript is ready, too: TranscriptionReady.")
        asyncio.run(fake.announce("transcriptionReady", KEY))
        _wait(url, f"/tasks/{task_id}", lambda task: task["status"] == "completed")
        _run("tasks", "show", task_id, "--server", url)
        result = httpx.get(f"{url}/api/v1/results/{task_id}").raise_for_status().json()
        for each in result["participants"]:
            _say(f"{each['speaker']} is {each['name']}, says {each['name_origin']}.")
        _run("kontur", "status", "--server", url)


@contextmanager
def _stack(fake: FakeTalk) -> Iterator[str]:
    port = free_port()
    models = str(Settings().models_path.absolute())
    with tempfile.TemporaryDirectory(prefix="callscribe-demo-") as folder:
        os.environ.update(
            {
                "CALLSCRIBE_DATA_DIR": folder,
                "CALLSCRIBE_MODELS_DIR": models,
                "CALLSCRIBE_KONTUR_TALK__BASE_URL": fake.url,
                "CALLSCRIBE_KONTUR_TALK__TOKEN": TOKEN,
                "CALLSCRIBE_KONTUR_TALK__WEBHOOK_SECRET": secrets.token_urlsafe(),
                "CALLSCRIBE_KONTUR_TALK__WEBHOOK_URL": f"http://127.0.0.1:{port}/api/v1/kontur-talk/webhook",
                "CALLSCRIBE_KONTUR_TALK__POLL_PERIOD_SECONDS": "10",
            }
        )
        with own_server("127.0.0.1", port, _say) as server:
            yield server.url


def meeting() -> FakeRecording:
    """The bundled meeting, as a space that knows who spoke when has it."""
    told = json.loads((DEMO / "meeting_ru_mayak.json").read_text(encoding="utf-8"))
    spans = {who: [(turn["start"], turn["end"]) for turn in told["turns"] if turn["speaker"] == who] for who in PEOPLE}
    return FakeRecording(
        KEY,
        (DEMO / "meeting_ru_mayak.flac").read_bytes(),
        title="Планёрка «Маяк»",
        created=datetime.now(UTC),
        tracks=[(name, spans[who]) for who, name in PEOPLE.items()],
    )


def _run(*arguments: str) -> None:
    _say(f"$ callscribe {' '.join(arguments)}")
    callscribe(list(arguments), standalone_mode=False)


def _wait(url: str, path: str, reached: Any) -> dict[str, Any]:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        answer: dict[str, Any] = httpx.get(f"{url}/api/v1{path}").raise_for_status().json()
        if reached(answer):
            return answer
        time.sleep(0.5)
    message = f"{path} did not get there in {PATIENCE_SECONDS} s: {answer}"
    raise TimeoutError(message)


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main()
