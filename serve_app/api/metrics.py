"""Metrics: what Prometheus scrapes."""

from __future__ import annotations

import asyncio
from typing import Final

from fastapi import APIRouter, Request, Response
from prometheus_client.exposition import choose_encoder

from callscribe.errors import Unavailable
from serve_app.api import kinds
from serve_app.api.openapi import problems
from serve_app.api.services import Injected
from serve_app.metrics import FiguresCollector

router = APIRouter(tags=["health"])

ANSWER_WITHIN_SECONDS: Final = 5
"""Prometheus waits for ten, and is to hear that the database is away."""

_TEXT = {"schema": {"type": "string"}}
_FORMATS = {"description": "The metrics.", "content": {"text/plain": _TEXT, "application/openmetrics-text": _TEXT}}


@router.get(
    "/metrics",
    summary="Tell Prometheus how it goes",
    response_class=Response,
    responses={200: _FORMATS, **problems(kinds.UNAVAILABLE)},
)
async def metrics(request: Request, services: Injected) -> Response:
    """Count and measure the whole installation's work, in Prometheus's text format or OpenMetrics.

    Whichever replica answers says the same: all of it is read from the database.
    """
    try:
        async with asyncio.timeout(ANSWER_WITHIN_SECONDS):
            figures = await services.store.metrics.figures(kafka=services.settings.kafka.enabled)
    except TimeoutError as error:
        message = "The database does not answer."
        raise Unavailable(message) from error
    encode, content_type = choose_encoder(request.headers.get("accept", ""))
    return Response(encode(FiguresCollector(figures)), media_type=content_type)
