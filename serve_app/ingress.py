"""The HTTP API as a Ray Serve deployment."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from ray import serve
from ray.serve.handle import DeploymentHandle

from callscribe.media.decoder import Decoder
from callscribe.settings import Settings
from callscribe.store import Inbox
from deployments.replica import log_with_serve
from ingest.kontur_talk.client import KonturTalk
from serve_app.api import Services, create_app
from serve_app.foundation import Foundation, open_foundation, open_inbox
from serve_app.readiness import ReadinessCheck


@serve.deployment
@serve.ingress()
class Ingress:
    """A replica of the API: plain FastAPI with its services injected."""

    def __init__(
        self, settings: Settings, models: dict[str, DeploymentHandle[Any]], dispatcher: DeploymentHandle[Any]
    ) -> None:
        log_with_serve()
        self._settings = settings
        self._models = models
        # The dispatcher is bound here so that the graph holds it; nobody calls it.
        self._dispatcher = dispatcher
        self._foundation: Foundation | None = None
        self._talk: KonturTalk | None = None
        self._inbox: Inbox | None = None

    async def __serve_build_asgi_app__(self) -> FastAPI:
        """Open the stores on the replica's loop and build the application over them."""
        self._foundation = foundation = await open_foundation(self._settings)
        ours = self._settings.kontur_talk
        self._talk = KonturTalk(ours) if ours.enabled else None
        self._inbox = await open_inbox(self._settings) if ours.webhook_secret is not None else None
        return create_app(
            Services(
                store=foundation.store,
                blobs=foundation.blobs,
                decoder=Decoder(self._settings.decode),
                settings=self._settings,
                ready=ReadinessCheck(foundation, self._models),
                talk=self._talk,
                inbox=self._inbox,
            )
        )

    async def __del__(self) -> None:
        """Give back the connections."""
        if self._talk is not None:
            await self._talk.close()
        if self._inbox is not None:
            await self._inbox.close()
        if self._foundation is not None:
            await self._foundation.close()
