"""The API's paths, for those who treat all requests alike: what they ask for, and by which contract."""

from __future__ import annotations

from typing import Final

from starlette.types import Scope

OPENAI: Final = "/v1"
SESSION: Final = "/api/v1/session"
METRICS: Final = "/metrics"
"""They tell how many calls a house has, and why some fail: that is no stranger's business."""

UPLOADS: Final = frozenset({"/api/v1/transcribe", f"{OPENAI}/audio/transcriptions"})
"""Where recordings are sent, which are counted as they stream."""

_OPEN: Final = frozenset({SESSION, "/api/v1/kontur-talk/webhook"})
"""Where one gets in by a key in the body, or by a secret of Kontur Talk's own."""


def path_of(scope: Scope) -> str:
    """The path that is asked for, whatever the API is mounted under."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


def is_openai(path: str) -> bool:
    """Whether OpenAI's contract says what is answered there."""
    return path.startswith(f"{OPENAI}/")


def is_guarded(path: str) -> bool:
    """Whether who asks for this path needs a key, where any does."""
    return (path.startswith("/api/") or is_openai(path) or path == METRICS) and path not in _OPEN
