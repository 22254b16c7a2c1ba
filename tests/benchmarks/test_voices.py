"""The measurement of the diarizers, on a short recording and with a small voice network."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("meeteval", reason="the scoring needs meeteval, which is built where there is a C++ compiler")

from pyannote.audio.models.embedding import XVectorMFCC

from benchmarks.random_pyannote import make_pyannote
from benchmarks.voices import SEGMENTATION, main
from tests.sounds import SPEECH, speech, write


@pytest.mark.filterwarnings(
    "ignore:(?s).*torchcodec:UserWarning", "ignore:(?s).*TensorFloat-32", "ignore:At least one mel filterbank"
)
def test_both_are_measured_on_each_recording_and_on_all(tmp_path: Path) -> None:
    folder = tmp_path / "speech"
    folder.mkdir()
    write(folder / "call.flac", speech(15))
    labels = SPEECH.with_suffix(".rttm").read_text(encoding="utf-8").splitlines()
    (folder / "call.rttm").write_text(
        "\n".join(line for line in labels if float(line.split()[3]) < 14), encoding="utf-8"
    )
    pipeline = make_pyannote(tmp_path, SEGMENTATION, XVectorMFCC)

    main(folder, json_file=tmp_path / "voices.json", pipeline=pipeline, threads=1)

    figures = json.loads((tmp_path / "voices.json").read_text(encoding="utf-8"))
    assert [(row["engine"], row["recording"]) for row in figures["rows"]] == [
        ("Senko", "call"),
        ("pyannote.audio", "call"),
    ]
    for row, pooled in zip(figures["rows"], figures["pooled"], strict=True):
        assert row["speakers_expected"] == 2
        assert row["total"] == pytest.approx(14.16, abs=0.01), "two turns, of 7.66 s and of 6.5 s"
        assert row["der"] == pooled["der"] == pytest.approx(row["errors"] / row["total"], abs=0.001)
        assert 0 < row["der"] < 0.7
        assert pooled["times_real_time"] == pytest.approx(15 / row["seconds"], rel=0.1)
