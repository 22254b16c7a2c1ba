"""Kontur Talk: its webhook, its recordings by hand, and the subscription to its events."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from callscribe.arrivals import Arrival, ArrivalState, is_key
from callscribe.schemas.kontur_talk import (
    SubscriptionView,
    TalkRecordingList,
    TalkRecordingView,
    WebhookView,
    talk_recording,
)
from callscribe.schemas.moments import Moment
from ingest.kontur_talk.client import NEW_FIRST, KonturTalk
from ingest.kontur_talk.failures import KonturTalkError, TalkUnavailable
from ingest.kontur_talk.models import Recording, Webhook
from ingest.kontur_talk.subscription import Subscription
from serve_app.api import kinds
from serve_app.api.cursors import Cursor
from serve_app.api.openapi import problems
from serve_app.api.problems import ProblemError, invalid
from serve_app.api.services import Injected, Services

router = APIRouter(prefix="/kontur-talk", tags=["kontur talk"])

_TROUBLES = (
    kinds.KONTUR_TALK_OFF,
    kinds.KONTUR_TALK_KEY_REFUSED,
    kinds.KONTUR_TALK_ACCESS_DENIED,
    kinds.KONTUR_TALK_BAD_ANSWER,
    kinds.KONTUR_TALK_UNAVAILABLE,
    kinds.UNAVAILABLE,
)

PathKey = Annotated[str, Path(description="The recording's key at Kontur Talk.")]


class RecordingQuery(BaseModel):
    """Which recordings to show, and the page."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    state: ArrivalState | None = Field(
        default=None,
        description="Only those in this state here, by what is known here, those that are deleted at Kontur Talk too; "
        "not together with `from`, `to` and `q`, which Kontur Talk is asked.",
    )
    created_from: Moment | None = Field(default=None, alias="from", description="Stored at Kontur Talk then or later.")
    created_to: Moment | None = Field(default=None, alias="to", description="Stored there before that moment.")
    q: str | None = Field(default=None, max_length=200, description="Words of the title, the room or who made it.")
    limit: int = Field(default=20, ge=1, le=100, description="How many recordings a page has at most.")
    cursor: Cursor | None = Field(default=None, description="`next_cursor` of the page before.")


class SubscriptionOrder(BaseModel):
    """Where events are to be sent."""

    model_config = ConfigDict(extra="forbid")

    url: str | None = Field(
        default=None,
        max_length=2048,
        pattern=r"^https?://[^\s/]+/\S*$",
        description="The webhook's address as Kontur Talk reaches it; else that of the settings.",
        examples=["https://calls.example.com/api/v1/kontur-talk/webhook"],
    )


@router.get(
    "/recordings", summary="List Kontur Talk's recordings", responses=problems(kinds.INVALID_REQUEST, *_TROUBLES)
)
async def list_recordings(services: Injected, query: Annotated[RecordingQuery, Query()]) -> TalkRecordingList:
    """List the space's recordings, newest first, each with how far it has come here."""
    talk = _talk(services)
    if query.state is not None:
        return await _known(services, query)
    page = await talk.recordings(
        order=NEW_FIRST,
        start_from=query.created_from,
        start_to=query.created_to,
        query=query.q,
        page_token=query.cursor,
        top=query.limit,
    )
    arrivals = await services.store.arrivals.of([recording.key for recording in page.entities])
    items = [_shown(recording, arrivals.get(recording.key)) for recording in page.entities]
    return TalkRecordingList(items=items, next_cursor=page.next_page_token or None)


@router.post(
    "/recordings/{key}/import",
    status_code=202,
    summary="Import a recording of Kontur Talk",
    responses=problems(kinds.KONTUR_TALK_NOT_THERE, *_TROUBLES),
)
async def import_recording(services: Injected, key: PathKey) -> TalkRecordingView:
    """Have a recording fetched now, whether it was found already or not; one that is here is answered as it is.

    One that had failed, or whose task was deleted, is fetched again.
    """
    talk = _talk(services)
    if not is_key(key):
        raise ProblemError(kinds.KONTUR_TALK_NOT_THERE, "That is no key of a recording.")
    recording = await talk.recording(key)
    return _shown(recording, await services.store.arrivals.ask_for(recording.key, recording.title))


@router.get(
    "/subscription",
    summary="Look at the subscription to events",
    responses=problems(kinds.KONTUR_TALK_OFF, kinds.UNAVAILABLE),
)
async def get_subscription(services: Injected) -> SubscriptionView:
    """Say whether Kontur Talk sends events here, if it answers, and how looking for recordings fares."""
    talk = _talk(services)
    webhooks: tuple[Webhook, ...] = ()
    unlisted = None
    try:
        webhooks = await _subscription(services, talk).ours(services.settings.kontur_talk.webhook_url)
    except (KonturTalkError, TalkUnavailable) as error:
        unlisted = str(error)
    poll = await services.store.talk.poll()
    tally = await services.store.arrivals.tally()
    return SubscriptionView(
        webhooks=[
            WebhookView(webhook_key=each.webhook_key, url=each.url, activated=each.activated) for each in webhooks
        ],
        unlisted=unlisted,
        watermark=poll and poll.watermark,
        polled_at=poll and poll.polled_at,
        trouble=poll and poll.trouble,
        last_event_at=tally.last_event_at,
        waiting=tally.waiting,
        failed=tally.failed,
    )


@router.put(
    "/subscription",
    summary="Subscribe to events",
    responses=problems(kinds.MALFORMED_BODY, kinds.TOO_LARGE, kinds.INVALID_REQUEST, *_TROUBLES),
)
async def subscribe(services: Injected, order: SubscriptionOrder) -> WebhookView:
    """Have Kontur Talk send events here. It is `activated` some seconds later, by itself; again changes nothing."""
    talk = _talk(services)
    url = order.url or services.settings.kontur_talk.webhook_url
    if url is None:
        raise invalid("body", "url", "Name the address, here or in CALLSCRIBE_KONTUR_TALK__WEBHOOK_URL.")
    if services.settings.kontur_talk.webhook_secret is None:
        raise invalid(
            "body", "url", "Set CALLSCRIBE_KONTUR_TALK__WEBHOOK_SECRET first: without it every event is refused."
        )
    webhook = await _subscription(services, talk).subscribe(url)
    return WebhookView(webhook_key=webhook.webhook_key, url=webhook.url, activated=webhook.activated)


@router.delete(
    "/subscription", status_code=204, summary="End the subscription to events", responses=problems(*_TROUBLES)
)
async def unsubscribe(services: Injected) -> None:
    """Have Kontur Talk send nothing more; again changes nothing."""
    talk = _talk(services)
    await _subscription(services, talk).unsubscribe(services.settings.kontur_talk.webhook_url)


def _talk(services: Services) -> KonturTalk:
    if services.talk is None:
        raise ProblemError(
            kinds.KONTUR_TALK_OFF, "Set CALLSCRIBE_KONTUR_TALK__SPACE and CALLSCRIBE_KONTUR_TALK__TOKEN."
        )
    return services.talk


def _subscription(services: Services, talk: KonturTalk) -> Subscription:
    return Subscription(services.store, talk, services.settings.kontur_talk)


async def _known(services: Services, query: RecordingQuery) -> TalkRecordingList:
    asked_there = {"from": query.created_from, "to": query.created_to, "q": query.q}
    for name, value in asked_there.items():
        if value is not None:
            raise invalid("query", name, "Kontur Talk is asked that, and knows no `state`: send one of the two.")
    try:
        page = await services.store.arrivals.page(state=query.state, limit=query.limit, cursor=query.cursor)
    except ValueError as error:
        raise invalid("query", "cursor", "Send the `next_cursor` of the page before, unchanged.") from error
    items = [talk_recording(arrival, key=arrival.key) for arrival in page.items]
    return TalkRecordingList(items=items, next_cursor=page.next_cursor)


def _shown(recording: Recording, arrival: Arrival | None) -> TalkRecordingView:
    return talk_recording(
        arrival,
        key=recording.key,
        title=recording.title,
        created_at=recording.created_date,
        room=recording.room_name,
        size_bytes=recording.size,
        participants=[who.name for who in recording.participants if who.name],
    )
