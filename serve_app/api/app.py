"""The API put together."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI
from fastapi.responses import RedirectResponse
from fastapi_offline import FastAPIOffline
from starlette.requests import Request

from callscribe import __version__
from serve_app.api import (
    exports,
    health,
    kontur_talk,
    kontur_talk_webhook,
    openai_contract,
    openapi,
    problems,
    recordings,
    results,
    tasks,
    transcribe,
)
from serve_app.api.access import AccessLog
from serve_app.api.services import Services


def create_app(services: Services) -> FastAPI:
    """Build the API over its services; whoever opened those closes them."""
    app = FastAPIOffline(
        title="CallScribe", version=__version__, description=openapi.DESCRIPTION, docs_url="/docs", redoc_url=None
    )
    app.state.services = services
    problems.install(app)
    openapi.describe(app)
    app.add_middleware(AccessLog)
    app.include_router(_version_1())
    # Not behind that door: Kontur Talk has a secret of its own to show.
    app.include_router(kontur_talk_webhook.router, prefix="/api/v1")
    app.include_router(openai_contract.router)
    app.include_router(health.router)
    app.add_api_route("/", _to_the_docs, include_in_schema=False)
    return app


def _version_1() -> APIRouter:
    """Every route under one prefix, and behind one door: what guards them all belongs in ``dependencies``."""
    version_1 = APIRouter(prefix="/api/v1", dependencies=[])
    for resource in (transcribe, tasks, results, exports, recordings, kontur_talk):
        version_1.include_router(resource.router)
    return version_1


async def _to_the_docs(request: Request) -> RedirectResponse:
    return RedirectResponse(f"{request.scope.get('root_path', '')}/docs")
