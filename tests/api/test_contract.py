"""The API does what its description says, and nothing else: schemathesis plays the stranger who has read it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from callscribe.kontur_talk_settings import KonturTalkSettings
from callscribe.store import Inbox
from callscribe.webhook_settings import WebhookSettings
from ingest.kontur_talk.client import KonturTalk
from serve_app.api import Services
from tests.api.house import House, wav_bytes
from tests.api.keyed import ANNA, KEYS, bearer
from tests.kontur_talk.conftest import fake, inbox, talk, talk_settings  # noqa: F401 - fixtures
from tests.kontur_talk.fake import FakeRecording, FakeTalk
from tests.webhooks.receiver import SECRET

CONFIG = Path(__file__).with_name("schemathesis.toml")
STRANGER = (sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG), "run", "--checks", "all")


@pytest.fixture
def services(
    services: Services,
    talk_settings: KonturTalkSettings,  # noqa: F811
    talk: KonturTalk,  # noqa: F811
    inbox: Inbox,  # noqa: F811
) -> Services:
    """With everything that can be set up."""
    kontur_talk = talk_settings.model_copy(update={"webhook_url": "https://calls.example.com/webhook"})
    webhook = WebhookSettings(secret=SecretStr(SECRET))
    ours = {"api_keys": KEYS, "queue_limit": 1000, "kontur_talk": kontur_talk, "webhook": webhook}
    return replace(services, settings=services.settings.model_copy(update=ours), talk=talk, inbox=inbox)


@pytest.fixture
async def house(services: Services, served: httpx.AsyncClient) -> AsyncIterator[House]:
    """With a worker who does every task at once."""
    served.headers.update(bearer(ANNA))
    house = House(services, served)
    working = asyncio.create_task(house.work())
    yield house
    working.cancel()


async def test_a_stranger_finds_everything_as_described(
    house: House,
    fake: FakeTalk,  # noqa: F811
    tmp_path: Path,
) -> None:
    fake.add(FakeRecording("r1", wav_bytes()))
    fake.troubles.no_activation, fake.troubles.creations_left = True, 1000
    await house.task()
    command = [*STRANGER, "--header", f"Authorization: Bearer {ANNA}", f"{house.client.base_url}/openapi.json"]

    found = await asyncio.to_thread(
        subprocess.run,
        command,
        cwd=tmp_path,  # where it leaves what it has learned
        env=os.environ | {"PYTHONPATH": str(CONFIG.parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )

    assert found.returncode == 0, found.stdout + found.stderr
    assert "Stateful (in" in found.stdout, "every phase is run"
