"""Kontur Talk's recordings, and the subscription to its events, as the API shows them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from callscribe.arrivals import Arrival, ArrivalState, FoundBy
from callscribe.schemas.base import View
from callscribe.schemas.tasks import EXAMPLE_ID, ErrorView

EXAMPLE_RECORDING: JsonDict = {
    "key": "8f14e45f",
    "title": "Планёрка в понедельник",
    "created_at": "2026-03-02T09:30:00Z",
    "room": "mayak",
    "size_bytes": 41943040,
    "participants": ["Анна Орлова"],
    "state": "imported",
    "found_by": "webhook",
    "task_id": EXAMPLE_ID,
    "error": None,
}
EXAMPLE_WEBHOOK: JsonDict = {
    "webhook_key": "c9f0f895",
    "url": "https://calls.example.com/api/v1/kontur-talk/webhook",
    "activated": True,
}
EXAMPLE_SUBSCRIPTION: JsonDict = {
    "webhooks": [EXAMPLE_WEBHOOK],
    "unlisted": None,
    "watermark": "2026-03-02T09:30:00Z",
    "polled_at": "2026-03-02T09:35:00Z",
    "trouble": None,
    "last_event_at": "2026-03-02T09:30:04Z",
    "waiting": 0,
    "failed": 0,
}


class TalkRecordingView(View):
    """A recording of the space, and how far it has come here."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_RECORDING]})

    key: str = Field(description="Its name at Kontur Talk.")
    title: str | None
    created_at: datetime | None = Field(description="When Kontur Talk stored it; null for one that was not looked up.")
    room: str | None = None
    size_bytes: int | None = None
    participants: list[str] = Field(default=[], description="The names of some who took part.")
    state: ArrivalState | None = Field(
        description="`waiting` to be fetched (again, where there is an `error`), being fetched, `imported`, `failed`; "
        "null where it was neither found nor asked for."
    )
    found_by: FoundBy | None = Field(description="How it was first heard of.")
    task_id: UUID | None = Field(description="Its task, once it is imported and while that is not deleted.")
    error: ErrorView | None = Field(description="Why it failed, or could not be fetched yet.")


class TalkRecordingList(View):
    """One page of recordings, newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [EXAMPLE_RECORDING], "next_cursor": None}]})

    items: list[TalkRecordingView]
    next_cursor: str | None = Field(description="Send it as `cursor` to get the next page; null on the last.")


class SubscriptionView(View):
    """Whether events come, and how the poller fares."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_SUBSCRIPTION]})

    webhooks: list[WebhookView] = Field(description="Those of ours; none where Kontur Talk does not list them now.")
    unlisted: str | None = Field(description="Why it does not list them.")
    watermark: datetime | None = Field(description="Up to when the poller has seen every recording.")
    polled_at: datetime | None = Field(description="When it last looked.")
    trouble: str | None = Field(description="Why its last look did not come to its end.")
    last_event_at: datetime | None = Field(description="When the last event came; null where none did for a month.")
    waiting: int = Field(description="Recordings that wait to be fetched.")
    failed: int = Field(description="Recordings that could not be fetched.")


class WebhookView(View):
    """A subscription of ours at Kontur Talk."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_WEBHOOK]})

    webhook_key: str
    url: str | None
    activated: bool = Field(description="Whether events come: Kontur Talk has had its activation key back.")


def talk_recording(
    arrival: Arrival | None,
    *,
    key: str,
    title: str | None = None,
    created_at: datetime | None = None,
    room: str | None = None,
    size_bytes: int | None = None,
    participants: list[str] | None = None,
) -> TalkRecordingView:
    """Show a recording: what Kontur Talk tells of it, and what is known of it here."""
    return TalkRecordingView(
        key=key,
        title=title or (arrival and arrival.title),
        created_at=created_at,
        room=room,
        size_bytes=size_bytes,
        participants=participants or [],
        state=arrival and arrival.state,
        found_by=arrival and arrival.found_by,
        task_id=arrival and arrival.task_id,
        error=arrival and arrival.error and ErrorView(code=arrival.error.code, message=arrival.error.message),
    )
