"""Work that no error ends."""

from __future__ import annotations

import asyncio
import logging
from itertools import pairwise

import pytest

from callscribe.errors import Unavailable
from callscribe.store import Store
from ingest.kontur_talk import endless
from ingest.kontur_talk.endless import endlessly
from ingest.kontur_talk.housekeeping import Housekeeper
from tests.kontur_talk.making import rows


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


async def test_old_messages_are_forgotten_though_nobody_polls(store: Store) -> None:
    await store.arrivals.completed("e1", "r1")
    await store.talk.note_activation("k-1")
    await Housekeeper(store).tidy()
    assert await rows(store) == {"arrivals": 1, "talk_events": 1, "talk_activations": 1}
    for table in ("talk_events", "talk_activations"):
        await store._database.changed(f"UPDATE {table} SET received_at = now() - interval '31 days'")  # noqa: S608
    await Housekeeper(store).tidy()
    assert await rows(store) == {"arrivals": 1}
