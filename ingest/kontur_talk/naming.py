"""Real names: Kontur Talk's own transcripts tell who spoke when, whether they are ready before ours or after."""

from __future__ import annotations

import logging
from datetime import timedelta

from callscribe.arrivals import Arrival
from callscribe.domain import Task, Track
from callscribe.errors import TaskNotFound, Unavailable
from callscribe.store import Store
from callscribe.store.locks import Lock
from callscribe.transcript.naming import names_by_overlap
from ingest.endless import endlessly
from ingest.kontur_talk.client import KonturTalk
from ingest.kontur_talk.failures import AccessDenied, BadAnswer, KonturTalkError
from ingest.kontur_talk.models import Chunk, Transcript, TranscriptStatus
from ingest.kontur_talk.models import Track as TalkTrack
from ingest.kontur_talk.patience import is_refused

log = logging.getLogger(__name__)

IDLE_SECONDS = 5.0
SHORTEST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
PATIENCE = timedelta(days=1)
"""How long a transcript is asked for; one that is ready later is taken when an event says so."""

SLACK_SECONDS = 60.0
"""What a transcript may be longer than its recording."""

MILLISECONDS = 1000


class Namer:
    """Asks for one transcript at a time in the whole cluster: under parallel calls another recording's may come."""

    def __init__(self, store: Store, talk: KonturTalk) -> None:
        self._store = store
        self._talk = talk

    async def run(self) -> None:
        """Take transcripts for ever."""
        await endlessly(self._turn, what="the namer of Kontur Talk")

    async def _turn(self) -> float:
        while await self._take_one_alone():
            pass
        return IDLE_SECONDS

    async def _take_one_alone(self) -> bool:
        """The lock is lost with its connection, which would not be noticed between two that are taken under one."""
        async with self._store.alone(Lock.TRANSCRIPTS) as alone:
            return alone and await self.take_one()

    async def take_one(self) -> bool:
        """Ask for the transcript that is due; say whether there was one."""
        arrival = await self._store.arrivals.due_transcript()
        if arrival is None or arrival.task_id is None:
            return False
        try:
            await self._take(arrival, await self._store.task(arrival.task_id))
        except TaskNotFound:
            await self._store.arrivals.end_transcript(arrival, taken=False)
        except Exception as error:  # noqa: BLE001 - the boundary: whatever broke, the others must have their turn
            await self._ended_badly(arrival, error)
        return True

    async def _ended_badly(self, arrival: Arrival, error: Exception) -> None:
        expected = isinstance(error, KonturTalkError | Unavailable)
        refused = not expected or await is_refused(error, self._talk)  # what breaks us is not asked for without an end
        log.log(
            logging.INFO if expected else logging.ERROR,
            "no names yet",
            extra={"key": arrival.key},
            exc_info=error,
        )
        if refused and isinstance(error, AccessDenied):
            await self._store.arrivals.end_transcript(arrival, taken=False)
        else:
            await self._later(arrival, refused=refused)

    async def _take(self, arrival: Arrival, task: Task) -> None:
        transcript = await self._talk.transcript(arrival.key)
        match transcript.status:
            case TranscriptStatus.IN_PROGRESS:
                await self._later(arrival, refused=True)
            case TranscriptStatus.ERROR:
                await self._store.arrivals.end_transcript(arrival, taken=False)
            case TranscriptStatus.COMPLETE:
                tracks = tracks_of(transcript)
                _check_length(tracks, task)
                await self._store.save_tracks(task.id, tracks)
                await self._store.name_speakers(task.id, names_by_overlap)
                await self._store.arrivals.end_transcript(arrival, taken=True)

    async def _later(self, arrival: Arrival, *, refused: bool) -> None:
        """Ask again when it has been awaited a quarter longer, and no more after a day of refusals."""
        waited = arrival.transcript_awaited_for
        if refused and waited >= PATIENCE:
            await self._store.arrivals.end_transcript(arrival, taken=False)
            return
        delay = min(max(waited / 4, SHORTEST_PAUSE), LONGEST_PAUSE)
        await self._store.arrivals.postpone_transcript(arrival, delay=delay, refused=refused)


def tracks_of(transcript: Transcript) -> tuple[Track, ...]:
    """Who spoke when, as far as they have names: who of several at one device it was, else whose device it is."""
    spans: dict[str, list[tuple[float, float]]] = {}
    for track in transcript.tracks:
        for chunk in track.chunks:
            name = _name(track, chunk)
            if name is not None:
                start, end = chunk.start_time_offset_in_millis, chunk.end_time_offset_in_millis
                spans.setdefault(name, []).append((start / MILLISECONDS, end / MILLISECONDS))
    return tuple(Track(name, tuple(sorted(of_name))) for name, of_name in spans.items())


def _name(track: TalkTrack, chunk: Chunk) -> str | None:
    names = (who.name for who in (chunk.diarized_speaker, track.diarized_speaker, track.speaker) if who is not None)
    return next(filter(None, names), None)


def _check_length(tracks: tuple[Track, ...], task: Task) -> None:
    """Raise ``BadAnswer`` for a transcript that goes on after its recording: it is another's."""
    last = max((end for track in tracks for _, end in track.spans), default=0)
    if task.duration_seconds is not None and last > task.duration_seconds + SLACK_SECONDS:
        raise BadAnswer(f"Kontur Talk's transcript goes on until {last:.0f} s: it is not this recording's.")
