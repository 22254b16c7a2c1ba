"""``python -m benchmarks.webhook``: how fast Kontur Talk's events are answered while calls are processed.

Kontur Talk wants its 200 within 5 seconds. Its space is away meanwhile, so that every event also costs vain tries.
"""

from __future__ import annotations

import asyncio
import json
import os
import time
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import httpx
import numpy as np
import typer

from benchmarks.machine import machine
from benchmarks.stack import Stack, running_stack
from callscribe.settings import Settings

MEETING = Path("demo/meeting_ru_mayak.flac")
SECRET = "the-secret-of-the-benchmark"  # noqa: S105 - of a stack of its own, on this machine
HEADERS = {"X-CallScribe-Secret": SECRET}
NOBODY = "http://127.0.0.1:9"


def main(
    seconds: Annotated[float, typer.Option(help="How long to send events.")] = 60,
    rate: Annotated[float, typer.Option(help="Events a second.")] = 10,
    calls: Annotated[int, typer.Option(help="How many calls are in the queue meanwhile.")] = 4,
) -> None:
    """Measure it."""
    os.environ |= {
        "CALLSCRIBE_KONTUR_TALK__BASE_URL": NOBODY,
        "CALLSCRIBE_KONTUR_TALK__TOKEN": "nobody-asks",
        "CALLSCRIBE_KONTUR_TALK__WEBHOOK_SECRET": SECRET,
    }
    with running_stack(Settings()) as stack:
        tasks = [stack.submit(MEETING, "ru") for _ in range(calls)]
        answers = asyncio.run(_send(stack, seconds, rate))
        left = sum(stack.task(task)["finished_at"] is None for task in tasks)
    milliseconds = np.array([spent for _, spent in answers]) * 1000
    figures = {
        "machine": machine(),
        "events": len(answers),
        "refused": sum(status != httpx.codes.OK for status, _ in answers),
        "calls_not_done_at_the_end": left,
        **{f"p{share}_ms": round(float(np.percentile(milliseconds, share)), 1) for share in (50, 95, 99)},
        "max_ms": round(float(milliseconds.max()), 1),
    }
    typer.echo(json.dumps(figures, ensure_ascii=False, indent=1))


async def _send(stack: Stack, seconds: float, rate: float) -> list[tuple[int, float]]:
    """Send at a steady rate, whether or not the answers keep up; how each was answered, and after how long."""
    async with httpx.AsyncClient(base_url=stack.url, headers=HEADERS, timeout=60) as client:
        sending: list[asyncio.Task[tuple[int, float]]] = []
        began = time.monotonic()
        while (now := time.monotonic() - began) < seconds:
            sending.append(asyncio.create_task(_event(client)))
            await asyncio.sleep(max(0.0, (len(sending) / rate) - now))
        return await asyncio.gather(*sending)


async def _event(client: httpx.AsyncClient) -> tuple[int, float]:
    event = {
        "eventId": str(uuid4()),
        "eventType": "RecordingCompleted",
        "time": "2026-03-02T09:00:00.0000000Z",
        "recordingKey": uuid4().hex,
    }
    began = time.monotonic()
    answer = await client.post("/api/v1/kontur-talk/webhook", json=event)
    return answer.status_code, time.monotonic() - began


if __name__ == "__main__":
    typer.run(main)
