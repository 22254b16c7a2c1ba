"""Whisper base on CTranslate2, through faster-whisper's parts: several chunks at a time, with words' times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.metadata import version
from itertools import accumulate, groupby
from operator import itemgetter
from pathlib import Path
from typing import TypedDict

import numpy as np
from ctranslate2 import StorageView
from ctranslate2.models import WhisperGenerationResult
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_suppressed_tokens, merge_punctuations

from callscribe.domain import Language, Word
from callscribe.media.chunks import Chunk
from deployments.transcriber.dreams import Hearing, is_dream
from deployments.transcriber.timing import settled

MAX_BATCH = 4
"""Chunks worth decoding together: more cost memory and save nothing."""
BEAM = 5
_CLEARLY = 0.9
_PREPENDED = "\"'“¿([{-«"
_APPENDED = "\"'.。,，!！?？:：”)]}、…»"
_FRAMES_PER_SECOND = 100


class Timing(TypedDict):
    """A piece of text as faster-whisper times it, with the space before it."""

    word: str
    start: float
    end: float
    probability: float


class Whisper:
    """Hears chunks of up to 30 s, each without the text before it: what one chunk got wrong stays there."""

    def __init__(self, model: Path, *, threads: int) -> None:
        # A worker a thread, each on one processor: two on one decoding step wait for each other more than they work.
        self._whisper = WhisperModel(str(model), device="cpu", compute_type="int8", cpu_threads=1, num_workers=threads)

    @property
    def name(self) -> str:
        """The library and its version, and the model."""
        return f"faster-whisper {version('faster-whisper')} base"

    def hear(self, chunks: Sequence[Chunk], language: Language, hotwords: Sequence[str] = ()) -> list[tuple[Word, ...]]:
        """The words of a few chunks, timed from the start of the recording; none where they would be dreams.

        ``hotwords`` are shown to the model before it hears: it then writes them more readily, also where they were not
        said. As many threads may call this at once as it was made for.
        """
        tokenizer = Tokenizer(self._whisper.hf_tokenizer, multilingual=True, task="transcribe", language=language.value)
        return list(self._hear(chunks, tokenizer, ", ".join(hotwords) or None))

    def language_of(self, chunks: Sequence[Chunk]) -> Language:
        """The language that these chunks are in: they are asked, the longest first, until they agree clearly."""
        scores = dict.fromkeys(Language, 0.0)
        for asked, chunk in enumerate(sorted(chunks, key=lambda chunk: -chunk.seconds), start=1):
            found = dict(self._whisper.model.detect_language(self._encode([chunk]))[0])
            shares = {language: found.get(f"<|{language}|>", 0.0) for language in Language}
            for language, share in shares.items():
                scores[language] += share / (sum(shares.values()) or 1.0)
            if max(scores.values()) / asked >= _CLEARLY:
                break
        return max(scores, key=lambda language: scores[language])

    def _encode(self, chunks: Sequence[Chunk]) -> StorageView:
        mel = self._whisper.feature_extractor
        features = [mel(chunk.samples.astype(np.float32) / 32768.0)[..., :-1] for chunk in chunks]
        return self._whisper.encode(np.stack([pad_or_trim(feature) for feature in features]))

    def _hear(self, chunks: Sequence[Chunk], tokenizer: Tokenizer, hotwords: str | None) -> Iterator[tuple[Word, ...]]:
        encoded = self._encode(chunks)
        prompt = self._whisper.get_prompt(tokenizer, [], without_timestamps=True, hotwords=hotwords)
        generated = self._whisper.model.generate(
            encoded,
            [prompt] * len(chunks),
            beam_size=BEAM,
            suppress_tokens=get_suppressed_tokens(tokenizer, [-1]),
            return_scores=True,
            return_no_speech_prob=True,
        )
        tokens = [[token for token in result.sequences_ids[0] if token < tokenizer.eot] for result in generated]
        frames = [round(chunk.seconds * _FRAMES_PER_SECOND) for chunk in chunks]
        aligned = self._whisper.find_alignment(tokenizer, tokens, encoded, frames)
        for chunk, result, text, alignment in zip(chunks, generated, tokens, aligned, strict=True):
            merge_punctuations(alignment, _PREPENDED, _APPENDED)
            dreamt = is_dream(_hearing(tokenizer.decode(text), result, chunk))
            yield () if dreamt else settled(written_words(alignment, chunk.start), chunk)


def _hearing(text: str, result: WhisperGenerationResult, chunk: Chunk) -> Hearing:
    return Hearing(text.strip(), float(result.scores[0]), float(result.no_speech_prob), chunk.seconds)


def written_words(alignment: Sequence[Timing], offset: float) -> Iterator[Word]:
    """Make words of what stands between two spaces: the tokenizer cuts «из-за» and «1,5» before their marks."""
    pieces = [piece for piece in alignment if piece["word"]]
    numbers = accumulate(piece["word"].startswith(" ") for piece in pieces)
    for _, numbered in groupby(zip(numbers, pieces, strict=True), key=itemgetter(0)):
        word = [piece for _, piece in numbered]
        if text := "".join(piece["word"] for piece in word).strip():
            confidence = min(float(piece["probability"]) for piece in word)
            yield Word(offset + float(word[0]["start"]), offset + float(word[-1]["end"]), text, confidence)
