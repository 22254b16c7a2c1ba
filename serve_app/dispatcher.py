"""The Dispatcher as a Ray Serve deployment: a worker's loop in a replica."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

from ray import serve
from ray.serve.handle import DeploymentHandle

from callscribe.glossary import Glossary
from callscribe.glossary.terms import Terms
from callscribe.media.decoder import Decoder
from callscribe.settings import Settings
from serve_app.background import Background
from serve_app.bookkeeper import Bookkeeper
from serve_app.foundation import Foundation
from serve_app.indexer import Indexer
from serve_app.janitor import Janitor
from serve_app.pauses import Pauses
from serve_app.pipeline import Pipeline
from serve_app.remote_models import RemoteModels
from serve_app.reviser import Reviser
from serve_app.webhooks.posting import Poster
from serve_app.webhooks.sender import WebhookSender
from serve_app.worker import Worker

SPARE = timedelta(minutes=1)
"""What reading and writing in PostgreSQL may take beside the making of a protocol, or the sending of a webhook."""


@serve.deployment
class Dispatcher:
    """Claims tasks and runs them through the models. A replica that dies leaves its tasks to their leases."""

    def __init__(self, settings: Settings, glossary: Glossary, models: dict[str, DeploymentHandle[Any]]) -> None:
        self._settings = settings
        self._glossary = glossary
        self._models = RemoteModels(models, longest_protocol=settings.longest_protocol)
        self._background = Background(settings, self._work)

    async def _work(self, foundation: Foundation) -> None:
        pauses = Pauses(first=timedelta(seconds=self._settings.llm.retry_seconds))
        terms = await asyncio.to_thread(Terms, self._glossary.terms)
        decoder = Decoder(self._settings.decode)
        pipeline = Pipeline(foundation.store, foundation.blobs, decoder, self._models, pauses, glossary=terms)
        lease = self._settings.longest_protocol + SPARE
        reviser = Reviser(foundation.store, self._models, pauses, glossary=terms, lease=lease)
        async with asyncio.TaskGroup() as group:
            group.create_task(Worker(foundation.store, pipeline, self._settings).run())
            group.create_task(Janitor(foundation.store, foundation.blobs, self._settings).run())
            group.create_task(reviser.run())
            group.create_task(Indexer(foundation.store).run())
            group.create_task(Bookkeeper(foundation.store).run())
            if self._settings.webhook.secrets:
                poster = Poster(self._settings.webhook)
                lease = self._settings.webhook.longest_try + SPARE
                group.create_task(WebhookSender(foundation.store, poster, lease=lease, api=self._settings.api).run())

    async def check_health(self) -> None:
        """Raise when the work has ended, so that Serve starts another replica."""
        self._background.check()

    async def __del__(self) -> None:
        """Stop working; what was in flight resumes elsewhere from its last stored stage."""
        await self._background.stop()
