"""What every replica with state stands on: the store and the blobs, opened once and closed with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_exponential_jitter

from callscribe.blobs import Blobs
from callscribe.errors import Unavailable
from callscribe.settings import Settings
from callscribe.store import Inbox, Store

PATIENCE_SECONDS = 60
"""How long a starting replica waits for PostgreSQL and the blob store before it gives up and is started again."""


WRITE_PATIENCE = timedelta(seconds=30)
"""How long a statement is tried again while PostgreSQL is away: longer than its restart."""


_patiently = retry(
    retry=retry_if_exception_type(Unavailable),
    stop=stop_after_delay(PATIENCE_SECONDS),
    wait=wait_exponential_jitter(multiplier=0.2, max=5),
    reraise=True,
)


@dataclass(frozen=True, slots=True)
class Foundation:
    """An open store and an open blob store."""

    store: Store
    blobs: Blobs

    async def close(self) -> None:
        """Give back the connections."""
        await self.store.close()


async def open_foundation(settings: Settings) -> Foundation:
    """Open the stores and bring the schema up to date. Raises ``Unavailable`` when one of them stays away."""
    store = await _connected(_dsn(settings), settings)
    await store.migrate()
    return Foundation(store, Blobs.open(settings.blobs, settings.blob_options))


@_patiently
async def open_inbox(settings: Settings) -> Inbox:
    """Open what Kontur Talk's webhook writes with; the schema must be there. Raises ``Unavailable``."""
    return await Inbox.connect(_dsn(settings))


def _dsn(settings: Settings) -> str:
    if settings.database_url is None:
        message = "CALLSCRIBE_DATABASE_URL is not set. `callscribe up` sets it to the embedded PostgreSQL."
        raise Unavailable(message)
    return settings.database_url.get_secret_value()


@_patiently
async def _connected(dsn: str, settings: Settings) -> Store:
    return await Store.connect(
        dsn,
        patience=WRITE_PATIENCE,
        outbox=settings.kafka.enabled,
        webhook_url=settings.webhook.url,
    )
