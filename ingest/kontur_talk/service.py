"""Everything that goes on by itself for Kontur Talk, as one coroutine. Knows no Ray."""

from __future__ import annotations

import asyncio

from callscribe.blobs import Blobs
from callscribe.media.decoder import Decoder
from callscribe.settings import Settings
from callscribe.store import Store
from ingest.kontur_talk.client import KonturTalk
from ingest.kontur_talk.housekeeping import Housekeeper
from ingest.kontur_talk.importing import Importer, Stands
from ingest.kontur_talk.naming import Namer
from ingest.kontur_talk.poller import Poller
from ingest.kontur_talk.subscription import Activator


async def serve_kontur_talk(store: Store, blobs: Blobs, settings: Settings) -> None:
    """Import, poll, take names, activate the webhook and tidy up, as far as each is set up, until cancelled."""
    ours = settings.kontur_talk
    async with KonturTalk.open(ours) as talk, asyncio.TaskGroup() as group:
        group.create_task(Importer(Stands(store, blobs, Decoder(settings.decode), talk, settings)).run())
        group.create_task(Housekeeper(store).run())
        if ours.poll:
            group.create_task(Poller(store, talk, ours).run())
        if ours.names:
            group.create_task(Namer(store, talk).run())
        if ours.webhook_secret is not None:
            group.create_task(Activator(store, talk, ours).run())
