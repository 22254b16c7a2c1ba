"""What Ray raises, in our own words: nothing of Ray comes through to the pipeline."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from ray.exceptions import (
    NodeDiedError,
    ObjectLostError,
    OutOfMemoryError,
    RayError,
    RaySystemError,
    RayTaskError,
    UnserializableException,
)
from ray.serve.exceptions import BackPressureError, RayServeException, RequestCancelledError

from callscribe.domain import Brief, Language, Protocol, ProtocolStatus, Transcript
from callscribe.errors import CallScribeError, EngineFailed, ModelUnavailable, Unavailable
from serve_app import remote_models
from serve_app.remote_models import RemoteModels

BRIEF = Brief(Transcript(Language.RU, ()))
PROTOCOL = Protocol(ProtocolStatus.COMPLETE, "linguistic", 1.0)

Answer = Callable[[], Awaitable[Protocol]]


class Method:
    """A deployment's method behind a handle."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def remote(self, *_: object) -> Awaitable[Protocol]:
        return self._answer()


class Handle:
    """A handle whose every method does the same."""

    def __init__(self, answer: Answer) -> None:
        self.summarize = self.improve = Method(answer)


def models(answer: Answer, *, seconds: float = 60) -> RemoteModels:
    handles: Any = dict.fromkeys(("diarizer", "transcriber", "summarizer"), Handle(answer))
    return RemoteModels(handles, longest_protocol=timedelta(seconds=seconds))


def raising(*errors: Exception) -> Answer:
    """Raise these one after the other, then answer."""
    left = list(errors)

    async def answer() -> Protocol:
        if left:
            raise left.pop(0)
        return PROTOCOL

    return answer


def of_ray(kind: Any, *arguments: object) -> Exception:
    """One of Ray's errors, whose classes have no types."""
    error: Exception = kind(*arguments)
    return error


def failed_in_the_replica(cause: Exception) -> Exception:
    """As Serve's handle raises it: an error of two classes, Ray's and its cause's."""
    error: Any = of_ray(RayTaskError, "summarize", "Traceback …", cause)
    twofold: Exception = error.as_instanceof_cause()
    return twofold


@pytest.mark.parametrize(
    "error",
    [
        of_ray(NodeDiedError, "gone"),
        ObjectLostError("00", None, ""),
        of_ray(OutOfMemoryError, "too much"),
        BackPressureError(num_queued_requests=1, max_queued_requests=1),
    ],
    ids=lambda error: type(error).__name__,
)
async def test_a_replica_that_is_gone_is_called_again(error: Exception) -> None:
    assert await models(raising(error)).summarize(BRIEF) == PROTOCOL


@pytest.mark.parametrize(
    "error",
    [of_ray(RaySystemError, "no"), RayError("no"), RayServeException("no"), RequestCancelledError("1")],
    ids=lambda error: type(error).__name__,
)
async def test_whatever_else_ray_raises_is_a_model_that_does_not_answer(error: Exception) -> None:
    with pytest.raises(Unavailable):
        await models(raising(error)).summarize(BRIEF)


@pytest.mark.parametrize(
    ("cause", "meaning"),
    [
        (ModelUnavailable("Fetch it."), ModelUnavailable),
        (ValueError("odd"), EngineFailed),
        (TimeoutError("inside"), EngineFailed),
    ],
)
async def test_what_the_replica_raises_is_ours_or_the_engines(cause: Exception, meaning: type[CallScribeError]) -> None:
    with pytest.raises(meaning):
        await models(raising(failed_in_the_replica(cause))).improve(BRIEF, PROTOCOL)


async def test_an_error_that_cannot_be_read_here_is_the_engines() -> None:
    """As those of which an argument is missing in their pickle: openai's, for example."""
    with pytest.raises(EngineFailed):
        await models(raising(of_ray(UnserializableException, b"pickled"))).summarize(BRIEF)


async def test_a_replica_that_never_answers_is_given_up() -> None:
    async def never() -> Protocol:
        await asyncio.Event().wait()
        return PROTOCOL

    with pytest.raises(Unavailable, match=r"within 0\.1 s"):
        await models(never, seconds=0.1).summarize(BRIEF)


async def test_a_replica_that_stays_away_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote_models, "PATIENCE_SECONDS", 0.1)
    with pytest.raises(Unavailable):
        await models(raising(*[of_ray(NodeDiedError, "gone")] * 50)).summarize(BRIEF)
