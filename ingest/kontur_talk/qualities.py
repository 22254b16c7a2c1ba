"""Which file to take of a recording that does not have the usual one."""

from __future__ import annotations

import logging

from ingest.kontur_talk.client import KonturTalk
from ingest.kontur_talk.failures import KonturTalkError
from ingest.kontur_talk.models import Quality, Recording

log = logging.getLogger(__name__)

READY = "complete"


async def other_quality(talk: KonturTalk, recording: Recording, *, missing: str) -> str | None:
    """The smallest picture that is ready: all have the same sound. ``None`` where the history tells of none."""
    try:
        history = await talk.history_of(recording)
    except KonturTalkError as error:
        log.info("the history does not tell which files there are: %s", error, extra={"key": recording.key})
        return None
    ready = [each for each in (history.qualities if history else ()) if each.status == READY and each.name != missing]
    return min(ready, key=_pixels).name if ready else None


def _pixels(quality: Quality) -> int:
    return quality.size.width * quality.size.height if quality.size else 0
