"""A server of the API in a process of its own: ``python -m tests.api.server DSN FOLDER`` prints its port."""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Callable
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp

from benchmarks.api import services_of
from callscribe.settings import Settings
from callscribe.store import Store
from serve_app.api import create_app


async def serve(dsn: str, settings: Settings, around: Callable[[FastAPI], ASGIApp]) -> None:
    """Serve the API, with what is put ``around`` it, on a port of this machine, which is printed."""
    store = await Store.connect(dsn)
    app = around(create_app(services_of(store, settings)))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        print(listening.getsockname()[1], flush=True)  # noqa: T201 - this is how the parent learns it
        await uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None)).serve(sockets=[listening])
    await store.close()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], Settings(_env_file=None, data_dir=Path(sys.argv[2])), lambda app: app))
