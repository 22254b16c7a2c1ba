"""Wording: case and punctuation where the engine gave none. Words themselves never change."""

from __future__ import annotations

from dataclasses import replace

from callscribe.domain import Transcript, Turn

_SENTENCE_ENDS = (".", "?", "!", "…")


def polish(transcript: Transcript) -> Transcript:
    """Begin every turn with a capital and end it with a full stop."""
    return replace(transcript, turns=tuple(_polished(turn) for turn in transcript.turns))


def _polished(turn: Turn) -> Turn:
    if not turn.words:
        return turn
    texts = [word.text for word in turn.words]
    texts[0] = texts[0][:1].upper() + texts[0][1:]
    if not texts[-1].endswith(_SENTENCE_ENDS):
        texts[-1] = texts[-1].rstrip(",;:-–—") + "."
    return replace(turn, words=tuple(replace(word, text=text) for word, text in zip(turn.words, texts, strict=True)))
