"""What the users are to do, and what came of it: what goes between the benchmark and the process that drives them."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Plan(BaseModel):
    """Whom to call, how many at a time and for how long."""

    model_config = ConfigDict(frozen=True)

    url: str
    users: int
    seconds: float
    heard: str
    """The task of a recording that was processed: it has media, and voices to name."""
    speakers: tuple[str, ...]
    """Its voices' labels."""


class Endpoint(BaseModel):
    """How one endpoint was answered, in milliseconds."""

    model_config = ConfigDict(frozen=True)

    name: str
    calls: int
    failures: int
    p50: float
    p95: float
    max: float


class Answers(BaseModel):
    """How everything was answered: by endpoint and ``all`` together, and what was wrong."""

    model_config = ConfigDict(frozen=True)

    endpoints: tuple[Endpoint, ...]
    troubles: tuple[str, ...]
