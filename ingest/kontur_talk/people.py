"""Who took part in a recorded meeting."""

from __future__ import annotations

import logging

from callscribe.schemas.recordings import MOST_SPEAKERS
from ingest.kontur_talk.client import KonturTalk
from ingest.kontur_talk.failures import KonturTalkError, TalkUnavailable
from ingest.kontur_talk.models import Recording

log = logging.getLogger(__name__)


async def people_of(talk: KonturTalk, recording: Recording) -> tuple[str, ...]:
    """The participants' names, as many as a recording may have; those that cannot be had now are done without."""
    people = recording.participants
    if (recording.participants_count or 0) > len(people):
        try:
            people = await talk.participants(recording.key, top=MOST_SPEAKERS)
        except (KonturTalkError, TalkUnavailable) as error:
            log.info("not all participants are told: %s", error, extra={"key": recording.key})
    names = dict.fromkeys(who.name for who in people if who.name)
    return tuple(names)[:MOST_SPEAKERS]
