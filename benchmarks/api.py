"""The API by itself: over a store, with no graph behind it."""

from __future__ import annotations

from callscribe.blobs import Blobs
from callscribe.media.decoder import Decoder
from callscribe.settings import Settings
from callscribe.store import Store
from serve_app.api import Readiness, Services


def services_of(store: Store, settings: Settings) -> Services:
    """What such an API stands on; it is always ready."""

    async def ready() -> Readiness:
        return Readiness()

    return Services(store, Blobs.open(settings.blobs, {}), Decoder(settings.decode), settings, ready)
