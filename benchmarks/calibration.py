"""Fits the curves that make two engines' confidences comparable: ``python -m benchmarks.calibration FOLDER``.

The folder holds labelled Russian recordings. Every word that an engine heard is right or wrong by the recording's own
text; Platt's logistic curve over its confidence is fitted apart for words that both engines heard and for the words of
each where they differ. The result goes to standard output: the transcriber keeps it as its data file.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rapidfuzz.distance import Levenshtein
from sklearn.linear_model import LogisticRegression

from benchmarks.recordings import Recording, load_recordings
from callscribe.domain import Language, Word
from callscribe.media.chunks import speech_chunks
from callscribe.media.decoder import Decoder
from callscribe.models import Installation
from callscribe.settings import Settings
from callscribe.transcript.alignment import Region, Unit, regions
from callscribe.transcript.spelling import spoken
from deployments.transcriber.calibration import Calibration, Curve, logit
from deployments.transcriber.vosk import Vosk
from deployments.transcriber.whisper import Whisper


@dataclass(frozen=True, slots=True)
class Heard:
    """A recording's own text, and what each engine made of it, chunk by chunk."""

    reference: str
    vosk: Sequence[Sequence[Word]]
    whisper: Sequence[Sequence[Word]]


@dataclass(frozen=True, slots=True)
class Judged:
    """A word's confidence, the curve that it belongs to, and whether it was really said."""

    curve: str
    confidence: float
    right: bool


def fit(heard: Iterable[Heard], made_by: str) -> Calibration:
    """Fit every curve to what the engines heard."""
    judged: dict[str, list[Judged]] = defaultdict(list)
    for recording in heard:
        for word in judge(recording):
            judged[word.curve].append(word)
    return Calibration.model_validate(
        {"made_by": made_by, **{curve: _curve(judged[curve]) for curve in sorted(judged)}}
    )


def judge(heard: Heard) -> Iterator[Judged]:
    """Say of every word whether it was said, by the alignment of each engine's whole text with the reference."""
    found = [region for one, other in zip(heard.vosk, heard.whisper, strict=True) for region in regions(one, other)]
    reference = spoken(heard.reference)
    vosk_right = iter(_right([unit.key for region in found for unit in region.left], reference))
    whisper_right = iter(_right([unit.key for region in found for unit in region.right], reference))
    for region in found:
        lefts = [(unit, next(vosk_right)) for unit in region.left]
        rights = [(unit, next(whisper_right)) for unit in region.right]
        yield from _judged(region, lefts, rights)


def _judged(
    region: Region, lefts: Sequence[tuple[Unit, bool]], rights: Sequence[tuple[Unit, bool]]
) -> Iterator[Judged]:
    if region.agrees:
        for (one, right), (other, _) in zip(lefts, rights, strict=True):
            yield Judged("agreed", (one.word.confidence + other.word.confidence) / 2, right)
        return
    yield from (Judged("vosk", unit.word.confidence, right) for unit, right in lefts)
    yield from (Judged("whisper", unit.word.confidence, right) for unit, right in rights)


def _right(heard: Sequence[str], reference: Sequence[str]) -> list[bool]:
    marks = [False] * len(heard)
    for block in Levenshtein.opcodes(heard, reference):
        if block.tag == "equal":
            marks[block.src_start : block.src_end] = [True] * (block.src_end - block.src_start)
    return marks


def _curve(judged: Sequence[Judged]) -> Curve:
    model = LogisticRegression().fit(
        np.array([[logit(word.confidence)] for word in judged]), np.array([word.right for word in judged])
    )
    return Curve(offset=round(float(model.intercept_[0]), 3), slope=round(float(model.coef_[0, 0]), 3))


def listen(recordings: Iterable[Recording], settings: Settings) -> Iterator[Heard]:
    """Let both engines hear the Russian ones of the recordings."""
    models = Installation(settings.models_path)
    vosk, whisper = Vosk(models.path("vosk-small-ru-0.22")), Whisper(models.path("whisper-base-ct2"), threads=1)
    for recording in recordings:
        if recording.language != Language.RU:
            continue
        with tempfile.TemporaryDirectory() as folder:
            wav = Path(folder, "audio.wav")
            asyncio.run(Decoder(settings.decode).decode(recording.audio, wav))
            chunks = list(speech_chunks(wav))
        yield Heard(
            " ".join(utterance.text for utterance in recording.utterances),
            [vosk.hear(chunk) for chunk in chunks],
            [words for chunk in chunks for words in whisper.hear([chunk], Language.RU)],
        )


def main(folder: str) -> None:
    """Print the calibration that a folder of recordings gives."""
    fitted = fit(
        listen(load_recordings(Path(folder)), Settings()), f"python -m benchmarks.calibration {Path(folder).name}"
    )
    sys.stdout.write(fitted.model_dump_json(indent=2) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
