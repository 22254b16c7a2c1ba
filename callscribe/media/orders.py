"""What the decoding process is asked for."""

from __future__ import annotations

from typing import TypedDict


class Limits(TypedDict):
    """``DecodeLimits`` without the wall clock, which the parent process keeps itself."""

    cpu_seconds: int
    memory_bytes: int
    duration_seconds: float


class Order(TypedDict):
    """Probe ``source``, or decode it where there is a ``wav``. ``parent`` is the process that must be alive."""

    source: str
    wav: str | None
    parent: int
    limits: Limits
