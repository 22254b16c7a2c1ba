"""A call through the same engines by a plain script: no Ray, no PostgreSQL, no blob store, nothing kept."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from benchmarks.overhead.apart import Apart, apart
from callscribe.domain import Brief, Language, SpeakerSegment, Transcript, Word
from callscribe.media.chunks import speech_chunks
from callscribe.media.decoder import Decoder
from callscribe.settings import Settings
from callscribe.transcript.attribution import attribute
from callscribe.transcript.joining import join_chunks
from callscribe.transcript.wording import polish
from deployments.diarizer.engines import load_engine as load_diarizer
from deployments.summarizer.engine import SummarizerEngine
from deployments.summarizer.engines import load_engine as load_summarizer
from deployments.transcriber.engine import transcribe_batch
from deployments.transcriber.engines import load_engine as load_transcriber

BATCH = 8
"""As many chunks as a replica of the transcriber takes together."""

Diarize = Callable[[Path], tuple[SpeakerSegment, ...]]
Transcribe = Callable[[Path, Language], tuple[Word, ...]]


@dataclass(frozen=True, slots=True)
class Direct:
    """The engines, loaded: the two that compute in processes of their own, as many threads each as replicas have."""

    decoder: Decoder
    diarizer: Apart[[Path], tuple[SpeakerSegment, ...]]
    transcriber: Apart[[Path, Language], tuple[Word, ...]]
    summarizer: SummarizerEngine

    async def process(self, media: Path, language: Language) -> Transcript:
        """Decode, tell the voices apart and hear the words side by side, word the turns and make the protocol."""
        with tempfile.TemporaryDirectory() as scratch:
            wav = Path(scratch, "audio.wav")
            await self.decoder.decode(media, wav)
            voices, words = await asyncio.gather(
                asyncio.to_thread(self.diarizer, wav), asyncio.to_thread(self.transcriber, wav, language)
            )
        transcript = polish(attribute(words, voices, language))
        await self.summarizer.summarize(Brief(transcript))
        return transcript


@contextmanager
def direct(settings: Settings, threads: int) -> Iterator[Direct]:
    """Load the engines of these settings."""
    with apart(_diarizing, settings, threads) as diarizer, apart(_transcribing, settings, threads) as transcriber:
        yield Direct(Decoder(settings.decode), diarizer, transcriber, load_summarizer(settings))


def _diarizing(settings: Settings, threads: int) -> Diarize:
    engine = load_diarizer(settings, threads=threads)
    return lambda wav: engine.diarize(wav, num_speakers=None)


def _transcribing(settings: Settings, threads: int) -> Transcribe:
    engine = load_transcriber(settings, threads=threads)

    def transcribe(wav: Path, language: Language) -> tuple[Word, ...]:
        chunks = speech_chunks(wav)
        heard: list[tuple[Word, ...]] = []
        while batch := [(chunk, language) for chunk in islice(chunks, BATCH)]:
            heard += transcribe_batch(engine, batch)
        return tuple(join_chunks(heard))

    return transcribe
