"""Kontur Talk's events come in here: noted, durably, and answered at once; whatever they ask for is done later."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from callscribe.kontur_talk_settings import KonturTalkSettings
from ingest.kontur_talk import webhook
from serve_app.api import kinds
from serve_app.api.openapi import problems
from serve_app.api.problems import ProblemError
from serve_app.api.services import Injected

router = APIRouter(tags=["kontur talk"])

_EVENT = {
    "eventId": "01890a5d-ac96-774b-bcce-b302099a8057",
    "eventType": "RecordingCompleted",
    "time": "2026-03-02T09:30:00.0000000Z",
    "recordingKey": "8f14e45f",
}
_BODY = {"required": True, "content": {"application/json": {"schema": {"type": "object", "examples": [_EVENT]}}}}


@router.post(
    "/kontur-talk/webhook",
    response_class=Response,
    summary="Take an event of Kontur Talk",
    openapi_extra={"requestBody": _BODY},
    responses=problems(
        kinds.MALFORMED_BODY, kinds.UNAUTHORIZED, kinds.KONTUR_TALK_OFF, kinds.UNAVAILABLE, guarded=False
    ),
)
async def take_event(request: Request, services: Injected) -> Response:
    """Keep an event, or the key that activates the webhook, and answer 200; the same again changes nothing.

    What lacks the secret (401) or is no such message (400) leaves nothing behind.
    """
    settings = services.settings.kontur_talk
    if settings.webhook_secret is None or services.inbox is None:
        raise ProblemError(kinds.KONTUR_TALK_OFF, "Set CALLSCRIBE_KONTUR_TALK__WEBHOOK_SECRET.")
    authentic = webhook.is_authentic(request.headers.get(settings.webhook_header), settings)
    if not authentic and settings.activation_needs_secret:
        raise _unauthorized(settings)
    try:
        message = webhook.parse(await _body(request))
    except webhook.BadMessage as error:
        raise (ProblemError(kinds.MALFORMED_BODY, str(error)) if authentic else _unauthorized(settings)) from error
    if not authentic and not isinstance(message, webhook.Activation):
        raise _unauthorized(settings)
    await webhook.note(message, services.inbox)
    return Response()


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body.extend(piece)
        if len(body) > webhook.MOST_BYTES:
            raise webhook.BadMessage(f"An event has {webhook.MOST_BYTES} bytes at most.")
    return bytes(body)


def _unauthorized(settings: KonturTalkSettings) -> ProblemError:
    return ProblemError(kinds.UNAUTHORIZED, f"The header {settings.webhook_header} does not have the secret.")
