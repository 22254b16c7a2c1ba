"""Work that no error ends."""

from __future__ import annotations

import asyncio
import logging
from itertools import pairwise

import pytest

from callscribe.errors import Unavailable
from ingest import endless
from ingest.endless import endlessly


async def test_whatever_a_turn_raises_is_logged_and_the_next_comes_after_a_pause(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(endless, "PAUSE_AFTER_TROUBLE_SECONDS", 0.05)
    troubles: list[Exception] = [ZeroDivisionError("first"), Unavailable("second"), OverflowError("third")]
    began: list[float] = []
    done = asyncio.Event()

    async def turn() -> float:
        began.append(asyncio.get_running_loop().time())
        if troubles:
            raise troubles.pop(0)
        done.set()
        return 3600

    working = asyncio.create_task(endlessly(turn, what="the work"))
    await asyncio.wait_for(done.wait(), 10)
    await asyncio.sleep(0.1)
    working.cancel()
    await asyncio.wait([working])

    assert len(began) == 4, "and after a good turn it rests for as long as that says"
    assert all(after - before >= 0.05 for before, after in pairwise(began))
    assert [record.levelno for record in caplog.records] == [logging.ERROR, logging.WARNING, logging.ERROR]
