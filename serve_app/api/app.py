"""The API put together."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI
from fastapi.responses import RedirectResponse
from fastapi_offline import FastAPIOffline
from starlette.requests import Request

from callscribe import __version__
from serve_app.api import (
    deliveries,
    exports,
    health,
    kontur_talk,
    kontur_talk_webhook,
    metrics,
    openai_contract,
    openapi,
    recordings,
    refusals,
    results,
    search,
    sessions,
    statistics,
    tasks,
    transcribe,
)
from serve_app.api.access import AccessLog
from serve_app.api.bodies import MOST_BODY_BYTES, BodyLimit
from serve_app.api.guard import Guard
from serve_app.api.keys import Keys
from serve_app.api.own_names import OwnNames
from serve_app.api.rate_limits import RateLimits
from serve_app.api.services import Injected, Services


def create_app(services: Services) -> FastAPI:
    """Build the API over its services; whoever opened those closes them."""
    app = FastAPIOffline(
        title="CallScribe",
        version=__version__,
        description=openapi.DESCRIPTION,
        docs_url="/docs",
        redoc_url=None,
        webhooks=deliveries.sent,
    )
    app.state.services = services
    keys = Keys(services.settings.api_keys)
    refusals.install(app)
    openapi.describe(app, keys)
    app.add_middleware(BodyLimit)
    app.add_middleware(RateLimits, settings=services.settings)
    app.add_middleware(Guard, keys=keys, own_names=OwnNames(services.settings.names))
    app.add_middleware(AccessLog)
    app.include_router(_version_1())
    app.include_router(openai_contract.router)
    app.include_router(health.router)
    app.include_router(metrics.router)
    app.add_api_route("/", _first_page, include_in_schema=False)
    return app


def _version_1() -> APIRouter:
    version_1 = APIRouter(prefix="/api/v1")
    version_1.include_router(transcribe.router)
    small = APIRouter(max_body_size=MOST_BODY_BYTES)
    ours = (tasks, deliveries, results, exports, recordings, search, statistics, sessions)
    for resource in (*ours, kontur_talk, kontur_talk_webhook):
        small.include_router(resource.router)
    version_1.include_router(small)
    return version_1


async def _first_page(services: Injected, request: Request) -> RedirectResponse:
    first = "/ui/" if services.settings.pages else "/docs"
    return RedirectResponse(f"{request.scope.get('root_path', '')}{first}")
