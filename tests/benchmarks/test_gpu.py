"""The measurement of the engines for GPUs, on processors and with small networks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.gpu import main


def test_each_figure_is_of_one_thing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(json_file=tmp_path / "gpu.json", batches="1,2", tiny=True)
    rows = json.loads((tmp_path / "gpu.json").read_text(encoding="utf-8"))["rows"]
    seen = [(row["model"], row["what"], row["batch"]) for row in rows]
    assert len(seen) == len(set(seen))
    assert {("v2_ctc", "engine", 1), ("v2_ctc", "network", 2)} <= set(seen)
    assert all(row["seconds"] > 0 for row in rows)
    (row,) = [row for row in rows if row["what"] == "engine" and row["batch"] == 2 and row["model"] == "v2_ctc"]
    assert row["times_real_time"] == pytest.approx(2 * 25 / row["seconds"], rel=0.05)
    assert '"model": "v2_ctc"' in capsys.readouterr().out
