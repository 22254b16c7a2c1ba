"""Webhooks: what they tell, and the log of their deliveries."""

from __future__ import annotations

from fastapi import APIRouter

from callscribe.schemas.deliveries import DeliveryList, DeliveryView
from callscribe.schemas.events import EventMessage
from serve_app.api import kinds
from serve_app.api.identity import PathDeliveryId, PathTaskId
from serve_app.api.openapi import problems
from serve_app.api.services import Injected

router = APIRouter(tags=["webhooks"])
sent = APIRouter(tags=["webhooks"])
"""What is sent to others, for the API's description."""


@sent.post("task-has-ended", status_code=204, summary="A task has ended")
async def task_has_ended(message: EventMessage) -> None:
    """Is sent when a task has completed or failed, or its degraded protocol was made again.

    It is signed after the Standard Webhooks specification. Answer with any 2xx; anything else has it sent again.
    """


@router.get(
    "/tasks/{task_id}/deliveries",
    summary="List what webhooks tell of a task",
    responses=problems(kinds.TASK_NOT_FOUND, kinds.UNAVAILABLE),
)
async def list_deliveries(services: Injected, task_id: PathTaskId) -> DeliveryList:
    """Show what was told of a task, what is to be told, and what was answered, newest first."""
    await services.store.task(task_id)
    return DeliveryList.of(await services.store.deliveries.of(task_id))


@router.post(
    "/deliveries/{delivery_id}/retry",
    summary="Send a webhook again",
    responses=problems(kinds.DELIVERY_NOT_FOUND, kinds.UNAVAILABLE),
)
async def retry_delivery(services: Injected, delivery_id: PathDeliveryId) -> DeliveryView:
    """Have a delivery sent now under its own id, whatever has come of it, with all its tries before it again."""
    return DeliveryView.of(await services.store.deliveries.again(delivery_id))
