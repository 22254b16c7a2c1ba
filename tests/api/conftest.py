from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from benchmarks.api import services_of
from callscribe.settings import Settings
from callscribe.store import Store
from serve_app.api import Readiness, Services, create_app
from tests.api.house import MAX_UPLOAD_BYTES, QUEUE_LIMIT, House


@pytest.fixture
def services(store: Store, tmp_path: Path) -> Services:
    settings = Settings(_env_file=None, data_dir=tmp_path, max_upload_bytes=MAX_UPLOAD_BYTES, queue_limit=QUEUE_LIMIT)
    return services_of(store, settings)


@pytest.fixture(scope="session")
def built_apps() -> list[tuple[Settings, FastAPI]]:
    """Applications and the settings that they were built with: to build one takes as long as many a test."""
    return []


@pytest.fixture
def app(services: Services, built_apps: list[tuple[Settings, FastAPI]]) -> FastAPI:
    settings = services.settings.model_copy(update={"data_dir": Path()})
    app = next((app for known, app in built_apps if known == settings), None)
    if app is None:
        app = create_app(services)
        built_apps.append((settings, app))
    app.state.services = services
    app.middleware_stack = None  # what counts the calls begins anew
    return app


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Straight into the application, without a network."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api") as client:
        yield client


@pytest.fixture
def house(services: Services, client: httpx.AsyncClient) -> House:
    return House(services, client)


@pytest.fixture
async def served(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Over a real server on a port of this machine: for what streams and for who hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # asyncio does so for sockets of its own only
        server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None, timeout_graceful_shutdown=1))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        async with httpx.AsyncClient(base_url=url, timeout=30) as client:
            yield client
        server.should_exit = True
        await serving


@pytest.fixture
async def failing_client(services: Services) -> AsyncIterator[httpx.AsyncClient]:
    """An application whose readiness check is broken by a fault of ours."""

    async def ready() -> Readiness:
        raise RuntimeError("the secret of the house")

    app = create_app(replace(services, ready=ready))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api") as client:
        yield client
