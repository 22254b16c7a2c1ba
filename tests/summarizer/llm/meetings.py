"""Labelled meetings as transcripts."""

from __future__ import annotations

import json
from pathlib import Path

from callscribe.domain import Language, Participant, Protocol, ProtocolStatus, Transcript, Turn, Word

ROOT = Path(__file__).parents[3]
MAYAK = ROOT / "demo" / "meeting_ru_mayak.json"
STANDUP = ROOT / "benchmarks" / "protocol" / "meetings" / "en_standup.json"
HOUR = ROOT / "benchmarks" / "protocol" / "meetings" / "ru_zavod_hour.json"


def turn_of(start: float, end: float, speaker: int, text: str) -> Turn:
    texts = text.split()
    step = (end - start) / max(len(texts), 1)
    words = (Word(start + place * step, start + (place + 1) * step, word, 0.9) for place, word in enumerate(texts))
    return Turn(start, end, speaker, tuple(words))


def spoken(language: Language, *said: tuple[int, str]) -> Transcript:
    """Turns of ten seconds: who speaks, and what."""
    turns = (turn_of(10.0 * place, 10.0 * place + 9, speaker, text) for place, (speaker, text) in enumerate(said))
    return Transcript(language, tuple(turns))


def meeting(path: Path) -> Transcript:
    labelled = json.loads(path.read_text(encoding="utf-8"))
    turns = labelled["turns"]
    numbers = {name: number for number, name in enumerate(dict.fromkeys(turn["speaker"] for turn in turns), start=1)}
    return Transcript(
        Language(labelled["language"]),
        tuple(turn_of(turn["start"], turn["end"], numbers[turn["speaker"]], turn["text"]) for turn in turns),
    )


def linguistic(transcript: Transcript, *names: str) -> Protocol:
    """A linguistic protocol without points, with the voices' names in their order."""
    return Protocol(
        ProtocolStatus.COMPLETE,
        "linguistic",
        coverage=1.0,
        summary=transcript.turns[0].text,
        participants=tuple(Participant(speaker, name, 1.0) for speaker, name in enumerate(names, start=1)),
    )
