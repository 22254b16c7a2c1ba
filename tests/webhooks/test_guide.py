"""The guide's receiver does what it says."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from callscribe.ports import free_port
from callscribe.store import Store
from tests.store.making import completed, new_recording
from tests.webhooks.conftest import Sending, ended
from tests.webhooks.receiver import SECRET

GUIDE = Path(__file__).parents[2] / "docs/webhooks.md"


@pytest.fixture
async def guided() -> AsyncIterator[tuple[str, asyncio.StreamReader]]:
    """The address of the guide's receiver, and what it prints."""
    (program,) = re.findall(r"```python\n(.+?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program.replace("9000", str(port))),
        env={"CALLSCRIBE_WEBHOOK__SECRET": SECRET},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdout is not None
    url = f"http://127.0.0.1:{port}/"
    transport = httpx.AsyncHTTPTransport(retries=8)  # until it listens
    async with httpx.AsyncClient(transport=transport) as client:
        forged = await client.post(url, content=b"{}", headers={"webhook-id": "1", "webhook-timestamp": "1"})
        assert forged.status_code == 401
    yield url, process.stdout
    process.kill()
    await process.wait()


async def test_the_guide_s_receiver_prints_what_is_signed_once(
    store: Store, sending: Sending, guided: tuple[str, asyncio.StreamReader]
) -> None:
    url, printed = guided
    first = await completed(store, new_recording(webhook_url=url))
    async with sending():
        delivery = await ended(store, first)
        await store.deliveries.again(delivery.id)
        await ended(store, first)
        second = await completed(store, new_recording(webhook_url=url))
        await ended(store, second)
    assert [(await printed.readline()).decode() for _ in range(2)] == [f"{first} completed\n", f"{second} completed\n"]
