from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.cli.contract_server import Behaviour, serving


@pytest.fixture
def behaviour() -> Behaviour:
    return Behaviour()


@pytest.fixture
def server(behaviour: Behaviour, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with serving(behaviour) as url:
        monkeypatch.setenv("CALLSCRIBE_SERVER", url)
        yield url


@pytest.fixture
def runner() -> CliRunner:
    return CliRunner()


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    file = tmp_path / "meeting.flac"
    file.write_bytes(b"fLaC" * 1000)
    return file
