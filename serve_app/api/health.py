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


@router.get("/readyz", summary="Is it ready?", responses=problems(kinds.NOT_READY))
async def readyz(services: Injected) -> Health:
    """Answer 200 once the database, the blob store and every model answer, and until then 503 with what is missing."""
    missing = (await services.ready()).missing
    if missing:
        raise ProblemError(kinds.NOT_READY, f"These do not answer yet: {', '.join(missing)}.", missing=missing)
    return Health()
