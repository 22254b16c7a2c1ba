"""How well recordings are heard with a glossary, and what it puts in that nobody said."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from benchmarks.normalising import normalised
from benchmarks.recordings import Recording, Utterance
from benchmarks.scoring import Rate, word_errors
from callscribe.domain import Language, Word
from callscribe.glossary import Glossary
from callscribe.glossary.terms import Terms
from callscribe.glossary.writing import written
from callscribe.media.chunks import Chunk, speech_chunks
from callscribe.media.decoder import Decoder
from callscribe.models import Installation
from callscribe.settings import Settings
from callscribe.transcript.joining import join_chunks
from deployments.transcriber.calibration import Calibration
from deployments.transcriber.rehearing import Rehearing
from deployments.transcriber.unhearable import Unhearable
from deployments.transcriber.vosk import Vosk
from deployments.transcriber.voting import Vote
from deployments.transcriber.whisper import Whisper

Words = tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """A labelled recording, the terms that are said in it, and each chunk with what Vosk and Whisper made of it.

    English has nothing of Vosk's.
    """

    recording: Recording
    language: Language
    glossary: Glossary
    chunks: Sequence[tuple[Chunk, Words, Words]]


@dataclass(frozen=True, slots=True)
class Score:
    """Word errors, how many terms were heard of those said, and how many put in; what the glossary changed and took."""

    words: tuple[str, ...]
    wer: Rate
    heard: int
    said: int
    put_in: int
    changed: int
    seconds: float

    @property
    def cells(self) -> tuple[str, ...]:
        """A row of the table."""
        terms = f"{self.heard} of {self.said}"
        return f"{self.wer.value or 0:.3f}", terms, str(self.put_in), str(self.changed), f"{self.seconds:.0f}"


class Bench:
    """Hears each recording once, and then with one glossary after another."""

    def __init__(self, settings: Settings) -> None:
        models = Installation(settings.models_path)
        self._decoder = Decoder(settings.decode)
        self._vosk = Vosk(models.path("vosk-small-ru-0.22"))
        self._whisper = Whisper(models.path("whisper-base-ct2"), threads=1)

    def hear(self, recording: Recording, language: Language) -> Heard:
        """Hear a recording, and read the glossary beside it, if there is one: ``NAME.txt``."""
        with tempfile.TemporaryDirectory() as folder:
            wav = Path(folder, "audio.wav")
            asyncio.run(self._decoder.decode(recording.audio, wav))
            chunks = list(speech_chunks(wav))
        whisper = [words for chunk in chunks for words in self._whisper.hear([chunk], language)]
        vosk = [self._vosk.hear(chunk) if language is Language.RU else () for chunk in chunks]
        terms = recording.audio.with_suffix(".txt")
        glossary = Glossary.read(terms) if terms.exists() else Glossary()
        return Heard(recording, language, glossary, list(zip(chunks, vosk, whisper, strict=True)))

    def measure(self, heard: Heard, glossary: Glossary, plain: Score | None = None) -> Score:
        """Score a recording with a glossary; ``plain`` is the score without one."""
        begun = time.monotonic()
        terms = Terms(glossary.terms)
        words = written(join_chunks(list(self._corrected(heard, terms))), terms)
        seconds = time.monotonic() - begun
        texts = tuple(word.text for word in words)
        truth = " ".join(utterance.text for utterance in heard.recording.utterances)
        every = tuple(dict.fromkeys(glossary.terms + heard.glossary.terms))
        said, found = (_mentions(text, every, heard.language) for text in (truth, " ".join(texts)))
        return Score(
            texts,
            word_errors(heard.recording.utterances, [Utterance(0, 0, "", " ".join(texts))], heard.language),
            heard=(said & found).total(),
            said=said.total(),
            put_in=(found - said).total(),
            changed=Levenshtein.distance(plain.words if plain else texts, texts),
            seconds=seconds,
        )

    def _corrected(self, heard: Heard, terms: Terms) -> Iterator[Words]:
        """Go on from the first hearing as the transcriber does."""
        unhearable = Unhearable(terms, self._vosk.knows)
        rehearing, vote = Rehearing(terms, self._whisper, unhearable), Vote(Calibration.load(), unhearable)
        for chunk, vosk, whisper in heard.chunks:
            match heard.language:
                case Language.RU:
                    yield vote(*rehearing.of_two(chunk, vosk, whisper))
                case Language.EN:
                    yield rehearing.of_one(chunk, whisper, heard.language)


def _mentions(text: str, terms: Sequence[str], language: str) -> Counter[str]:
    """Count the terms of a text, each in the form that it is said in."""
    words = [Word(place, place + 1, word, 1.0) for place, word in enumerate(text.split())]
    found = Terms(terms).said(words)
    return Counter(normalised(" ".join(word.text for word in words[one.begin : one.end]), language) for one in found)
