"""The client of Kontur Talk's API: the few calls that CallScribe makes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self
from urllib.parse import quote

from callscribe.kontur_talk_settings import KonturTalkSettings
from ingest.kontur_talk.connection import Connection, read
from ingest.kontur_talk.download import download
from ingest.kontur_talk.failures import BadAnswer, KonturTalkError, TalkUnavailable
from ingest.kontur_talk.models import (
    Conference,
    ConferencePage,
    ConferenceRecording,
    NewWebhook,
    Participants,
    Recording,
    RecordingPage,
    Transcript,
    UserRef,
    Webhook,
)

LIST = "/api/Domain/recordings/v2"
OLD_FIRST = "byTimeOldFirst"
NEW_FIRST = "byTimeNewFirst"
PAGE = 100
LONGEST_MEETING = timedelta(days=1)


class KonturTalk:
    """A space of Kontur Talk. Every call raises ``KonturTalkError`` or ``TalkUnavailable``."""

    def __init__(self, settings: KonturTalkSettings) -> None:
        self._connection = Connection(settings)

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: KonturTalkSettings) -> AsyncIterator[Self]:
        """Connect for the time of the block."""
        talk = cls(settings)
        try:
            yield talk
        finally:
            await talk.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._connection.close()

    async def recordings(
        self,
        *,
        order: str,
        start_from: datetime | None = None,
        start_to: datetime | None = None,
        query: str | None = None,
        page_token: str | None = None,
        top: int = PAGE,
    ) -> RecordingPage:
        """One page of the space's recordings, made in ``start_from`` … ``start_to``."""
        asked = {
            "orderMode": order,
            "top": str(top),
            "startFrom": start_from and _iso(start_from),
            "startTo": start_to and _iso(start_to),
            "query": query,
            "pageTokenString": page_token,
        }
        params = {name: value for name, value in asked.items() if value}
        return await self._connection.get(LIST, RecordingPage, params)

    async def recordings_since(self, moment: datetime) -> AsyncIterator[tuple[Recording, ...]]:
        """Every page of the recordings since then, oldest first. Raises ``BadAnswer`` where pages go in a circle."""
        token: str | None = None
        seen: set[str] = set()
        while True:
            page = await self.recordings(order=OLD_FIRST, start_from=moment, page_token=token)
            yield page.entities
            token = page.next_page_token
            if not token:
                return
            if token in seen:
                raise BadAnswer("Kontur Talk's list of recordings goes in a circle: a page's token came twice.")
            seen.add(token)

    async def answers(self) -> bool:
        """Whether the space lets our key see its list just now: what it refuses then is of the thing asked for."""
        try:
            await self._connection.send("GET", f"{LIST}?top=1")
        except (KonturTalkError, TalkUnavailable):
            return False
        return True

    async def recording(self, key: str) -> Recording:
        """What is known of one recording; its key there may differ from the one asked for in the case of letters."""
        recording = await self._connection.get(f"/api/Domain/recordings/{_segment(key)}", Recording)
        if recording.key.casefold() != key.casefold():
            raise BadAnswer("Kontur Talk tells of another recording than the one that was asked for.")
        return recording

    async def participants(self, key: str, *, top: int) -> tuple[UserRef, ...]:
        """The first who took part in a recording, up to ``top`` of them (a hundred at most)."""
        path = f"/api/Domain/recordings/{_segment(key)}/participants"
        return (await self._connection.get(path, Participants, {"top": str(top)})).root

    async def transcript(self, key: str) -> Transcript:
        """Kontur Talk's own transcript: to be asked for one at a time, or it may be another recording's."""
        return await self._connection.get(f"/api/recordings/{_segment(key)}/transcript", Transcript)

    async def download(self, key: str, quality: str, path: Path, *, max_bytes: int) -> None:
        """Fetch a recording's file. Raises ``LimitExceeded`` for one with more bytes."""
        url = self._connection.url.copy_with(
            raw_path=f"/api/Recordings/{_segment(key)}/file/{_segment(quality)}".encode()
        )
        await download(self._connection, url, path, max_bytes=max_bytes)

    async def history_of(self, recording: Recording) -> ConferenceRecording | None:
        """The recording in the history of its conference (the key needs ``application.reporting.read``), if found.

        No call leads from a recording to its conference: those of its room that ended before it are looked through.
        """
        if recording.created_date is None or recording.room_name is None or recording.id is None:
            return None
        asked = {
            "fromDate": _iso(recording.created_date - LONGEST_MEETING),
            "toDate": _iso(recording.created_date),
            "roomName": recording.room_name,
        }
        page = await self._connection.get("/api/domain/conferencesHistory", ConferencePage, asked)
        for ref in page.conferences:
            conference = await self._connection.get(f"/api/ConferencesHistory/v2/{_segment(ref.key)}", Conference)
            for other in conference.artifacts.recordings if conference.artifacts else ():
                if other.id == recording.id:
                    return other
        return None

    async def webhooks(self) -> tuple[Webhook, ...]:
        """The space's webhooks."""
        return await self._connection.get("/api/Webhooks", tuple[Webhook, ...])

    async def create_webhook(self, webhook: NewWebhook) -> Webhook:
        """Subscribe: ten times a day at most."""
        return read(await self._connection.send("POST", "/api/Webhooks", webhook), Webhook)

    async def activate_webhook(self, webhook_key: str, activation_key: str) -> None:
        """Answer the message that came to the webhook's address."""
        path = f"/api/Webhooks/{_segment(webhook_key)}/activate"
        await self._connection.send("POST", path, {"activationKey": activation_key})

    async def delete_webhook(self, webhook_key: str) -> None:
        """End a subscription."""
        await self._connection.send("DELETE", f"/api/Webhooks/{_segment(webhook_key)}")


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _segment(text: str) -> str:
    return quote(text, safe="")
