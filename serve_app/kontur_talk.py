"""Kontur Talk as a Serve application of its own: a space that is away, and its restart, leave the graph alone."""

# No `from __future__ import annotations` here: Serve reads the type of build_kontur_talk's argument at run time.
from pydantic import BaseModel, ConfigDict
from ray import serve
from ray.serve import Application

from callscribe.errors import BadSettings
from callscribe.settings import Settings, read_settings
from ingest.kontur_talk.service import serve_kontur_talk
from serve_app.background import Background
from serve_app.binding import bound
from serve_app.foundation import Foundation


class KonturTalkArgs(BaseModel):
    """What a Serve configuration file says of Kontur Talk: nothing; all of it is settings, from the environment."""

    model_config = ConfigDict(extra="forbid")


@serve.deployment
class KonturTalk:
    """Fetches recordings. What it was at when it dies is done again by another when its lease ends."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._background = Background(settings, self._work)

    async def _work(self, foundation: Foundation) -> None:
        await serve_kontur_talk(foundation.store, foundation.blobs, self._settings)

    async def check_health(self) -> None:
        """Raise when the work has ended, so that Serve starts another replica."""
        self._background.check()

    async def __del__(self) -> None:
        """Stop fetching; what was in flight is fetched again elsewhere."""
        await self._background.stop()


def build_kontur_talk(args: KonturTalkArgs) -> Application:
    """Take recordings from a space of Kontur Talk. Raises ``BadSettings`` where there is none."""
    settings = read_settings()
    if not settings.kontur_talk.enabled:
        raise BadSettings(
            "CALLSCRIBE_KONTUR_TALK__TOKEN is not set. Set it, or remove the application kontur_talk from Serve's file."
        )
    return bound(KonturTalk, settings)
