"""The order of the stages: from a claimed task to its stored result."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from callscribe.attempts import FAULT_OF_OURS
from callscribe.blobs import Blobs
from callscribe.blobs.keys import audio_key
from callscribe.domain import Claim, ModelNames, Protocol, ProtocolStatus, Stage, TaskId, Transcript
from callscribe.errors import CallScribeError, ClaimLost, EngineFailed, Unavailable
from callscribe.glossary.terms import Terms
from callscribe.glossary.writing import with_terms
from callscribe.logs import about, seconds_since
from callscribe.media.decoder import Decoder
from callscribe.scratch import scratch_folder
from callscribe.store import Store
from callscribe.transcript.attribution import attribute
from callscribe.transcript.naming import names_by_overlap
from callscribe.transcript.wording import polish
from serve_app.briefing import as_stored, brief_of
from serve_app.listening import Listener
from serve_app.models import Models
from serve_app.pauses import Pauses
from serve_app.progress import Progress
from serve_app.stages import (
    DECODING,
    DIARIZING,
    SUMMARIZING,
    TRANSCRIBING,
    Decoding,
    Diarizing,
    StageCodec,
    Summarizing,
    Transcribing,
)

log = logging.getLogger(__name__)

Output = TypeVar("Output")
First = TypeVar("First")
Second = TypeVar("Second")


@dataclass(frozen=True, slots=True)
class Run:
    """One claim being worked on: what earlier attempts stored, and whether there will be another attempt."""

    claim: Claim
    stored: dict[Stage, Mapping[str, Any]]
    progress: Progress
    last_attempt: bool

    @property
    def audio_key(self) -> str:
        """Where the decoded audio of this task stands."""
        return audio_key(self.claim.task.id)

    @property
    def has_transcript(self) -> bool:
        """Whether an earlier run has made a transcript."""
        return self.claim.task.language is not None


class Pipeline:
    """Does what is still owed on a task; each stage's output is stored when the stage ends."""

    def __init__(
        self, store: Store, blobs: Blobs, decoder: Decoder, models: Models, pauses: Pauses, *, glossary: Terms
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._decoder = decoder
        self._models = models
        self._pauses = pauses
        self._glossary = glossary

    async def run(self, claim: Claim, *, last_attempt: bool) -> None:
        """Bring the task to its completion. Raises what stopped it.

        On the last attempt what can be done without is given up: a task whose diarizer breaks or does not answer
        completes with one speaker, and one whose summarizer does not answer without a protocol. Nothing is given up
        where a result of before has it.
        """
        began = time.perf_counter()
        run = await self._begin(claim, last_attempt=last_attempt)
        decoding = await self._decoded(run)
        diarizing, transcribing = await _side_by_side(
            self._once(run, DIARIZING, lambda: self._diarize(run)),
            self._once(run, TRANSCRIBING, lambda: self._transcribe(run, decoding)),
        )
        transcript = await asyncio.to_thread(_worded, transcribing, diarizing, self._glossary)
        await self._store.save_transcript(
            claim, transcript, duration_seconds=decoding.duration_seconds, truncated=decoding.truncated
        )
        await self._name_speakers(claim.task.id)
        await self._blobs.delete(run.audio_key)
        protocol = await self._protocol(run)
        await self._store.save_protocol(claim, protocol, revise_after=self._pauses.after(protocol))
        await self._store.complete(claim, models=ModelNames(diarizing.engine, transcribing.engine, protocol.llm))
        log.info(
            "task completed",
            extra={
                "seconds": seconds_since(began),
                "recording_seconds": decoding.duration_seconds,
                "protocol": protocol.status,
                "reason": protocol.reason_code,
            },
        )

    async def clean_up(self, task_id: TaskId) -> None:
        """Remove what only a task that goes on would need."""
        await self._blobs.delete(audio_key(task_id))

    async def _begin(self, claim: Claim, *, last_attempt: bool) -> Run:
        async def report(stage: Stage, done: float) -> None:
            with contextlib.suppress(Unavailable):
                await self._store.report(claim, stage=stage, progress=done)

        stored = await self._store.stage_outputs(claim.task.id)
        return Run(claim, stored, Progress(report), last_attempt)

    async def _once(self, run: Run, codec: StageCodec[Output], work: Callable[[], Awaitable[Output]]) -> Output:
        """Do a stage's work, unless an earlier attempt has stored it."""
        with about(stage=codec.stage):
            if codec.stage in run.stored:
                run.progress.finished(codec.stage)
                log.info("stage was done before")
                return codec.load(run.stored[codec.stage])
            log.info("stage begun")
            began = time.perf_counter()
            await run.progress.enter(codec.stage)
            output = await work()
            await self._store.save_stage(run.claim, codec.stage, codec.dump(output))
            run.progress.finished(codec.stage)
            log.info("stage ended", extra={"seconds": seconds_since(began)})
            return output

    async def _decoded(self, run: Run) -> Decoding:
        """Decode, again if need be: the audio is kept only until a task has its transcript."""
        heard = {Stage.DIARIZING, Stage.TRANSCRIBING} <= run.stored.keys()
        if Stage.DECODING in run.stored and not heard and not await self._blobs.exists(run.audio_key):
            del run.stored[Stage.DECODING]
        return await self._once(run, DECODING, lambda: self._decode(run))

    async def _decode(self, run: Run) -> Decoding:
        started = time.monotonic()
        with scratch_folder() as scratch:
            wav = scratch / "audio.wav"
            async with self._blobs.local(run.claim.task.media_key) as media:
                audio = await self._decoder.decode(media, wav)
            await self._blobs.put_file(run.audio_key, wav)
        return Decoding(
            audio_key=run.audio_key,
            duration_seconds=audio.duration_seconds,
            peak_dbfs=audio.peak_dbfs,
            truncated=audio.truncated,
            seconds=time.monotonic() - started,
        )

    async def _diarize(self, run: Run) -> Diarizing:
        started = time.monotonic()
        try:
            segments = await self._models.diarize(run.audio_key, run.claim.task.num_speakers)
            engine = await self._models.diarizer_name()
        except (EngineFailed, Unavailable):
            # Another replica may do what this one cannot: its GPU's memory is full, or its context broken.
            if not run.last_attempt or run.has_transcript:
                raise
            log.exception("the labels are given up")
            segments, engine = (), None
        return Diarizing(segments, engine, time.monotonic() - started)

    async def _transcribe(self, run: Run, decoding: Decoding) -> Transcribing:
        started = time.monotonic()

        async def advance(second: float) -> None:
            await run.progress.advance(Stage.TRANSCRIBING, second / max(decoding.duration_seconds, 1e-3))

        async with self._blobs.local(run.audio_key) as wav:
            language, words = await Listener(self._models, advance).hear(wav, run.claim.task.requested_language)
        engine = await self._models.transcriber_name() if words else None
        return Transcribing(language, words, engine, time.monotonic() - started)

    async def _name_speakers(self, task_id: TaskId) -> None:
        """Name the voices after the source's own tracks, if there are any by now. Without names it is a result too."""
        try:
            await self._store.name_speakers(task_id, names_by_overlap)
        except Unavailable:
            raise
        except Exception:
            log.exception("the names are given up")

    async def _protocol(self, run: Run) -> Protocol:
        """The summarizer's protocol, or one that says why there is none: a retry of the task begins with that.

        Whatever breaks here, the transcript is there and must not be lost for it. Raises what broke where a protocol of
        these very turns stands, which must not be lost either.
        """
        try:
            return (await self._once(run, SUMMARIZING, lambda: self._summarize(run))).protocol
        except ClaimLost:
            raise
        except Exception as error:
            if (isinstance(error, Unavailable) and not run.last_attempt) or await self._has_protocol(run.claim.task.id):
                raise
            log.exception("the protocol is given up")
            return _no_protocol(error)

    async def _has_protocol(self, task_id: TaskId) -> bool:
        """Whether there is one that can be read: another transcript has taken that of before with it."""
        return (await self._store.task(task_id)).protocol_status in (ProtocolStatus.COMPLETE, ProtocolStatus.DEGRADED)

    async def _summarize(self, run: Run) -> Summarizing:
        started = time.monotonic()
        result = await self._store.result(run.claim.task.id)
        brief = await asyncio.to_thread(brief_of, result, self._glossary)
        protocol = await self._models.summarize(brief)
        return Summarizing(as_stored(protocol, result), time.monotonic() - started)


async def _side_by_side(first: Coroutine[Any, Any, First], second: Coroutine[Any, Any, Second]) -> tuple[First, Second]:
    """Run two stages at once; when one fails, the other still ends and is stored before the failure is raised."""
    one, two = await asyncio.gather(first, second, return_exceptions=True)
    if isinstance(one, BaseException):
        raise _first_cause(one) from one
    if isinstance(two, BaseException):
        raise _first_cause(two) from two
    return one, two


def _no_protocol(error: Exception) -> Protocol:
    """Say why there is none, without our internals."""
    reason, code = FAULT_OF_OURS, CallScribeError.code
    if isinstance(error, CallScribeError):
        reason, code = str(error), error.code
    return Protocol(ProtocolStatus.FAILED, engine="", coverage=0.0, reason=reason, reason_code=code)


def _worded(transcribing: Transcribing, diarizing: Diarizing, glossary: Terms) -> Transcript:
    return with_terms(polish(attribute(transcribing.words, diarizing.segments, transcribing.language)), glossary)


def _first_cause(failed: BaseException) -> BaseException:
    while isinstance(failed, BaseExceptionGroup):
        failed = failed.exceptions[0]
    return failed
