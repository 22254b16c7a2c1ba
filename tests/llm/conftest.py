"""The real llama.cpp with a real, tiny model, as a client sees it."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from openai import OpenAI
from starlette.applications import Starlette

from callscribe.settings import LlmSettings, Settings
from deployments.llm.engines import load_engine
from deployments.llm.llama import Llama
from deployments.llm.proxy import Proxy

MODEL = "gemma3-270m-base"
CONTEXT_TOKENS = 1024


@contextmanager
def serving(address: str, *, call_seconds: float) -> Iterator[str]:
    """Serve the proxy to ``address`` on a free port and yield its own address."""
    proxy = Proxy(address, call_seconds=call_seconds)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(_mounted(proxy), lifespan="off", log_config=None))
        thread = threading.Thread(target=lambda: asyncio.run(_until_stopped(server, listening, proxy)))
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/llm"
        server.should_exit = True
        thread.join()


def _mounted(proxy: Proxy) -> Starlette:
    """The application below a prefix, as Serve puts it."""
    app = Starlette()
    app.mount("/llm", proxy.app())
    return app


async def _until_stopped(server: uvicorn.Server, listening: socket.socket, proxy: Proxy) -> None:
    await server.serve(sockets=[listening])
    await proxy.close()


@pytest.fixture(scope="session")
def llama() -> Llama:
    settings = Settings(llm=LlmSettings(serve_context_tokens=CONTEXT_TOKENS))
    return load_engine(settings, MODEL, threads=1)


@pytest.fixture(scope="session")
def url(llama: Llama) -> Iterator[str]:
    with serving(llama.address, call_seconds=120) as url:
        yield url


@pytest.fixture(scope="session")
def client(url: str) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0) as client:
        yield client
