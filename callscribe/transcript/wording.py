"""Wording: case and sentence punctuation where the engine gave none. Words themselves never change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from callscribe.domain import Language, Transcript, Turn, Word
from callscribe.transcript.bare import Morphology, worded

_SENTENCE_ENDS = (".", "?", "!", "…", ".»", "?»", "!»", '."', '?"', '!"')
_TRAILING = " ,;:-–—"


def polish(transcript: Transcript) -> Transcript:
    """Give bare Russian turns sentences, and the others a capital start and a final full stop."""
    morphology = Morphology() if transcript.language is Language.RU and _any_bare(transcript) else None
    return replace(transcript, turns=tuple(_polished(turn, morphology) for turn in transcript.turns))


def _polished(turn: Turn, morphology: Morphology | None) -> Turn:
    if not turn.words:
        return turn
    if morphology is not None and _is_bare(turn.words):
        return replace(turn, words=worded(turn.words, morphology))
    return replace(turn, words=_framed(turn.words))


def _framed(words: Sequence[Word]) -> tuple[Word, ...]:
    texts = [word.text for word in words]
    texts[0] = texts[0][:1].upper() + texts[0][1:]
    if not texts[-1].endswith(_SENTENCE_ENDS):
        texts[-1] = (texts[-1].rstrip(_TRAILING) or texts[-1]) + "."
    return tuple(replace(word, text=text) for word, text in zip(words, texts, strict=True))


def _any_bare(transcript: Transcript) -> bool:
    return any(_is_bare(turn.words) for turn in transcript.turns)


def _is_bare(words: Sequence[Word]) -> bool:
    return all(word.text.islower() and word.text[-1:].isalpha() for word in words)
