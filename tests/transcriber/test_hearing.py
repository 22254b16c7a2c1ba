"""The engines on real sound, through the chunks that the graph would send them."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from pathlib import Path

import jiwer
import numpy as np
import pytest
from numpy.typing import NDArray

from benchmarks.normalising import normalised
from callscribe.domain import Language, Word
from callscribe.media.chunks import Chunk, speech_chunks
from callscribe.settings import AsrMode, Settings
from callscribe.transcript.joining import join_chunks
from deployments.transcriber.engine import TranscriberEngine
from deployments.transcriber.engines import load_engine
from tests.sounds import Sound, music, noise, silence, speech, tone, write

pytestmark = pytest.mark.models

MEETING = Path(__file__).parents[2] / "demo" / "meeting_ru_mayak.json"


@pytest.fixture(scope="module")
def voted() -> TranscriberEngine:
    return load_engine(Settings(), threads=1)


@pytest.fixture(scope="module")
def fast() -> TranscriberEngine:
    return load_engine(Settings().model_copy(update={"asr": AsrMode.FAST}), threads=1)


@pytest.fixture(scope="module")
def meeting(tmp_path_factory: pytest.TempPathFactory) -> list[Chunk]:
    return list(speech_chunks(write(tmp_path_factory.mktemp("meeting") / "call.wav", speech(200))))


def heard(engine: TranscriberEngine, chunks: list[Chunk]) -> tuple[Word, ...]:
    return join_chunks(engine.transcribe(chunks, Language.RU))


def word_error_rate(words: tuple[Word, ...]) -> float:
    turns = json.loads(MEETING.read_text(encoding="utf-8"))["turns"]
    reference = normalised(" ".join(turn["text"] for turn in turns), "ru")
    rate: float = jiwer.wer(reference, normalised(" ".join(word.text for word in words), "ru"))
    return rate


def test_two_engines_hear_better_than_one(
    voted: TranscriberEngine, fast: TranscriberEngine, meeting: list[Chunk]
) -> None:
    both, one = word_error_rate(heard(voted, meeting)), word_error_rate(heard(fast, meeting))
    assert both <= 0.06
    assert one <= 0.16
    assert both < one


def test_words_are_timed_in_order_and_sure_to_a_degree(voted: TranscriberEngine, meeting: list[Chunk]) -> None:
    words = heard(voted, meeting)
    assert all(word.start < word.end for word in words)
    assert all(one.start <= other.start for one, other in itertools.pairwise(words))
    assert all(0 <= word.confidence <= 1 for word in words)
    assert words[0].start == pytest.approx(1.85, abs=0.4)


def test_tells_the_language(voted: TranscriberEngine, meeting: list[Chunk]) -> None:
    assert voted.detect_language(meeting) is Language.RU


@pytest.mark.parametrize(
    "sound",
    [
        lambda: silence(20),
        lambda: noise(20),
        lambda: noise(20, level=0.5),
        lambda: music(20),
        lambda: tone(20, hertz=50),
    ],
    ids=["silence", "noise", "loud noise", "music", "hum"],
)
def test_where_nobody_speaks_nothing_is_heard(
    voted: TranscriberEngine, tmp_path: Path, sound: Callable[[], Sound]
) -> None:
    chunks = list(speech_chunks(write(tmp_path / "sound.wav", sound())))
    assert heard(voted, chunks) == ()
    assert heard(voted, [Chunk(0.0, _samples(sound()))]) == (), "not even without the voice detector"


def _samples(sound: Sound) -> NDArray[np.int16]:
    samples: NDArray[np.int16] = (np.clip(sound[0], -1, 1) * 32767).astype(np.int16)
    return samples
