"""A browser's session: opened by a key, kept in a cookie that pages cannot read."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from callscribe.schemas.sessions import SessionOrder, SessionView
from serve_app.api import kinds
from serve_app.api.callers import COOKIE, owner_of, session_of
from serve_app.api.keys import SESSION_LASTS, Keys
from serve_app.api.openapi import problems
from serve_app.api.services import Injected

router = APIRouter(prefix="/session", tags=["session"])


async def _keys(services: Injected) -> Keys:
    return Keys(services.settings.api_keys)


InjectedKeys = Annotated[Keys, Depends(_keys)]


@router.get("", summary="Look at the session", responses=problems(guarded=False))
async def get_session(services: Injected, request: Request, response: Response, keys: InjectedKeys) -> SessionView:
    """Say whether a key is needed, whose session this is, which then lasts another 30 days, and what may be sent."""
    name = session_of(request, keys)
    if name is not None:
        _remember(request, response, keys.open_session(name))
    return SessionView(required=keys.required, name=name, max_upload_bytes=services.settings.max_upload_bytes)


@router.post(
    "",
    status_code=204,
    summary="Open a session",
    responses=problems(
        kinds.MALFORMED_BODY,
        kinds.UNAUTHORIZED,
        kinds.TOO_LARGE,
        kinds.INVALID_REQUEST,
        kinds.RATE_LIMIT_EXCEEDED,
        guarded=False,
    ),
)
async def open_session(request: Request, response: Response, keys: InjectedKeys, order: SessionOrder) -> None:
    """Let a browser in by a key: the cookie that comes with the answer stands for it from then on."""
    name = owner_of(order.key.get_secret_value(), request, keys)
    _remember(request, response, keys.open_session(name))


@router.delete("", status_code=204, summary="Close the session", responses=problems(guarded=False))
async def close_session(response: Response) -> None:
    """Have the browser forget the cookie; again changes nothing."""
    response.delete_cookie(COOKIE, httponly=True, samesite="strict")


def _remember(request: Request, response: Response, session: str) -> None:
    response.set_cookie(
        COOKIE,
        session,
        max_age=int(SESSION_LASTS.total_seconds()),
        httponly=True,
        samesite="strict",
        secure="https" in (request.url.scheme, request.headers.get("x-forwarded-proto")),
    )
