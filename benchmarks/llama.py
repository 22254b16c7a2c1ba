"""A language model of the catalogue, served for the time of a measurement: the stack's own parts, without Ray."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette

from callscribe.settings import Settings
from deployments.llm.engines import load_engine
from deployments.llm.proxy import Proxy


@contextmanager
def served(settings: Settings, model: str, *, threads: int) -> Iterator[str]:
    """Serve a model on so many processors; its base URL. ``ModelUnavailable`` where its weights are not here."""
    llama = load_engine(settings, model, threads=threads)
    with serving(llama.address, call_seconds=settings.llm.call_seconds) as address:
        yield f"{address}/v1"


@contextmanager
def serving(address: str, *, call_seconds: float) -> Iterator[str]:
    """Serve the proxy to llama.cpp's ``address`` on a free port, below a prefix as Serve puts it; its own address."""
    proxy = Proxy(address, call_seconds=call_seconds)
    app = Starlette()
    app.mount("/llm", proxy.app())
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None))
        thread = threading.Thread(target=lambda: asyncio.run(_until_stopped(server, listening, proxy)))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/llm"
        finally:
            server.should_exit = True
            thread.join()


async def _until_stopped(server: uvicorn.Server, listening: socket.socket, proxy: Proxy) -> None:
    await server.serve(sockets=[listening])
    await proxy.close()
