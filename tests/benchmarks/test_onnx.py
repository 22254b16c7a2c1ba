"""The measurements of the engines on ONNX Runtime and of the diarizers, on small networks and a short recording."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.onnx import main


def test_each_figure_is_of_one_thing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(json_file=tmp_path / "onnx.json", names="v2_ctc", threads="1,2", small=True)
    rows = json.loads((tmp_path / "onnx.json").read_text(encoding="utf-8"))["rows"]
    assert [(row["model"].split()[-1], row["chunks_at_once"]) for row in rows] == [
        ("v2_ctc", 1),
        ("v2_ctc", 2),
        ("v2_ctc.int8", 1),
        ("v2_ctc.int8", 2),
    ]
    assert all(row["times_real_time"] == pytest.approx(84 / row["seconds"], rel=0.1) for row in rows)
    assert '"model": "onnx-asr' in capsys.readouterr().out
