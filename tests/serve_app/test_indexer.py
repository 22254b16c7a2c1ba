"""Transcripts from before there was a search are made ready to be found."""

from __future__ import annotations

import pytest

from callscribe.domain import Language, Transcript, Turn, Word
from callscribe.logs import Bearing
from callscribe.search.lemmas import Lemmas
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


async def test_a_transcript_that_cannot_be_indexed_lets_the_others_pass(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.handler.addFilter(Bearing(("serve_app",)))
    for text in ("Смета.", "Неладно.", "Отчёт."):
        transcript = Transcript(Language.RU, (Turn(0.0, 1.0, 1, (Word(0.0, 1.0, text, 1.0),)),))
        await store.save_transcript(await registered_and_claimed(store), transcript, duration_seconds=2)
    await store._database.changed("INSERT INTO search_backlog SELECT DISTINCT task_id FROM turn_lexemes")
    await store._database.changed("DELETE FROM turn_lexemes")
    await store._database.changed("UPDATE tasks SET request_id = 'mine'")
    vector = Lemmas.vector

    def broken(self: Lemmas, words: list[str]) -> str:
        return vector(self, words) if "неладно" not in words else "no tsvector: '"

    monkeypatch.setattr(Lemmas, "vector", broken)
    indexer = Indexer(store)
    for _ in range(2):
        await indexer.index_all()

    found = [await store.search.page(word, SearchFilter(), limit=5, cursor=None) for word in ("смета", "отчет")]
    assert [len(page.items) for page in found] == [1, 1]
    waiting = await store.search.waiting()
    assert waiting is not None
    (trouble,) = [vars(record) for record in caplog.records if record.message == "not indexed"]
    assert (trouble["task_id"], trouble["request_id"]) == (str(waiting.task_id), "mine")
