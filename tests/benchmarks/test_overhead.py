"""What the graph costs beside its engines."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.overhead.__main__ import Round, found_in
from benchmarks.overhead.direct import direct
from callscribe.domain import Language
from callscribe.settings import Settings
from tests.sounds import speech, write


def test_the_overhead_is_that_of_the_medians() -> None:
    found = found_in([Round(12, 11, 10), Round(99, 99, 99), Round(10.5, 10, 8)])
    assert found["medians"] == {"client": 12, "worker": 11, "direct": 10}
    assert found["overhead"] == {"client": 0.2, "worker": 0.1}


@pytest.mark.models
async def test_a_plain_script_hears_what_is_said_with_the_same_engines(tmp_path: Path) -> None:
    with direct(Settings(), threads=1) as plain:
        transcript = await plain.process(write(tmp_path / "call.flac", speech(8)), Language.RU)
    assert [turn.speaker for turn in transcript.turns]
    assert "маяк" in " ".join(turn.text for turn in transcript.turns).lower()
