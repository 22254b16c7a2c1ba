"""Deliveries: what is told by webhooks of a task's end, and what has come of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from callscribe.domain import TaskId


class DeliveryEvent(StrEnum):
    """What a delivery tells: that the task has ended, or that its degraded protocol was made again."""

    COMPLETED = "completed"
    FAILED = "failed"
    REVISED = "revised"


class DeliveryState(StrEnum):
    """Where a delivery stands; the last two are final, unless somebody asks for it again."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event for one address, under one id however often it is sent.

    ``next_attempt_at`` is, while a try is under way, when that is given up for lost. ``last_status`` and ``last_error``
    are the last try's: what HTTP status was answered, if any, and what was wrong with it.
    """

    id: UUID
    task_id: TaskId
    event: DeliveryEvent
    url: str
    state: DeliveryState
    attempts: int
    created_at: datetime
    next_attempt_at: datetime | None = None
    last_status: int | None = None
    last_error: str | None = None
    delivered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HeldDelivery:
    """The right to send a delivery until its lease ends; ``attempts`` counts this one. The host has its port."""

    id: UUID
    fence: int
    task_id: TaskId
    url: str
    host: str
    attempts: int
    request_id: str | None = None
