"""Who sends a request: whoever has its key, in a header or, from a browser, in the cookie of a session."""

from __future__ import annotations

import logging
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request

from serve_app.api import kinds
from serve_app.api.keys import Keys
from serve_app.api.own_names import OwnNames
from serve_app.api.problems import ProblemError

COOKIE: Final = "callscribe_session"
CHALLENGE: Final = {"WWW-Authenticate": "Bearer"}

_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})

_log = logging.getLogger(__name__)


def caller_of(request: Request, keys: Keys, own_names: OwnNames) -> str | None:
    """The name of who may come in; nobody in particular where no key is needed.

    Raises ``ProblemError``: 401 without a key that is taken, 403 for what a browser sends because another site's page
    had it do so, be it one whose name leads here.
    """
    if not keys.required and not own_names.include(request.headers.get("host", "")):
        raise ProblemError(
            kinds.CROSS_SITE,
            "This server asks for no keys and does not know the name that it is asked by, which may be another site's. "
            "If it is its own, set CALLSCRIBE_PUBLIC_URL, or CALLSCRIBE_API_KEYS.",
        )
    key = _bearer(request)
    if key is not None and keys.required:
        return owner_of(key, request, keys)
    if request.method not in _SAFE and not _is_from_our_pages(request):
        raise ProblemError(kinds.CROSS_SITE, "Another site's page has sent this. Programs send a key: Bearer.")
    name = session_of(request, keys)
    if name is None and keys.required:
        raise _unauthorized("Send a key: `Authorization: Bearer …`, or the cookie of a session.")
    return name


def owner_of(key: str, request: Request, keys: Keys) -> str:
    """The name of whose key this is. Raises ``ProblemError`` (401), and tells the log, for a key of nobody's."""
    name = keys.name_of(key)
    if name is None:
        context = {"method": request.method, "path": request.url.path, "address": address_of(request)}
        _log.warning("a key of nobody's from %s", context["address"], extra=context)
        raise _unauthorized("The key is none that is taken here.")
    return name


def address_of(request: Request) -> str:
    """The address that the request comes from, as far as the proxies before us are trusted."""
    return request.client.host if request.client else ""


def session_of(request: Request, keys: Keys) -> str | None:
    """The name of whose session the request's cookie is, if it is one."""
    return keys.name_in(request.cookies.get(COOKIE, ""))


def _bearer(request: Request) -> str | None:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else None


def _is_from_our_pages(request: Request) -> bool:
    """Whether no browser says otherwise: over plain HTTP they send `Origin` alone, older ones neither."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def _unauthorized(detail: str) -> ProblemError:
    return ProblemError(kinds.UNAUTHORIZED, detail, headers=CHALLENGE)
