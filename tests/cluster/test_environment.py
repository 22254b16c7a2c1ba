"""What the replicas are told of the settings, whatever folder they work in."""

from __future__ import annotations

from pathlib import Path

import pytest

from callscribe.settings import read_settings
from cluster.stack import whole_paths


def test_files_and_folders_are_named_by_their_whole_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("terms.txt").write_text("Маяк\n", encoding="utf-8")
    monkeypatch.setenv("CALLSCRIBE_DATA_DIR", "data")
    assert whole_paths(read_settings()) == {"CALLSCRIBE_DATA_DIR": str(tmp_path / "data")}
    monkeypatch.setenv("CALLSCRIBE_GLOSSARY", "terms.txt")
    assert whole_paths(read_settings())["CALLSCRIBE_GLOSSARY"] == str(tmp_path / "terms.txt")
    monkeypatch.setenv("CALLSCRIBE_GIGAAM", "v3_ctc.onnx")
    monkeypatch.setenv("CALLSCRIBE_PARAKEET", "parakeet-tdt-0.6b-v3")
    paths = whole_paths(read_settings())
    assert paths["CALLSCRIBE_GIGAAM"] == str(tmp_path / "v3_ctc.onnx")
    assert "CALLSCRIBE_PARAKEET" not in paths, "a name of the catalogue is the same everywhere"
