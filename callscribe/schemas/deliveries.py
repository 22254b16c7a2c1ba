"""Deliveries of webhooks as the API shows them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from callscribe.deliveries import Delivery, DeliveryEvent, DeliveryState
from callscribe.schemas.base import View

EXAMPLE: JsonDict = {
    "delivery_id": "8c0e6d1c-3f5e-4a41-9f5c-6f2f5f1f0c55",
    "event": "completed",
    "url": "https://crm.example.com/hooks/callscribe",
    "state": "waiting",
    "attempts": 2,
    "next_attempt_at": "2026-03-02T09:41:20Z",
    "last_status": 503,
    "last_error": "503 Service Unavailable.",
    "created_at": "2026-03-02T09:36:12Z",
    "delivered_at": None,
}


class DeliveryView(View):
    """One event for one address."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    delivery_id: UUID = Field(description="The header `webhook-id`, the same however often it is sent.")
    event: DeliveryEvent = Field(description="What is told: `revised` is a degraded protocol that was made again.")
    url: str
    state: DeliveryState
    attempts: int = Field(description="How often it was sent, since somebody asked for it again if anybody did.")
    next_attempt_at: datetime | None = Field(
        description="When it is sent again; while it is being sent, when that is given up for lost."
    )
    last_status: int | None = Field(description="What HTTP status the last try was answered with, if any.")
    last_error: str | None = Field(description="What was wrong with the last try.")
    created_at: datetime
    delivered_at: datetime | None

    @classmethod
    def of(cls, delivery: Delivery) -> Self:
        """Show a delivery."""
        return cls(
            delivery_id=delivery.id,
            event=delivery.event,
            url=delivery.url,
            state=delivery.state,
            attempts=delivery.attempts,
            next_attempt_at=delivery.next_attempt_at,
            last_status=delivery.last_status,
            last_error=delivery.last_error,
            created_at=delivery.created_at,
            delivered_at=delivery.delivered_at,
        )


class DeliveryList(View):
    """What was told of a task and is to be told, newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [EXAMPLE]}]})

    items: list[DeliveryView]

    @classmethod
    def of(cls, deliveries: Sequence[Delivery]) -> Self:
        """Show a task's deliveries."""
        return cls(items=[DeliveryView.of(delivery) for delivery in deliveries])
