"""Accuracy of a transcript against the truth, as counts that can be pooled over recordings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import jiwer
from meeteval.wer.wer.cp import cp_word_error_rate
from pyannote.core import Annotation, Segment
from pyannote.metrics.diarization import DiarizationErrorRate

from benchmarks.normalising import normalised
from benchmarks.recordings import Recording, Utterance

_MARKS = ".,?!"
_MARKED_WORD = re.compile(r"(\w[\w'-]*)\W*?([.,?!…])?(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Rate:
    """Errors of so many; ``value`` is ``None`` of nothing."""

    errors: float = 0
    total: float = 0

    def __add__(self, other: Rate) -> Rate:
        return Rate(self.errors + other.errors, self.total + other.total)

    @property
    def value(self) -> float | None:
        """The share of errors."""
        return self.errors / self.total if self.total else None


@dataclass(frozen=True, slots=True)
class Agreement:
    """Found and expected things, and those that agree."""

    agreed: int = 0
    found: int = 0
    expected: int = 0

    def __add__(self, other: Agreement) -> Agreement:
        return Agreement(self.agreed + other.agreed, self.found + other.found, self.expected + other.expected)

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall; ``None`` when nothing was expected."""
        return 2 * self.agreed / (self.found + self.expected) if self.expected else None


@dataclass(frozen=True, slots=True)
class Score:
    """One recording's counts. Without speakers in the hypothesis, ``cpwer`` and ``der`` are of nothing."""

    wer: Rate = Rate()
    cpwer: Rate = Rate()
    der: Rate = Rate()
    punctuation: Agreement = Agreement()
    speakers: int = 0
    speakers_expected: int = 0


def score(recording: Recording, heard: Sequence[Utterance], voices: Sequence[Utterance] | None) -> Score:
    """Score what a system heard, and whose voices (``None`` where it does not tell them)."""
    language = recording.language
    words = cp = Rate()
    punctuation = Agreement()
    if language is not None:
        words = word_errors(recording.utterances, heard, language)
        punctuation = punctuation_agreement(recording.utterances, heard)
        cp = speaker_word_errors(recording.utterances, heard, language) if voices is not None else cp
    return Score(
        wer=words,
        cpwer=cp,
        der=diarization_errors(recording.voices, voices) if voices is not None else Rate(),
        punctuation=punctuation,
        speakers=_speakers(voices or ()),
        speakers_expected=_speakers(recording.voices),
    )


def word_errors(reference: Sequence[Utterance], heard: Sequence[Utterance], language: str) -> Rate:
    """Word errors of the whole recording as one text in time order."""
    truth = normalised(_text(reference), language)
    aligned = jiwer.process_words(truth, normalised(_text(heard), language))
    errors = aligned.substitutions + aligned.deletions + aligned.insertions
    return Rate(errors, len(truth.split()))


def speaker_word_errors(reference: Sequence[Utterance], heard: Sequence[Utterance], language: str) -> Rate:
    """Word errors of each speaker's text under the best matching of speakers (cpWER, Watanabe et al. 2020)."""
    found = cp_word_error_rate(
        _by_speaker(reference, language),
        _by_speaker(heard, language),
        reference_sort=False,
        hypothesis_sort=False,
    )
    return Rate(found.errors, found.length)


def diarization_errors(reference: Sequence[Utterance], voices: Sequence[Utterance]) -> Rate:
    """Seconds missed, invented or given to another, of those spoken; no collar, overlaps scored."""
    extent = Segment(0, max((one.end for one in (*reference, *voices)), default=0))
    parts = DiarizationErrorRate(collar=0, skip_overlap=False)(
        _annotation(reference), _annotation(voices), uem=extent, detailed=True
    )
    errors = parts["missed detection"] + parts["false alarm"] + parts["confusion"]
    return Rate(errors, parts["total"])


def punctuation_agreement(reference: Sequence[Utterance], heard: Sequence[Utterance]) -> Agreement:
    """Marks (full stop, comma, question, exclamation) after the words that both sides have."""
    truth, found = _marked(_text(reference)), _marked(_text(heard))
    aligned = jiwer.process_words(_plain(truth), _plain(found)) if truth and found else None
    chunks = aligned.alignments[0] if aligned else []
    agreed = sum(
        truth[chunk.ref_start_idx + step][1] == found[chunk.hyp_start_idx + step][1] != ""
        for chunk in chunks
        if chunk.type == "equal"
        for step in range(chunk.ref_end_idx - chunk.ref_start_idx)
    )
    return Agreement(agreed, sum(mark != "" for _, mark in found), sum(mark != "" for _, mark in truth))


def _marked(text: str) -> list[tuple[str, str]]:
    """Words in lower case, each with the mark that follows it."""
    words = _MARKED_WORD.findall(text.replace("…", "."))
    return [(word.lower().replace("ё", "е"), mark if mark in _MARKS else "") for word, mark in words]


def _plain(marked: Sequence[tuple[str, str]]) -> str:
    return " ".join(word for word, _ in marked)


def _text(utterances: Sequence[Utterance]) -> str:
    return " ".join(one.text for one in sorted(utterances, key=lambda one: one.start))


def _by_speaker(utterances: Sequence[Utterance], language: str) -> dict[str, str]:
    ordered = sorted(utterances, key=lambda one: (one.speaker, one.start))
    return {
        speaker: normalised(_text(list(own)), language) for speaker, own in groupby(ordered, lambda one: one.speaker)
    }


def _annotation(utterances: Sequence[Utterance]) -> Annotation:
    annotation = Annotation()
    for number, one in enumerate(utterances):
        annotation[Segment(one.start, one.end), number] = one.speaker
    return annotation


def _speakers(utterances: Sequence[Utterance]) -> int:
    return len({one.speaker for one in utterances})
