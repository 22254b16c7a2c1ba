"""What the table and the JSON say."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

pytest.importorskip("meeteval", reason="cpWER needs meeteval, which is built where there is a C++ compiler")

from benchmarks.recordings import Recording, Utterance
from benchmarks.report import as_json, lines, show
from benchmarks.systems import Hearing, Run


def recording(name: str, text: str) -> Recording:
    spoken = (Utterance(0, 10, "a", text),)
    return Recording(name, Path(f"{name}.flac"), 10.0, "ru", spoken, spoken)


RECORDINGS = [recording("first", "раз два три четыре"), recording("second", "пять шесть")]


def hearing(text: str, seconds: float) -> Hearing:
    heard = (Utterance(0, 10, "x", text),)
    return Hearing(heard, heard, seconds, {"transcribing": seconds})


RUN = Run({"first": hearing("раз два три", 1.0), "second": hearing("пять семь", 3.0)}, 2.0, {"Transcriber": 512.0})


def test_recordings_are_pooled_by_their_words_and_not_by_their_rates() -> None:
    *_, pooled = lines(RECORDINGS, RUN)
    assert pooled.name == "all ru"
    assert pooled.wer.value == pytest.approx(2 / 6)
    assert pooled.times_real_time == pytest.approx(20 / 4)
    assert pooled.stages == {"transcribing": 4.0}


def test_the_figures_are_json() -> None:
    figures = json.loads(json.dumps(as_json(lines(RECORDINGS, RUN), RUN)))
    assert figures["recordings"]["first"]["wer"] == pytest.approx(1 / 4)
    assert figures["recordings"]["second"]["stage_seconds"] == {"transcribing": 3.0}
    assert figures["peak_mebibytes"] == {"Transcriber": 512.0}


def test_the_table_names_every_recording_and_process() -> None:
    screen = StringIO()
    show(Console(file=screen, width=160), "CallScribe", lines(RECORDINGS, RUN), RUN)
    for expected in (
        "first",
        "second",
        "all ru",
        "0.333",
        "Transcriber 512",
        "all ru: transcribing 4.0",
        "start-up 2.0 s",
    ):
        assert expected in screen.getvalue()
