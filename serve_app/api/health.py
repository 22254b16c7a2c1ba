"""Whether the API is alive, and whether everything it stands on is there."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter

from callscribe.schemas.base import View
from serve_app.api import kinds
from serve_app.api.openapi import problems
from serve_app.api.problems import ProblemError
from serve_app.api.services import Injected

router = APIRouter(tags=["health"])


class Health(View):
    """Fine."""

    status: Literal["ok"] = "ok"


@router.get("/healthz", summary="Is it alive?")
async def healthz() -> Health:
    """Answer as long as the process does."""
    return Health()


@router.get("/readyz", summary="Is it ready?", responses=problems(kinds.NOT_READY, guarded=False))
async def readyz(services: Injected) -> Health:
    """Answer 200 while the database and the blob store answer and every model runs, else 503 with what is missing.

    A model that is at work is ready. How the models stand is known from Serve, a second late at most.
    """
    missing = (await services.ready()).missing
    if missing:
        raise ProblemError(kinds.NOT_READY, f"These are not ready: {', '.join(missing)}.", missing=missing)
    return Health()
