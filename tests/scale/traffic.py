"""Clients who go on asking."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.scale.graph import Graph

PAUSE_SECONDS = 0.5
UPLOAD_PAUSE_SECONDS = 5
"""What is uploaded is processed, too, by the processors that the new code starts on."""
SLOWLY_SECONDS = 0.5
SLOW_STEPS = 1200
BOUNDARY = "callscribe"
FIELD = 'Content-Disposition: form-data; name="file"; filename='


@dataclass
class Answers:
    """How often each kind of call was answered in which way, and the tasks that were taken."""

    counts: Counter[tuple[str, int | str]] = field(default_factory=Counter)
    tasks: list[str] = field(default_factory=list)

    def ask(self, kind: str, call: Callable[[], httpx.Response]) -> None:
        """Note an answer's status, or what the client was told by its own library."""
        try:
            answer = call()
        except httpx.HTTPError as error:
            self.counts[kind, repr(error)] += 1
            return
        self.counts[kind, answer.status_code if answer.is_success else answer.text] += 1
        if answer.status_code == httpx.codes.ACCEPTED:
            self.tasks.append(answer.json()["task_id"])


@contextmanager
def traffic(graph: Graph, media: Path, heard: str) -> Iterator[Answers]:
    """Have clients look, read and upload until the block ends, one of them slowly and through all of it."""
    answers, stop = Answers(), threading.Event()

    def again_and_again(kind: str, call: Callable[[], httpx.Response]) -> None:
        answers.ask(kind, call)
        while not stop.wait(UPLOAD_PAUSE_SECONDS if kind == "upload" else PAUSE_SECONDS):
            answers.ask(kind, call)

    with httpx.Client(base_url=graph.url, timeout=60) as client:
        calls: dict[str, Callable[[], httpx.Response]] = {
            "health": lambda: client.get("/healthz"),
            "tasks": lambda: client.get("/api/v1/tasks"),
            "result": lambda: client.get(f"/api/v1/results/{heard}"),
            "upload": lambda: graph.upload(media, language="ru"),
        }
        threads = [threading.Thread(target=again_and_again, args=each) for each in calls.items()]
        threads.append(threading.Thread(target=answers.ask, args=("slow upload", lambda: _slowly(client, media, stop))))
        with ExitStack() as ending:
            for thread in threads:
                thread.start()
                ending.callback(thread.join)
            ending.callback(stop.set)
            yield answers


def _slowly(client: httpx.Client, media: Path, stop: threading.Event) -> httpx.Response:
    """Upload a recording of which the end comes when all others have stopped."""
    content = media.read_bytes()

    def body() -> Iterator[bytes]:
        yield f'--{BOUNDARY}\r\n{FIELD}"{media.name}"\r\n\r\n'.encode()
        half = len(content) // 2
        step = max(1, half // SLOW_STEPS)
        sent = 0
        while not stop.is_set() and sent < half:
            yield content[sent : (sent := sent + step)]
            time.sleep(SLOWLY_SECONDS)
        yield content[sent:] + f"\r\n--{BOUNDARY}--\r\n".encode()

    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    return client.post("/api/v1/transcribe", content=body(), headers=headers)
