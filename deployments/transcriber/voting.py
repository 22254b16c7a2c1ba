"""ROVER's second half: of two texts aligned, the likelier words (Fiscus 1997)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from callscribe.domain import Word
from callscribe.transcript.alignment import Region, Unit, regions
from callscribe.transcript.spelling import is_number, spoken
from deployments.transcriber.calibration import Calibration, Curve
from deployments.transcriber.dreams import is_stock
from deployments.transcriber.numbers import is_said, number_length
from deployments.transcriber.timing import ordered
from deployments.transcriber.unhearable import Unhearable

_PUNCTUATION = re.compile(r"[.,!?…;:]+$")
_KEPT = 0.5
"""What a word that only one engine has must be worth: below it, it is likelier an insertion."""
_SURE = 0.3
"""What all words of an engine must be worth on the mean to be believed where the other shares none of them.
Of speech played backwards 0.2 lets 146 words pass, 0.3 49; in speech below its noise 0.3 costs 5 words of 404, 0.4 22.
"""


class Vote:
    """Decides region by region; Whisper's spelling wins where both heard the same word, Vosk's times always."""

    def __init__(self, calibration: Calibration, unhearable: Unhearable) -> None:
        self._curves = calibration
        self._unhearable = unhearable

    def __call__(self, vosk: Sequence[Word], whisper: Sequence[Word]) -> tuple[Word, ...]:
        """Make one text of both engines' words of one chunk."""
        found = list(regions(vosk, whisper))
        if not any(region.agrees for region in found):
            return self._alone(vosk, whisper)
        return ordered(word for region in found for word in self._decide(region))

    def _decide(self, region: Region) -> Iterator[Word]:
        vosk, whisper = _written(region.left), _written(region.right)
        if region.agrees:
            return self._agreed(region, vosk, whisper)
        ours, theirs = _scaled(vosk, self._curves.vosk), _scaled(_heard(whisper), self._curves.whisper)
        if self._unhearable(theirs):
            return iter(theirs)
        if self._unhearable(ours):
            return iter(_punctuated(ours, whisper) if whisper else ours)
        if not ours or not theirs:
            return (word for word in ours or theirs if word.confidence >= _KEPT)
        if _mean(ours) >= _mean(theirs):
            return iter(_punctuated(ours, whisper))
        return iter(_spelled(theirs, ours))

    def _alone(self, vosk: Sequence[Word], whisper: Sequence[Word]) -> tuple[Word, ...]:
        """Where the engines share no word, one is deaf or dreams: believe the surer one, if it is sure."""
        ours, theirs = _scaled(vosk, self._curves.vosk), _scaled(_heard(whisper), self._curves.whisper)
        surer = max((words for words in (ours, theirs) if words), key=_mean, default=[])
        return ordered(surer) if surer and _mean(surer) >= _SURE else ()

    def _agreed(self, region: Region, vosk: Sequence[Word], whisper: Sequence[Word]) -> Iterator[Word]:
        confidence = self._curves.agreed((_mean(vosk) + _mean(whisper)) / 2)
        numbers = any(is_number(word.text) for word in whisper)
        words = _punctuated(vosk, whisper) if numbers else _timed(region)
        return (replace(word, confidence=confidence) for word in words)


def _timed(region: Region) -> list[Word]:
    """Take Whisper's written words («кто-то») at the times of Vosk's spoken ones."""
    written: list[Word] = []
    spelled: Word | None = None
    for heard, unit in zip(region.left, region.right, strict=True):
        if unit.word is spelled:
            written[-1] = replace(written[-1], end=heard.word.end)
        else:
            written.append(replace(unit.word, start=heard.word.start, end=heard.word.end))
        spelled = unit.word
    return written


def _heard(whisper: Sequence[Word]) -> Sequence[Word]:
    """Leave out the phrases that videos end with: heard by Whisper alone, they are dreams."""
    return () if is_stock(" ".join(word.text for word in whisper)) else whisper


def _spelled(theirs: Sequence[Word], ours: Sequence[Word]) -> list[Word]:
    """Write as Vosk did what both heard: numbers («пятнадцатого», not «15»), and words that Whisper cuts in two."""
    done: list[Word] = []
    for word in theirs:
        number = _said(word, ours) if is_number(word.text) else ()
        whole = _whole([*done[-1:], word], ours)
        if whole is not None:
            done[-1:] = _punctuated([whole], [*done[-1:], word])
        else:
            done += _punctuated(number, [word]) if number else [word]
    return done


def _whole(halves: Sequence[Word], words: Sequence[Word]) -> Word | None:
    """Find the word that two are halves of: «вовремя», heard as «во время»; Vosk has its words from a dictionary."""
    keys = ["".join(spoken(word.text)) for word in halves]
    near = (word for word in words if word.start < halves[-1].end and word.end > halves[0].start)
    return next((word for word in near if len(keys) > 1 and spoken(word.text) == ("".join(keys),)), None)


def _said(digits: Word, words: Sequence[Word]) -> Sequence[Word]:
    """Find the words of a number where its digits lie."""
    near = [word for word in words if word.start < digits.end and word.end > digits.start]
    length = number_length(digits.text)
    runs = (near[begin : begin + length] for begin in range(len(near) - length + 1))
    return next((run for run in runs if run and is_said(digits.text, [word.text for word in run])), ())


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
