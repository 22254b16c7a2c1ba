"""SubRip and WebVTT."""

from __future__ import annotations

import html

from callscribe.domain import Result
from callscribe.exports.cues import Cue, cues
from callscribe.exports.wording import clock
from callscribe.speakers import speaker_name


def as_srt(result: Result) -> str:
    """SubRip; a turn's first cue begins with the speaker's name."""
    found = cues(result.transcript, lambda speaker: f"{speaker_name(result, speaker)}:")
    return "".join(f"{number}\n{_span(cue, ',')}\n{_text(cue)}\n\n" for number, cue in enumerate(found, start=1))


def as_vtt(result: Result) -> str:
    """WebVTT (W3C); the speaker is the voice of every cue."""
    blocks = [
        f"{_span(cue, '.')}\n<v {_escaped(_on_one_line(speaker_name(result, cue.speaker)))}>{_escaped(_text(cue))}"
        for cue in cues(result.transcript, lambda _: "")
    ]
    return "\n\n".join(["WEBVTT", *blocks]) + "\n"


def _span(cue: Cue, decimal: str) -> str:
    return f"{_time(cue.start, decimal)} --> {_time(cue.end, decimal)}"


def _time(milliseconds: int, decimal: str) -> str:
    return f"{clock(milliseconds / 1000)}{decimal}{milliseconds % 1000:03}"


def _text(cue: Cue) -> str:
    return "\n".join(cue.lines)


def _escaped(text: str) -> str:
    """With ``<``, ``>`` and ``&`` escaped, so that neither a name nor a word can end a tag or be one."""
    return html.escape(text, quote=False)


def _on_one_line(name: str) -> str:
    return " ".join(name.split())
