from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from pydantic import SecretStr

from callscribe.kontur_talk_settings import KonturTalkSettings
from ingest.kontur_talk import calls
from ingest.kontur_talk.client import KonturTalk
from tests.kontur_talk.fake import TOKEN, FakeTalk, running_fake

SECRET = "a-secret-of-the-webhook"


@pytest.fixture
def fake() -> Iterator[FakeTalk]:
    with running_fake() as talk:
        yield talk


@pytest.fixture
def talk_settings(fake: FakeTalk) -> KonturTalkSettings:
    return KonturTalkSettings(
        base_url=fake.url,
        token=SecretStr(TOKEN),
        webhook_secret=SecretStr(SECRET),
        requests_per_second=1000,
    )


@pytest.fixture
async def talk(talk_settings: KonturTalkSettings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[KonturTalk]:
    monkeypatch.setattr(calls, "FIRST_PAUSE_SECONDS", 0.01)
    async with KonturTalk.open(talk_settings) as talk:
        yield talk
