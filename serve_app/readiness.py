"""Whether the graph can do its work: every part is asked, each with a bound on its answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from typing import Any

from ray.exceptions import RayError
from ray.serve.exceptions import RayServeException
from ray.serve.handle import DeploymentHandle

from callscribe.errors import CallScribeError
from serve_app.api import Readiness
from serve_app.foundation import Foundation

ANSWER_WITHIN_SECONDS = 3


async def check_readiness(foundation: Foundation, models: Mapping[str, DeploymentHandle[Any]]) -> Readiness:
    """Ask the database, the blobs and each model at once; say which of them does not answer and why."""
    parts: dict[str, Awaitable[Any]] = {
        "database": foundation.store.ping(),
        "blobs": foundation.blobs.exists("readiness"),
        **{name: _named(handle) for name, handle in models.items()},
    }
    troubles = await asyncio.gather(*(_trouble(part) for part in parts.values()))
    return Readiness({name: trouble for name, trouble in zip(parts, troubles, strict=True) if trouble})


async def _named(handle: DeploymentHandle[Any]) -> str:
    name: str = await handle.name.remote()
    return name


async def _trouble(part: Awaitable[Any]) -> str | None:
    try:
        await asyncio.wait_for(part, ANSWER_WITHIN_SECONDS)
    except TimeoutError:
        return f"no answer within {ANSWER_WITHIN_SECONDS} s"
    except (CallScribeError, RayError, RayServeException) as error:
        return str(error) or type(error).__name__
    return None
