"""A result in the shapes of OpenAI's contract."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator
from string import ascii_uppercase
from typing import Any, Final

from callscribe.domain import Language, Result, Turn
from callscribe.exports import ExportFormat, export
from serve_app.api.openai_contract.form import AnswerFormat, TranscriptionForm

LANGUAGES: Final = {Language.RU: "russian", Language.EN: "english"}
"""The names that OpenAI has for languages in an answer."""

_LEAST_CONFIDENCE = 1e-6

Json = dict[str, Any]


def text_of(result: Result) -> str:
    """All that was said, without who said it."""
    return " ".join(turn.text for turn in result.transcript.turns)


def as_file(result: Result, format_: AnswerFormat) -> bytes | None:
    """The answers that are no JSON."""
    match format_:
        case AnswerFormat.TEXT:
            return f"{text_of(result)}\n".encode()
        case AnswerFormat.SRT:
            return export(result, ExportFormat.SRT)
        case AnswerFormat.VTT:
            return export(result, ExportFormat.VTT)
        case AnswerFormat.JSON | AnswerFormat.VERBOSE_JSON | AnswerFormat.DIARIZED_JSON:
            return None


def as_json(result: Result, form: TranscriptionForm) -> Json:
    """The answers that are JSON."""
    match form.response_format:
        case AnswerFormat.VERBOSE_JSON:
            return _verbose(result, form)
        case AnswerFormat.DIARIZED_JSON:
            segments = [segment(turn, number) for number, turn in enumerate(result.transcript.turns)]
            return {**_common(result), "segments": segments}
        case _:
            return {"text": text_of(result), "usage": _usage(result)}


def events(result: Result, form: TranscriptionForm) -> Iterator[Json]:
    """The answer in pieces: the turns, then the whole."""
    for number, turn in enumerate(result.transcript.turns):
        if form.response_format is AnswerFormat.DIARIZED_JSON:
            yield segment(turn, number)
        else:
            yield {"type": "transcript.text.delta", "delta": f"{' ' if number else ''}{turn.text}"}
    yield {"type": "transcript.text.done", "text": text_of(result), "usage": _usage(result)}


def segment(turn: Turn, number: int) -> Json:
    """A turn, its speaker a letter."""
    return {
        "type": "transcript.text.segment",
        "id": f"seg_{number}",
        "start": turn.start,
        "end": turn.end,
        "speaker": letter(turn.speaker),
        "text": turn.text,
    }


def letter(speaker: int) -> str:
    """Name a speaker A, B … Z, AA, AB and so on."""
    name = ""
    while speaker:
        speaker, place = divmod(speaker - 1, len(ascii_uppercase))
        name = ascii_uppercase[place] + name
    return name


def _common(result: Result) -> Json:
    return {
        "task": "transcribe",
        "duration": result.task.duration_seconds or 0.0,
        "text": text_of(result),
        "usage": _usage(result),
    }


def _usage(result: Result) -> Json:
    return {"type": "duration", "seconds": result.task.duration_seconds or 0.0}


def _verbose(result: Result, form: TranscriptionForm) -> Json:
    turns = result.transcript.turns
    answer = {**_common(result), "language": LANGUAGES[result.transcript.language]}
    if "segment" in form.granularities:
        answer["segments"] = [_measured(turn, number) for number, turn in enumerate(turns)]
    if "word" in form.granularities:
        answer["words"] = [
            {"word": word.text, "start": word.start, "end": word.end} for turn in turns for word in turn.words
        ]
    return answer


def _measured(turn: Turn, number: int) -> Json:
    """A turn with Whisper's figures, as far as they mean anything for other engines: the rest says nothing is wrong."""
    text = turn.text.encode()
    confidences = [math.log(max(word.confidence, _LEAST_CONFIDENCE)) for word in turn.words]
    return {
        "id": number,
        "seek": 0,
        "start": turn.start,
        "end": turn.end,
        "text": turn.text,
        "tokens": [],
        "temperature": 0.0,
        "avg_logprob": sum(confidences) / len(confidences) if confidences else 0.0,
        "compression_ratio": len(text) / len(zlib.compress(text)),
        "no_speech_prob": 0.0,
    }
