"""A server of the API in a process of its own: ``python -m tests.api.server DSN FOLDER`` prints its port."""

from __future__ import annotations

import asyncio
import socket
import sys
from pathlib import Path

import uvicorn

from callscribe.blobs import Blobs
from callscribe.media.decoder import Decoder
from callscribe.settings import Settings
from callscribe.store import Store
from serve_app.api import Readiness, Services, create_app


async def _serve(dsn: str, folder: Path) -> None:
    settings = Settings(_env_file=None, data_dir=folder)

    async def ready() -> Readiness:
        return Readiness()

    store = await Store.connect(dsn)
    app = create_app(Services(store, Blobs.open(settings.blobs, {}), Decoder(settings.decode), settings, ready))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        print(listening.getsockname()[1], flush=True)  # noqa: T201 - this is how the parent learns it
        await uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None)).serve(sockets=[listening])
    await store.close()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], Path(sys.argv[2])))
