"""What Whisper writes where nobody speaks: subtitles' credits, thanks for watching, one phrase over and over."""

from __future__ import annotations

import re
from dataclasses import dataclass

from faster_whisper.transcribe import get_compression_ratio

MIN_LOG_PROBABILITY = -1.0
MAX_NO_SPEECH = 0.6
MAX_COMPRESSION = 2.4
"""Whisper's own limits: Radford et al., "Robust Speech Recognition via Large-Scale Weak Supervision" (2022), 4.5."""
MAX_WORDS_PER_SECOND = 8.0
MAX_ABBREVIATION = 6
"""Letters; a longer text all in capitals is a subtitle's note: «СПОКОЙНАЯ МУЗЫКА»."""

_WORD = re.compile(r"\w+")
_CREDITS = re.compile(
    r"продолжение следует|субтитр\w* (с?делал|создал|подогнал|добавил|предостав)|dimatorzok|"
    r"редактор субтитров( \w\. ?\w+)?|корректор \w\. ?\w+|"
    r"спасибо за (просмотр|внимание к видео)|подпи(шитесь|сывайтесь) на канал|ставьте лайк|"
    r"thanks? (you )?(so much )?for watching|(please )?subscribe to|subtitles? by|amara\.org|see you in the next video",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Hearing:
    """What Whisper made of one chunk: its text, mean log probability of a token, P(no speech), the chunk's length."""

    text: str
    log_probability: float
    no_speech: float
    seconds: float


def is_dream(hearing: Hearing) -> bool:
    """Whether the text is likelier to be made up than heard."""
    words = _WORD.findall(hearing.text)
    return (
        not words
        or (hearing.text.isupper() and len(hearing.text) > MAX_ABBREVIATION)
        or is_stock(hearing.text)
        or hearing.log_probability < MIN_LOG_PROBABILITY
        or (hearing.no_speech > MAX_NO_SPEECH and hearing.log_probability < MIN_LOG_PROBABILITY / 2)
        or get_compression_ratio(hearing.text) > MAX_COMPRESSION
        or len(words) > MAX_WORDS_PER_SECOND * hearing.seconds + 1
    )


def is_stock(text: str) -> bool:
    """Whether more than half of a text are phrases that videos end with."""
    return len(_WORD.findall(_CREDITS.sub("", text))) < len(_WORD.findall(text)) / 2
