"""A glossary's terms in real speech: heard where they are said, and put in nowhere else."""

from __future__ import annotations

import functools
import itertools
import json
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from callscribe.domain import Language, Word
from callscribe.glossary import Glossary
from callscribe.glossary.terms import Terms
from callscribe.media.chunks import Chunk
from callscribe.media.pcm import SAMPLE_RATE
from callscribe.models import Installation
from callscribe.settings import Settings
from deployments.transcriber.engines import load_engine
from deployments.transcriber.rehearing import Rehearing
from deployments.transcriber.unhearable import Unhearable
from deployments.transcriber.vosk import Vosk
from deployments.transcriber.whisper import Whisper

pytestmark = pytest.mark.models

ROOT = Path(__file__).parents[2]
NAMES = ROOT / "benchmarks" / "glossary" / "speech" / "names_ru.flac"
MEETING = ROOT / "demo" / "meeting_ru_mayak.flac"
FOREIGN = Glossary.read(ROOT / "benchmarks" / "glossary" / "foreign.txt")

Hear = Callable[[Chunk, Glossary], tuple[Word, ...]]


def sentence(recording: Path, words: str) -> Chunk:
    """The sound of the turn that has these words."""
    turns = json.loads(recording.with_suffix(".json").read_text(encoding="utf-8"))["turns"]
    turn = next(turn for turn in turns if words in turn["text"])
    start, end = turn["start"] - 0.3, turn["end"] + 0.3
    with av.open(str(recording)) as container:
        samples = np.concatenate([frame.to_ndarray()[0] for frame in container.decode(audio=0)])
    return Chunk(start, samples[round(start * SAMPLE_RATE) : round(end * SAMPLE_RATE)].astype(np.int16))


@pytest.fixture(scope="module")
def hear() -> Hear:
    engine = functools.cache(lambda glossary: load_engine(Settings(), glossary, threads=1))

    def heard(chunk: Chunk, glossary: Glossary) -> tuple[Word, ...]:
        (words,) = engine(glossary).transcribe([chunk], Language.RU)
        return words

    return heard


def text(words: tuple[Word, ...]) -> str:
    return " ".join(word.text for word in words)


@pytest.mark.parametrize(
    ("words", "term", "said"),
    [
        ("Цюпфнера", "Цюпфнер", "цюпфнера,"),
        ("Хериберту", "Хериберт", "хериберту"),
        ("Тускуба", "Тускуб", "тускуба."),
    ],
)
def test_a_name_that_nobody_could_know_is_heard(hear: Hear, words: str, term: str, said: str) -> None:
    chunk = sentence(NAMES, words)
    plain, heard = hear(chunk, Glossary()), hear(chunk, Glossary((*FOREIGN.terms, term)))
    assert said not in text(plain).lower().split()
    assert said in text(heard).lower().split()
    assert all(one.end <= other.start for one, other in itertools.pairwise(heard))


def test_where_whisper_hears_alone_it_is_heard_too() -> None:
    models = Installation(Settings().models_path)
    whisper, terms = Whisper(models.path("whisper-base-ct2"), threads=1), Terms(["Цюпфнер"])
    chunk = sentence(NAMES, "Цюпфнера")
    (plain,) = whisper.hear([chunk], Language.RU)
    heard = Rehearing(terms, whisper, Unhearable(terms, lambda _: False)).of_one(chunk, plain, Language.RU)
    assert terms.said(plain) == []
    assert [mention.forms for mention in terms.said(heard)] == [("цюпфнера",)]


@pytest.mark.parametrize(
    ("recording", "words"), [(NAMES, "свекровь уехала"), (MEETING, "утечка"), (MEETING, "превышение")]
)
def test_terms_that_nobody_says_change_nothing(hear: Hear, recording: Path, words: str) -> None:
    chunk = sentence(recording, words)
    assert text(hear(chunk, FOREIGN)) == text(hear(chunk, Glossary()))


def test_vosk_tells_what_its_vocabulary_has() -> None:
    vosk = Vosk(Installation(Settings().models_path).path("vosk-small-ru-0.22"))
    assert all(map(vosk.knows, ("контур", "ростелеком", "маяк")))
    assert not any(map(vosk.knows, ("модестгассе", "kubernetes", "ростелекоме", "Маяк")))
