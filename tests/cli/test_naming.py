from __future__ import annotations

import os
from pathlib import Path, PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callscribe.cli.naming import distinct_names, result_names

parts = st.lists(st.sampled_from(["a", "b", "x", "x.md", "x.flac", "x.flac.ogg"]), min_size=1, max_size=4)


@given(st.lists(parts, min_size=1, max_size=8))
def test_no_two_recordings_share_a_name_or_a_result(paths: list[list[str]]) -> None:
    files = [Path("/nowhere", *path) for path in paths]
    names = distinct_names(files)
    assert set(names) == set(files)
    assert len(set(names.values())) == len(names)
    results = result_names(names.values())
    assert len(set(results.values())) == len(names)
    assert not any(name.is_absolute() or ".." in name.parts for name in results.values())


def test_a_name_is_no_longer_than_it_must_be() -> None:
    names = distinct_names([Path("/y.flac"), Path("/p/x.flac"), Path("/q/x.flac"), Path("/x.flac")])
    assert list(names.values()) == [PurePath(name) for name in ("y.flac", "p/x.flac", "q/x.flac", "x.flac")]


def test_a_recording_that_is_named_twice_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert list(distinct_names([Path("x"), tmp_path / "x", Path(os.curdir, "x")])) == [Path("x")]
