"""A replica whose engine fails again and again tells Serve so, which starts another in its place."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from callscribe.blobs import Blobs
from callscribe.domain import Language, SpeakerSegment, Word
from callscribe.errors import EngineFailed
from callscribe.glossary import Glossary
from callscribe.media.chunks import Chunk
from callscribe.settings import Settings
from deployments.diarizer import deployment as diarizing
from deployments.health import FAILURES_IN_A_ROW, EngineHealth
from deployments.transcriber import deployment as transcribing

CHUNK = Chunk(0.0, np.zeros(16_000, dtype=np.int16))


class Engine:
    """Either kind of engine, which works unless its GPU is ``broken``."""

    name = "scripted"
    broken = False

    def diarize(self, wav: Path, *, num_speakers: int | None) -> tuple[SpeakerSegment, ...]:
        self._compute()
        return ()

    def transcribe(self, chunks: Sequence[Chunk], language: Language) -> list[tuple[Word, ...]]:
        self._compute()
        return [() for _ in chunks]

    def detect_language(self, chunks: Sequence[Chunk]) -> Language:
        self._compute()
        return Language.RU

    def _compute(self) -> None:
        if self.broken:
            raise RuntimeError("CUDA error: an illegal memory access was encountered")


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    made = Engine()
    for module in (diarizing, transcribing):
        monkeypatch.setattr(module, "load_engine", lambda *_, **__: made)
        monkeypatch.setattr(module, "processors", lambda: 1)
        monkeypatch.setattr(module, "give_way", lambda: None)
        monkeypatch.setattr(module, "log_with_serve", lambda: None)
    return made


def undeployed(deployment: Any) -> Any:
    """The class that Serve makes replicas of."""
    return deployment.func_or_class


async def fail(health: EngineHealth, times: int) -> None:
    for _ in range(times):
        with pytest.raises(RuntimeError), health.watched():
            raise RuntimeError("CUDA out of memory")


async def test_failures_in_a_row_are_counted_and_a_success_forgets_them() -> None:
    health = EngineHealth()
    await fail(health, FAILURES_IN_A_ROW - 1)
    health.check()
    with health.watched():
        pass
    await fail(health, FAILURES_IN_A_ROW - 1)
    health.check()
    await fail(health, 1)
    with pytest.raises(EngineFailed, match="3 times in a row"):
        health.check()


async def test_a_diarizer_whose_gpu_is_broken_is_unhealthy(engine: Engine, tmp_path: Path) -> None:
    blobs = Blobs.open(tmp_path.as_uri(), {})
    (tmp_path / "call.wav").write_bytes(b"")
    await blobs.put_file("audio/call.wav", tmp_path / "call.wav")
    replica: Any = undeployed(diarizing.Diarizer)(Settings(_env_file=None, blob_url=tmp_path.as_uri()))
    assert await replica.diarize("audio/call.wav", None) == ()
    engine.broken = True
    for _ in range(FAILURES_IN_A_ROW):
        await replica.check_health()
        with pytest.raises(RuntimeError, match="illegal memory access"):
            await replica.diarize("audio/call.wav", None)
    with pytest.raises(EngineFailed):
        await replica.check_health()


async def hear(replica: Any) -> None:
    """A batch, which Serve puts together in a replica of its own only."""
    await type(replica)._batched.__wrapped__(replica, [(CHUNK, Language.RU)])


async def tell_language(replica: Any) -> None:
    await replica.detect_language([CHUNK])


@pytest.mark.parametrize("call", [hear, tell_language])
async def test_a_transcriber_whose_gpu_is_broken_is_unhealthy(
    engine: Engine, call: Callable[[Any], Awaitable[None]]
) -> None:
    replica: Any = undeployed(transcribing.Transcriber)(Settings(_env_file=None), Glossary(()))
    await call(replica)
    engine.broken = True
    for _ in range(FAILURES_IN_A_ROW):
        await replica.check_health()
        with pytest.raises(RuntimeError, match="illegal memory access"):
            await call(replica)
    with pytest.raises(EngineFailed):
        await replica.check_health()
