"""What is forgotten of Kontur Talk, whoever is there."""

from __future__ import annotations

from callscribe.store import Store
from ingest.kontur_talk.housekeeping import Housekeeper
from tests.kontur_talk.making import rows


async def test_old_messages_are_forgotten_though_nobody_polls(store: Store) -> None:
    await store.arrivals.completed("e1", "r1")
    await store.talk.note_activation("k-1")
    await Housekeeper(store).tidy()
    assert await rows(store) == {"arrivals": 1, "talk_events": 1, "talk_activations": 1}
    for table in ("talk_events", "talk_activations"):
        await store._database.changed(f"UPDATE {table} SET received_at = now() - interval '31 days'")  # noqa: S608
    await Housekeeper(store).tidy()
    assert await rows(store) == {"arrivals": 1}
