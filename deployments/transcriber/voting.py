"""ROVER's second half: of two texts aligned, the likelier words (Fiscus 1997)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from callscribe.domain import Word
from deployments.transcriber.alignment import Region, Unit, regions
from deployments.transcriber.calibration import Calibration, Curve
from deployments.transcriber.spelling import is_number
from deployments.transcriber.timing import ordered

_PUNCTUATION = re.compile(r"[.,!?…;:]+$")
_KEPT = 0.5


class Vote:
    """Decides region by region; Whisper's spelling wins where both heard the same word, Vosk's times always."""

    def __init__(self, calibration: Calibration) -> None:
        self._curves = calibration

    def __call__(self, vosk: Sequence[Word], whisper: Sequence[Word]) -> tuple[Word, ...]:
        """Make one text of both engines' words of one chunk."""
        return ordered(word for region in regions(vosk, whisper) for word in self._decide(region))

    def _decide(self, region: Region) -> Iterator[Word]:
        vosk, whisper = _written(region.left), _written(region.right)
        if region.agrees:
            return self._agreed(vosk, whisper)
        if not vosk or not whisper:
            alone = self._curves.vosk_alone if vosk else self._curves.whisper_alone
            return (word for word in _scaled(vosk or whisper, alone) if word.confidence >= _KEPT)
        ours, theirs = _scaled(vosk, self._curves.vosk_differs), _scaled(whisper, self._curves.whisper_differs)
        if _mean(ours) >= _mean(theirs) or any(is_number(word.text) for word in whisper):
            return iter(_punctuated(ours, whisper))
        return iter(theirs)

    def _agreed(self, vosk: Sequence[Word], whisper: Sequence[Word]) -> Iterator[Word]:
        confidence = self._curves.agreed((_mean(vosk) + _mean(whisper)) / 2)
        if len(vosk) != len(whisper) or any(is_number(word.text) for word in whisper):
            return (replace(word, confidence=confidence) for word in _punctuated(vosk, whisper))
        return (
            replace(written, start=timed.start, end=timed.end, confidence=confidence)
            for timed, written in zip(vosk, whisper, strict=True)
        )


def _written(units: Sequence[Unit]) -> list[Word]:
    return [unit.word for index, unit in enumerate(units) if not index or units[index - 1].word is not unit.word]


def _scaled(words: Sequence[Word], curve: Curve) -> list[Word]:
    return [replace(word, confidence=curve(word.confidence)) for word in words]


def _punctuated(words: Sequence[Word], model: Sequence[Word]) -> list[Word]:
    """Give words the case of the model's first one and the punctuation after its last one."""
    first, last = words[0], words[-1]
    mark = _PUNCTUATION.search(model[-1].text)
    done = list(words)
    if model[0].text[:1].isupper():
        done[0] = replace(first, text=first.text[:1].upper() + first.text[1:])
    done[-1] = replace(last, text=done[-1].text + (mark.group() if mark else ""))
    return done


def _mean(words: Sequence[Word]) -> float:
    return sum(word.confidence for word in words) / len(words)
