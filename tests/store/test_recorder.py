"""What processes measure reaches the store, whose figures hold all of theirs."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Sequence
from uuid import uuid4

import pytest

from callscribe.errors import Unavailable
from callscribe.metrics import Measured, Measurement
from callscribe.store import Recorder, Store, recorder
from tests.postgres import PostgresServer


async def measured(store: Store) -> dict[tuple[str, str, float | None], tuple[int, float]]:
    figures = await store.metrics.figures()
    return {(each.metric, each.label, each.bound): (each.number, each.total) for each in figures.tallies}


@pytest.fixture
async def absent_database(postgres_server: PostgresServer) -> AsyncIterator[str]:
    """The name of a database that is not there yet."""
    name = f"test_{uuid4().hex}"
    yield name
    await postgres_server.drop(name)


async def test_what_several_processes_measure_adds_up(store: Store, database_url: str) -> None:
    apart = Recorder.apart(database_url)
    apart.measured(Measured.LLM, 30.0, "ollama")
    for seconds in (28.5, 0.25, 0.1):
        store.recorder.measured(Measured.LLM, seconds, "ollama")
    store.recorder.measured(Measured.SEARCH, 0.02)
    for each in (apart, store.recorder):
        await each.close()

    assert await measured(store) == {
        (Measured.LLM, "ollama", 50.0): (2, 58.5),
        (Measured.LLM, "ollama", 0.25): (1, 0.25),
        (Measured.LLM, "ollama", 0.1): (1, 0.1),
        (Measured.SEARCH, "", 0.025): (1, 0.02),
    }


async def test_what_does_not_end_well_is_not_timed(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.recorder.timed(Measured.SEARCH):
        raise ZeroDivisionError
    with store.recorder.timed(Measured.UPLOAD):
        pass
    await store.recorder.close()

    assert {metric for metric, _, _ in await measured(store)} == {Measured.UPLOAD}


async def test_a_store_that_is_away_gets_its_measurements_later(
    postgres_server: PostgresServer,
    postgres_template: str,
    absent_database: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    waiting = Recorder.apart(postgres_server.url(absent_database))
    waiting.measured(Measured.LLM, 1.0, "vllm")
    with caplog.at_level(logging.WARNING, recorder.__name__):
        await waiting.close()
    assert "measurements wait" in caplog.text
    await postgres_server.execute(f"CREATE DATABASE {absent_database} TEMPLATE {postgres_template}")
    waiting.measured(Measured.LLM, 2.0, "vllm")
    await waiting.close()

    store = await Store.connect(postgres_server.url(absent_database))
    assert await measured(store) == {(Measured.LLM, "vllm", 1.0): (1, 1.0), (Measured.LLM, "vllm", 2.5): (1, 2.0)}
    await store.close()


async def test_measurements_are_stored_soon_by_themselves(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "SOON", recorder.SOON / 50)
    store.recorder.measured(Measured.SEARCH, 0.02)
    storing = store.recorder._storing
    assert storing is not None
    await storing

    assert len(await measured(store)) == 1


async def test_of_more_than_can_be_kept_the_newest_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder, "MOST", 3)

    late = [4.0, 5.0]

    async def add(_: Sequence[Measurement]) -> None:
        while late:  # measured while the store does not answer
            away.measured(Measured.SEARCH, late.pop(0))
        raise Unavailable("The database does not answer.")

    away = Recorder(add)
    for seconds in (1.0, 2.0, 3.0):
        away.measured(Measured.SEARCH, seconds)
    await away._store()

    assert [each.seconds for each in away._gathered] == [3.0, 4.0, 5.0]
    await away.close()
