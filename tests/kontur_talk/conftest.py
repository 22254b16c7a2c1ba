from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from callscribe.blobs import Blobs
from callscribe.kontur_talk_settings import KonturTalkSettings
from callscribe.media.decoder import Decoder
from callscribe.settings import Settings
from callscribe.store import Inbox, Store
from ingest.kontur_talk import connection
from ingest.kontur_talk.client import KonturTalk
from ingest.kontur_talk.importing import Importer, Stands
from ingest.kontur_talk.naming import Namer
from ingest.kontur_talk.poller import Poller
from ingest.kontur_talk.subscription import Activator
from serve_app.api import Services, create_app
from tests.api.conftest import served, services  # noqa: F401 - fixtures
from tests.kontur_talk.fake import TOKEN, FakeTalk, running_fake

SECRET = "a-secret-of-the-webhook"
QUEUE_LIMIT = 3


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
        poll_overlap_seconds=60,
    )


@pytest.fixture
async def talk(talk_settings: KonturTalkSettings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[KonturTalk]:
    monkeypatch.setattr(connection, "FIRST_PAUSE_SECONDS", 0.01)
    async with KonturTalk.open(talk_settings) as talk:
        yield talk


@pytest.fixture
def settings(talk_settings: KonturTalkSettings, tmp_path: Path) -> Settings:
    return Settings(_env_file=None, data_dir=tmp_path, queue_limit=QUEUE_LIMIT, kontur_talk=talk_settings)


@pytest.fixture
def blobs(settings: Settings) -> Blobs:
    return Blobs.open(settings.blobs, {})


@pytest.fixture
def importer(store: Store, blobs: Blobs, talk: KonturTalk, settings: Settings) -> Importer:
    return Importer(Stands(store, blobs, Decoder(settings.decode), talk, settings))


@pytest.fixture
def poller(store: Store, talk: KonturTalk, settings: Settings) -> Poller:
    return Poller(store, talk, settings.kontur_talk)


@pytest.fixture
def namer(store: Store, talk: KonturTalk) -> Namer:
    return Namer(store, talk)


@pytest.fixture
async def inbox(database_url: str) -> AsyncIterator[Inbox]:
    inbox = await Inbox.connect(database_url)
    yield inbox
    await inbox.close()


@pytest.fixture
def app(services: Services, settings: Settings, talk: KonturTalk, inbox: Inbox) -> FastAPI:  # noqa: F811
    return create_app(replace(services, settings=settings, talk=talk, inbox=inbox))


@pytest.fixture
def api(served: httpx.AsyncClient) -> httpx.AsyncClient:  # noqa: F811
    return served


@pytest.fixture
def activator(store: Store, talk: KonturTalk, settings: Settings) -> Activator:
    return Activator(store, talk, settings.kontur_talk)


def webhook_url(api: httpx.AsyncClient) -> str:
    """Where the fake space reaches our webhook."""
    return f"{api.base_url}/api/v1/kontur-talk/webhook"
