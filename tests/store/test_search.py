"""Turns are found by what was said in them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from callscribe.domain import (
    Language,
    ModelNames,
    Participant,
    Protocol,
    ProtocolStatus,
    Source,
    TaskId,
    TaskStatus,
    Track,
    Transcript,
    Turn,
    Word,
)
from callscribe.errors import NothingToSearchFor, SearchTooBroad
from callscribe.search.found import FoundTurn
from callscribe.search.lemmas import Lemmas
from callscribe.store import SearchFilter, Store
from callscribe.store.codec import encode_cursor
from callscribe.store.searching import Search
from callscribe.store.searching.search import RECENT
from callscribe.store.searching.statements import TAKE_OUT, TELL_NAMES
from tests.postgres import PostgresServer
from tests.store.making import claim, new_recording, register

RUSSIAN = (
    "Добрый день, коллеги. Мы решили перенести запуск на среду.",
    "Хорошо. Смету пришлю до пятницы, отчёт позже.",
    "В пятницу у меня отпуск. Договорились с людьми о счёте.",
    "Договор подписан, договора у юристов. Кто-то прислал правки.",
)
ENGLISH = ("We agreed on the budgets by Friday.", "Don't forget: the report goes to John.")


def said(texts: tuple[str, ...], language: Language) -> Transcript:
    """One turn a text, two voices by turns, a word a second."""
    turns, second = [], 0.0
    for number, text in enumerate(texts):
        words = tuple(Word(second + at, second + at + 0.5, word, 0.9) for at, word in enumerate(text.split()))
        turns.append(Turn(second, second + len(words), number % 2 + 1, words))
        second += len(words)
    return Transcript(language, tuple(turns))


async def add(
    store: Store,
    texts: tuple[str, ...],
    language: Language = Language.RU,
    *,
    title: str = "Планёрка",
    source: Source = Source.UPLOAD,
    protocol: Protocol | None = None,
) -> TaskId:
    await register(store, new_recording(source=source, title=title))
    held = await claim(store)
    await store.save_transcript(held, said(texts, language), duration_seconds=60)
    if protocol is not None:
        await store.save_protocol(held, protocol)
    await store.complete(held, models=ModelNames())
    return held.task.id


async def find(store: Store, query: str, where: SearchFilter | None = None, limit: int = 20) -> tuple[FoundTurn, ...]:
    page = await store.search.page(query, where or SearchFilter(), limit=limit, cursor=None)
    return page.items


async def texts(store: Store, query: str, where: SearchFilter | None = None) -> list[str]:
    return ["".join(fragment.text for fragment in item.snippet.fragments) for item in await find(store, query, where)]


async def index(store: Store) -> None:
    while (waiting := await store.search.waiting()) is not None:
        await store.search.index(waiting.task_id)


async def hits(store: Store, query: str) -> list[list[str]]:
    return [[part.text for part in item.snippet.fragments if part.hit] for item in await find(store, query)]


@pytest.fixture(scope="module")
async def archive(postgres_server: PostgresServer, postgres_template: str) -> AsyncIterator[Store]:
    """A store with a Russian and an English recording, for tests that only look."""
    name = await postgres_server.create(postgres_template)
    store = await Store.connect(postgres_server.url(name))
    await add(store, RUSSIAN)
    await add(store, ENGLISH, Language.EN, title="Budget", source=Source.KAFKA)
    yield store
    await store.close()
    await postgres_server.drop(name)


@pytest.mark.parametrize(
    ("query", "marked"),
    [
        ("решил", ["решили"]),
        ("прислать", ["прислал"]),  # and «пришлю», below it: one hit each
        ("человек", ["людьми"]),
        ("СЧЁТ", ["счёте"]),
        ('"до пятницы"', ["до", "пятницы"]),
        ("«смета прислать»", ["Смету", "пришлю"]),
        ("кто-то", ["Кто-то"]),
        ("отпуск или запуск", ["отпуск"]),
        ("пятница -отпуск", ["пятницы"]),
        ('пятница -"смета прислать"', ["пятницу"]),
        ("budget", ["budgets"]),
        ('"by friday"', ["by", "Friday"]),
        ("don’t", ["Don't"]),
        ("что решили по среде", ["решили", "среду"]),
    ],
)
async def test_a_turn_is_found_and_its_hits_are_marked(archive: Store, query: str, marked: list[str]) -> None:
    assert marked in await hits(archive, query)


@pytest.mark.parametrize("query", ["решение", '"в пятницы до"', "решили отпуск", "-пятница отпуск", '"смета пятница"'])
async def test_what_was_not_said_is_not_found(archive: Store, query: str) -> None:
    assert await hits(archive, query) == []


async def test_a_stem_finds_more_and_stands_below_the_word_itself(archive: Store) -> None:
    assert await hits(archive, "договор") == [["Договор", "договора"], ["Договорились"]]
    assert await hits(archive, '"договор подписан"') == [["Договор", "подписан"]]
    assert [len(marked) for marked in await hits(archive, "пятница -договор")] == [1, 1]


async def test_words_that_every_text_has_are_found_by_themselves(archive: Store) -> None:
    assert await hits(archive, "хорошо") == [["Хорошо"]]
    assert sorted(await hits(archive, "до")) == [["до"]]


@pytest.mark.parametrize("query", ["...", "-смета", "смета or -отчет", '""', "\ud800", "🙂"])
async def test_what_names_no_word_is_no_search(archive: Store, query: str) -> None:
    with pytest.raises(NothingToSearchFor):
        await find(archive, query)


@settings(max_examples=200)
@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Zs")), min_size=1, max_size=20))
@example("Ꭰ")
async def test_whatever_is_looked_for_is_no_fault(archive: Store, query: str) -> None:
    with suppress(NothingToSearchFor):
        await find(archive, query)


@pytest.mark.parametrize("word", ["Ꭰ", "ꭰ", "İstanbul", "ẞ", "Ǆ", "ﬁ"])
async def test_a_word_in_whatever_letters_is_found_by_itself(store: Store, word: str) -> None:
    await add(store, (word,))
    assert await hits(store, word) == await hits(store, word.lower()) == [[word]]


async def test_a_turn_tells_whose_it_is_and_when(archive: Store) -> None:
    (found,) = await find(archive, "отчёт")
    assert (found.title, found.source, found.language) == ("Планёрка", Source.UPLOAD, Language.RU)
    assert (found.start, found.end, found.speaker, found.name) == (9, 16, 2, None)
    assert found.snippet.at == 14


async def test_a_long_turn_is_cut_around_its_hits(store: Store) -> None:
    await add(store, (" ".join([*["слово"] * 100, "Итак,", "смета", "готова.", *["слово"] * 100]),))
    (found,) = await find(store, "смета готова")
    shown = found.snippet.fragments
    assert [part.text for part in shown if part.hit] == ["смета", "готова"]
    assert shown[0].text.startswith("… слово")
    assert shown[-1].text.endswith("слово …")
    assert len("".join(part.text for part in shown).split()) == 32
    assert found.snippet.at == 101


async def test_filters_all_hold(archive: Store) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    for nobody in (
        SearchFilter(status=TaskStatus.FAILED),
        SearchFilter(source=Source.KONTUR_TALK),
        SearchFilter(language=Language.EN),
        SearchFilter(held_from=tomorrow),
        SearchFilter(held_to=tomorrow - timedelta(days=2)),
        SearchFilter(speaker="Спикер 1"),
        SearchFilter(speaker="Speaker 2"),
        SearchFilter(speaker="Спикер 2", language=Language.EN),
        SearchFilter(speaker="Иван"),
    ):
        assert await find(archive, "смета", nobody) == ()
    everybody = SearchFilter(
        TaskStatus.COMPLETED, Source.UPLOAD, Language.RU, tomorrow - timedelta(days=2), tomorrow, "спикер 2"
    )
    assert len(await find(archive, "смета", everybody)) == 1


async def test_voices_are_told_by_the_names_that_they_have_now(store: Store) -> None:
    found = Protocol(ProtocolStatus.COMPLETE, "", 1.0, participants=(Participant(2, "Пётр Ильин", 7.0),))
    task_id = await add(store, RUSSIAN, protocol=found)

    async def named(*speakers: str) -> list[str | None]:
        await index(store)
        return [item.name for each in speakers for item in await find(store, "смета", SearchFilter(speaker=each))]

    assert await named("петр", "ИЛЬИН Пётр", "Спикер 2") == ["Пётр Ильин"] * 3
    await store.save_tracks(task_id, [Track("Олег", ((0.0, 1.0),))])
    await store.name_speakers(task_id, lambda _turns, _tracks: {2: "Олег"})
    assert await named("олег", "петр", "Спикер 2") == ["Олег"] * 2
    await store.name_by_hand(task_id, {2: "Мария  Ильина"})
    assert await named("мария", "Спикер 2") == ["Мария  Ильина"] * 2
    assert await named("петр", "олег", "мари") == []
    assert (await store.task(task_id)).speakers == ("Спикер 1", "Мария  Ильина")
    await store.delete(task_id)
    assert await store.search.waiting() is None


async def test_a_name_that_is_given_while_the_one_before_is_worked_off_is_not_missed(store: Store) -> None:
    task_id = await add(store, RUSSIAN)
    await store.name_by_hand(task_id, {2: "Олег"})

    async def while_worked_off(connection: Any) -> None:
        await connection.execute(TAKE_OUT, task_id)
        await connection.execute(TELL_NAMES, task_id)
        await store.name_by_hand(task_id, {2: "Мария"})

    await store._database.transact(while_worked_off)
    assert len(await find(store, "смета", SearchFilter(speaker="олег"))) == 1
    await index(store)
    assert len(await find(store, "смета", SearchFilter(speaker="мария"))) == 1
    assert await find(store, "смета", SearchFilter(speaker="олег")) == ()


@pytest.mark.parametrize("recent", [1, 5, RECENT])
async def test_pages_show_everything_once_however_it_is_found(store: Store, recent: int) -> None:
    seven_at_once = Search(store._database, Lemmas(), ranked_at_once=7, recent=recent)
    for number in range(6):
        await add(store, ("Смета.", "Смета и смета.", "Ничего."), title=str(number))

    pages: list[tuple[FoundTurn, ...]] = []
    cursor = None
    while not pages or cursor is not None:
        page = await seven_at_once.page("смета", SearchFilter(), limit=3, cursor=cursor)
        pages.append(page.items)
        cursor = page.next_cursor
        if len(pages) == 1:
            await add(store, ("Новая смета.",), title="new")

    shown = [(item.title, item.start) for page in pages for item in page]
    assert [len(page) for page in pages] == [3, 3, 1, 3, 2]
    assert len(set(shown)) == len(shown) == 12
    assert [title for title, _ in shown[:7]] == ["5", "4", "3", "2", "5", "4", "3"], "the best of the newest first"


@pytest.mark.parametrize("recent", [1, RECENT])
async def test_what_lands_among_the_ranked_meanwhile_moves_nothing(store: Store, recent: int) -> None:
    """As a recording does that comes after a later call."""
    four_at_once = Search(store._database, Lemmas(), ranked_at_once=4, recent=recent)
    now = datetime(2026, 3, 19, 12, tzinfo=UTC)

    async def held(hours: int, text: str = "Смета.") -> None:
        await hold(store, await add(store, (text,), title=str(hours)), now - timedelta(hours=hours))

    for hours in range(0, 60, 10):
        await held(hours)
    page = await four_at_once.page("смета", SearchFilter(), limit=3, cursor=None)
    shown = [item.title for item in page.items]
    for hours in (15, 16, 17):
        await held(hours, "Смета и смета." if hours % 2 else "Смета и другие слова.")
    while page.next_cursor is not None:
        page = await four_at_once.page("смета", SearchFilter(), limit=3, cursor=page.next_cursor)
        shown += [item.title for item in page.items]

    assert [title for title in shown if int(title) % 10 == 0] == ["0", "10", "20", "30", "40", "50"]


async def hold(store: Store, task_id: TaskId, moment: datetime) -> None:
    """Let a call have been at another time."""
    for table in ("tasks SET held_at = $1 WHERE id = $2", "turn_lexemes SET held_at = $1 WHERE task_id = $2"):
        await store._database.changed(f"UPDATE {table}", moment, task_id)


async def test_the_newest_of_any_time_are_found_however_far_back_they_are(store: Store) -> None:
    now = datetime(2026, 3, 19, 12, tzinfo=UTC)
    for days in range(0, 60, 5):
        task_id = await add(store, ("Смета.", "Отчёт.") if days % 10 else ("Отчёт.",), title=str(days))
        await hold(store, task_id, now - timedelta(days=days))

    async def found(query: str, where: SearchFilter, recent: int) -> list[int]:
        three_at_once = Search(store._database, Lemmas(), ranked_at_once=3, recent=recent)
        days: list[int] = []
        cursor = None
        while not days or cursor is not None:
            page = await three_at_once.page(query, where, limit=2, cursor=cursor)
            days += [int(item.title) for item in page.items]
            cursor = page.next_cursor
        return days

    early, late = now - timedelta(days=48), now - timedelta(days=10)
    for recent in (2, 9, RECENT):
        assert await found("смета", SearchFilter(), recent) == [5, 15, 25, 35, 45, 55]
        between = SearchFilter(held_from=early, held_to=late)
        assert await found("смета", between, recent) == [15, 25, 35, 45]
        assert await found("отчет", SearchFilter(held_from=early), recent) == list(range(0, 50, 5))
        assert await found("отчет", SearchFilter(held_to=late), recent) == list(range(15, 60, 5))


NOBODY = UUID(int=0).hex


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "MjAyNg",
        "0",
        encode_cursor(datetime.min.replace(tzinfo=timezone(timedelta(hours=14))), f"{NOBODY}.0"),
        encode_cursor(datetime(2026, 1, 1, tzinfo=UTC), f"{NOBODY}.0 1.0 9999-12-31T23:59:59-14:00 {NOBODY}.0"),
    ],
)
async def test_what_is_no_cursor_is_refused(archive: Store, cursor: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        await archive.search.page("смета", SearchFilter(), limit=1, cursor=cursor)


async def test_a_search_that_takes_too_long_is_ended(store: Store) -> None:
    impatient = Search(store._database, Lemmas(), patience=timedelta(milliseconds=50))

    async def while_locked(connection: Any) -> None:
        await connection.execute("LOCK TABLE turn_lexemes")
        with pytest.raises(SearchTooBroad):
            await impatient.page("смета", SearchFilter(), limit=1, cursor=None)

    await store._database.transact(while_locked)


async def test_all_statements_of_a_search_together_take_no_longer(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def of_many_statements(connection: Any, *_: object, **__: object) -> None:
        for _statement in range(50):
            await connection.execute("SELECT pg_sleep(0.05)")

    monkeypatch.setattr("callscribe.store.searching.search.newest", of_many_statements)
    impatient = Search(store._database, Lemmas(), patience=timedelta(milliseconds=200))
    with pytest.raises(SearchTooBroad):
        await impatient.page("смета", SearchFilter(), limit=1, cursor=None)
    await store.ping()


async def test_however_many_searches_take_long_the_rest_goes_on(store: Store) -> None:
    async def while_locked(connection: Any) -> list[asyncio.Task[Any]]:
        await connection.execute("LOCK TABLE turn_lexemes")
        searches = [asyncio.create_task(find(store, "смета")) for _ in range(10)]
        await asyncio.sleep(0.2)
        async with asyncio.timeout(1):
            await store.ping()
        return searches

    assert await asyncio.gather(*await store._database.transact(while_locked)) == [()] * 10


async def test_transcripts_from_before_there_was_a_search_are_found_once_they_are_indexed(store: Store) -> None:
    for _ in range(3):
        await add(store, RUSSIAN)
    await store._database.changed("DELETE FROM turn_lexemes")
    await store._database.changed("INSERT INTO search_backlog SELECT DISTINCT task_id FROM turns")
    assert await texts(store, "смета") == []

    await index(store)

    assert len(await texts(store, "смета")) == 3


async def test_a_transcript_that_is_made_anew_is_found_by_its_new_words_alone(store: Store) -> None:
    await register(store)
    held = await claim(store)
    for text in ("Смета.", "Отчёт."):
        await store.save_transcript(held, said((text,), Language.RU), duration_seconds=1)
    assert (await texts(store, "смета"), await texts(store, "отчет")) == ([], ["Отчёт."])
    await store.complete(held, models=ModelNames())
    await store.delete(held.task.id)
    assert await texts(store, "отчет") == []
