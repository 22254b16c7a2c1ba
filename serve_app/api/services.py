"""What the API stands on, injected once by whoever builds it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from callscribe.blobs import Blobs
from callscribe.media.decoder import Decoder
from callscribe.settings import Settings
from callscribe.store import Inbox, Store
from ingest.kontur_talk.client import KonturTalk


@dataclass(frozen=True, slots=True)
class Readiness:
    """What is not ready (``database``, ``blobs``, ``serve``, a model), and why. Nothing missing means ready."""

    missing: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that a route may use; ``talk`` and ``inbox`` only where Kontur Talk and its webhook are set up."""

    store: Store
    blobs: Blobs
    decoder: Decoder
    settings: Settings
    ready: Callable[[], Awaitable[Readiness]]
    talk: KonturTalk | None = None
    inbox: Inbox | None = None


async def _services(request: Request) -> Services:
    services = request.app.state.services
    assert isinstance(services, Services)  # noqa: S101 - create_app put it there; this tells the type checker
    return services


Injected = Annotated[Services, Depends(_services)]
"""A route's parameter of this type is the application's services."""
