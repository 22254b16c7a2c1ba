"""Dialogues written as people read them: a line a turn, ``name: what was said``."""

from __future__ import annotations

from callscribe.domain import Brief, Language, Transcript, Turn, Word

SECONDS_A_WORD = 0.5


def transcript(dialogue: str, language: Language = Language.RU) -> Transcript:
    """Half a second a word; speakers are numbered by their first appearance."""
    lines = [line.strip().split(": ", 1) for line in dialogue.strip().splitlines()]
    numbers = {name: number for number, name in enumerate(dict.fromkeys(name for name, _ in lines), start=1)}
    turns: list[Turn] = []
    second = 0.0
    for name, text in lines:
        texts = text.split()
        words = tuple(
            Word(second + place * SECONDS_A_WORD, second + (place + 1) * SECONDS_A_WORD, word, 0.9)
            for place, word in enumerate(texts)
        )
        turns.append(Turn(second, words[-1].end, numbers[name], words))
        second = words[-1].end + 1
    return Transcript(language, tuple(turns))


def brief(dialogue: str, language: Language = Language.RU) -> Brief:
    """The dialogue, and nothing else known."""
    return Brief(transcript(dialogue, language))
