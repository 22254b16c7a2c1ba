"""The models behind Ray Serve's handles: a call outlives the death of the replica that was serving it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any, TypeVar

import ray.serve.context
from ray.exceptions import (
    NodeDiedError,
    ObjectLostError,
    OutOfMemoryError,
    RayActorError,
    RayError,
    RayTaskError,
    UnserializableException,
    WorkerCrashedError,
)
from ray.serve.exceptions import (
    BackPressureError,
    DeploymentUnavailableError,
    RayServeException,
    ReplicaUnavailableError,
)
from ray.serve.handle import DeploymentHandle
from tenacity import AsyncRetrying, RetryError, retry_if_exception_type, stop_after_delay, wait_exponential_jitter

from callscribe.domain import Brief, Language, SpeakerSegment, Word
from callscribe.domain import Protocol as CallProtocol
from callscribe.errors import CallScribeError, EngineFailed, Unavailable
from callscribe.logs import bound, request_id
from callscribe.media.chunks import Chunk

REPLICA_TROUBLE = (
    BackPressureError,
    DeploymentUnavailableError,
    NodeDiedError,
    ObjectLostError,
    OutOfMemoryError,
    RayActorError,
    ReplicaUnavailableError,
    WorkerCrashedError,
)
"""What Ray raises when a replica died, is not there yet, or has too much to do: the call itself is sound."""

PATIENCE_SECONDS = 180
"""How long a call waits for a replica that can take it: longer than any model's start."""

Answer = TypeVar("Answer")


class RemoteModels:
    """``serve_app.models.Models`` over deployment handles; a protocol takes no longer than ``longest_protocol``.

    What lines of the log bear here goes along, so that the replicas' lines bear it too.
    """

    def __init__(self, handles: Mapping[str, DeploymentHandle[Any]], *, longest_protocol: timedelta) -> None:
        self._diarizer = handles["diarizer"]
        self._transcriber = handles["transcriber"]
        self._summarizer = handles["summarizer"]
        self._longest_protocol = longest_protocol

    async def diarize(self, wav_key: str, num_speakers: int | None) -> tuple[SpeakerSegment, ...]:
        """Find the voices in a decoded recording."""
        return await _patiently(lambda: self._diarizer.diarize.remote(wav_key, num_speakers, bound()))

    async def transcribe(self, chunk: Chunk, language: Language) -> tuple[Word, ...]:
        """Hear the words of a chunk."""
        return await _patiently(lambda: self._transcriber.transcribe.remote(chunk, language, bound()))

    async def detect_language(self, chunks: list[Chunk]) -> Language:
        """Tell the language that most of these chunks are in."""
        return await _patiently(lambda: self._transcriber.detect_language.remote(chunks, bound()))

    async def summarize(self, brief: Brief) -> CallProtocol:
        """Make the protocol of a transcript."""
        return await _patiently(
            lambda: self._summarizer.summarize.remote(brief, bound()), within=self._longest_protocol
        )

    async def improve(self, brief: Brief, protocol: CallProtocol) -> CallProtocol:
        """Add to a degraded protocol what it lacks."""
        return await _patiently(
            lambda: self._summarizer.improve.remote(brief, protocol, bound()), within=self._longest_protocol
        )

    async def diarizer_name(self) -> str:
        """Say which diarizer answers."""
        return await _patiently(self._diarizer.name.remote)

    async def transcriber_name(self) -> str:
        """Say which transcriber answers."""
        return await _patiently(self._transcriber.name.remote)


async def _patiently(call: Callable[[], Awaitable[Answer]], *, within: timedelta | None = None) -> Answer:
    """Call, and again while replicas die or are not there. Raises ``Unavailable`` or ``EngineFailed``."""
    seconds = within.total_seconds() if within else None
    retrying = AsyncRetrying(
        retry=retry_if_exception_type(REPLICA_TROUBLE),
        stop=stop_after_delay(PATIENCE_SECONDS),
        wait=wait_exponential_jitter(multiplier=0.2, max=5),
    )

    async def attempt() -> Answer:
        _name_request()
        return await call()

    try:
        async with asyncio.timeout(seconds):
            return await retrying(attempt)
    except RayTaskError as error:
        raise _meaning(error) from error
    except UnserializableException as error:  # what the replica raised does not come through to here
        message = "A model failed on this recording. Its deployment's log tells why."
        raise EngineFailed(message) from error
    except (RetryError, RayError, RayServeException) as error:
        message = "A model does not answer. Its deployment's state and log tell why."
        raise Unavailable(message) from error
    except TimeoutError as error:
        message = f"A model did not answer within {seconds:g} s."
        raise Unavailable(message) from error


def _name_request() -> None:
    """Have Serve's own lines of the call bear the request that it is made for; there is no public way to say so."""
    if named := request_id():
        ray.serve.context._set_request_context(request_id=named)  # noqa: SLF001


def _meaning(error: RayTaskError) -> CallScribeError:
    """Give back our own error as the replica raised it; anything else is the engine's failure."""
    cause = error.cause
    if isinstance(cause, CallScribeError):
        return cause
    return EngineFailed(f"A model failed on this recording: {cause or error}")
