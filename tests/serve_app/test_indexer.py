"""Transcripts from before there was a search are made ready to be found."""

from __future__ import annotations

from callscribe.store import SearchFilter, Store
from serve_app.indexer import Indexer
from tests.store.making import TRANSCRIPT, registered_and_claimed


async def test_every_transcript_that_is_left_is_indexed(store: Store) -> None:
    for _ in range(2):
        await store.save_transcript(await registered_and_claimed(store), TRANSCRIPT, duration_seconds=2)
    await store._database.changed("INSERT INTO search_backlog SELECT DISTINCT task_id FROM turn_lexemes")
    await store._database.changed("DELETE FROM turn_lexemes")

    await Indexer(store).index_all()

    page = await store.search.page("день", SearchFilter(), limit=5, cursor=None)
    assert len(page.items) == 2
