"""The lists of recordings, and of what was said in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from callscribe.domain import Language, Participant, Transcript, Turn, Word
from callscribe.store import Store
from serve_app.indexer import Indexer
from tests.store.making import PROTOCOL, claim, complete, new_recording, register
from tests.ui.beside import Beside
from tests.ui.browsers import needs_chromium
from tests.ui.keyboard import tab_to

pytestmark = needs_chromium

BEGAN = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)  # which is the second of March in Vladivostok
CAME = datetime(2026, 3, 4, 20, 0, tzinfo=UTC)
NAMES = ("Александра Константинопольская", "Иван Петрович Сидоров-Водкин", "Мария", "Ольга", "Пётр")
WORDS = ("Смету", "прислали", "вчера", "вечером", "целиком")
TURNS = tuple(Turn(at, at + 1, at + 1, (Word(at, at + 1, word, 1.0),)) for at, word in enumerate(WORDS))
QUEUED = 30
WAIT_MILLISECONDS = 30_000


@pytest.fixture(scope="module", autouse=True)
def archive(beside: Beside) -> None:
    """A call at night, and more that wait than a page shows."""

    async def filled(store: Store) -> None:
        night = await register(store, replace(new_recording(title="Ночная смена"), started_at=BEGAN))
        await store._database.changed("UPDATE tasks SET created_at = $2 WHERE id = $1", night, CAME)
        speakers = tuple(Participant(speaker, name, 1.0) for speaker, name in enumerate(NAMES, start=1))
        protocol = replace(PROTOCOL, participants=speakers)
        await complete(store, await claim(store), protocol, Transcript(Language.RU, TURNS))
        for place in range(QUEUED):
            await register(store, new_recording(title=f"Звонок {place}"))
        await Indexer(store).index_all()

    beside(filled)


@pytest.fixture
def far_east(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(base_url=address, locale="ru-RU", timezone_id="Asia/Vladivostok")
    yield context.new_page()
    context.close()


def test_the_history_tells_who_spoke_and_when(page: Page) -> None:
    page.goto("")
    page.get_by_label("Состояние").select_option("Готово")
    row = page.get_by_role("row", name="Ночная смена")
    expect(row).to_contain_text(", ".join(NAMES))
    expect(row).to_contain_text("5 чел.")
    expect(row).to_contain_text("1 мар.")
    row.locator(".names > span").evaluate(
        "names => { if (names.scrollWidth <= names.clientWidth) throw Error('uncut') }"
    )


def test_days_are_those_of_the_reader(far_east: Page) -> None:
    far_east.goto("")
    expect(far_east.get_by_role("row")).not_to_have_count(0)
    far_east.get_by_label("С", exact=True).fill("2026-03-02")
    far_east.get_by_label("По", exact=True).fill("2026-03-02")
    expect(far_east.get_by_role("rowheader")).to_have_text(["Ночная смена"])
    far_east.get_by_label("С", exact=True).fill("2026-03-01")
    far_east.get_by_label("По", exact=True).fill("2026-03-01")
    expect(far_east.get_by_text("Ничего не нашлось")).to_be_visible()

    far_east.goto(f"search?{urlencode({'q': 'смета', 'from': '2026-03-02', 'to': '2026-03-02'})}")
    expect(far_east.get_by_role("link", name="Ночная смена")).to_be_visible()
    far_east.goto(f"search?{urlencode({'q': 'смета', 'to': '2026-03-01'})}")
    expect(far_east.get_by_text("Ничего не нашлось")).to_be_visible()

    far_east.goto("analytics?from=2026-03-05&to=2026-03-05")
    expect(far_east.locator(".figures")).to_contain_text(re.compile(r"Звонков и встреч\s*1\s"))


def test_a_next_page_is_read_once_however_often_it_is_asked_for(page: Page) -> None:
    page.goto("")
    page.get_by_role("button", name="Показать ещё").dblclick()
    expect(page.get_by_role("rowheader")).to_have_count(QUEUED + 1)
    expect(page.get_by_role("button", name="Показать ещё")).to_have_count(0)


def test_links_to_the_search_may_carry_what_is_not_for_it(page: Page) -> None:
    page.goto(f"search?{urlencode({'q': 'смета', 'speaker': 'Александра', 'utm_source': 'mail', '__theme': 'dark'})}")
    expect(page.get_by_role("link", name="Ночная смена")).to_be_visible()
    expect(page.get_by_label("Кто", exact=False).first).to_have_value("Александра")


def test_a_filter_narrows_the_search_for_what_the_field_says_now(page: Page) -> None:
    page.goto("search?q=смета")
    expect(page.locator("mark")).to_have_text("Смету")
    page.get_by_label("Что было сказано").fill("вечер")
    page.get_by_label("Язык").select_option("Русский")
    expect(page.locator("mark")).to_have_text("вечером")
    page.get_by_label("Что было сказано").fill("")
    page.get_by_label("Язык").select_option("Английский")
    expect(page.locator("mark")).to_have_text("вечером")


def test_the_way_back_leads_to_the_history_as_it_was_narrowed(page: Page) -> None:
    page.goto("?from=garbage")
    page.get_by_label("Название").fill("ночная")
    page.get_by_label("Состояние").select_option("Готово")
    page.get_by_role("link", name="Ночная смена").click()
    page.go_back()
    expect(page.get_by_role("rowheader")).to_have_text(["Ночная смена"])
    expect(page.get_by_label("Название")).to_have_value("ночная")
    expect(page.get_by_label("Состояние")).to_have_value("completed")


def test_an_answer_that_comes_late_is_not_shown(page: Page) -> None:
    held = list[Route]()
    page.goto("search")
    page.route("**/api/v1/search*", lambda route: held.append(route), times=1)  # noqa: PLW0108 - playwright marks it
    page.get_by_label("Что было сказано").fill("смета")
    page.keyboard.press("Enter")
    page.get_by_label("Что было сказано").fill("вечер")
    page.keyboard.press("Enter")
    expect(page.locator("mark")).to_have_text("вечером")
    with page.expect_response("**/api/v1/search*") as late:
        held[0].continue_()
    late.value.finished()
    page.evaluate("new Promise(requestAnimationFrame)")
    expect(page.locator("mark")).to_have_text("вечером")


@pytest.mark.parametrize("where", ["", "search?q=смета", "analytics", "meeting?id=0", "kontur_talk"])
def test_that_an_answer_is_awaited_is_told_to_whoever_waits_for_long(page: Page, where: str) -> None:
    held = list[Route]()
    asked = re.compile(r"/api/v1/(?!session)")
    page.route(asked, lambda route: held.append(route))  # noqa: PLW0108 - playwright marks it
    page.goto(where)
    expect(page.get_by_text("Загружается…")).to_be_visible()
    for route in held:
        route.abort()
    expect(page.get_by_text("Загружается…")).to_have_count(0)
    expect(page.get_by_role("alert").first).to_be_visible()


def test_a_meeting_is_found_opened_and_saved_by_the_keyboard(page: Page) -> None:
    page.goto("")
    tab_to(page, page.get_by_label("Название"))
    page.keyboard.type("ночная")
    tab_to(page, page.get_by_label("Состояние"))
    for _ in ("В очереди", "Обрабатывается", "Готово"):
        page.keyboard.press("ArrowDown")
    expect(page.get_by_role("rowheader")).to_have_text(["Ночная смена"])
    tab_to(page, page.get_by_role("link", name="Ночная смена"))
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Ночная смена")).to_be_visible()
    tab_to(page, page.locator("summary", has_text="Скачать"))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("link", name="Текст (.txt)"))
    with page.expect_download() as saved:
        page.keyboard.press("Enter")
    assert saved.value.suggested_filename == "Ночная смена.txt"
    expect(page.get_by_role("link", name="Текст (.txt)")).to_be_hidden()
    expect(page.locator("summary", has_text="Скачать")).to_be_focused()


def test_what_was_said_is_found_and_opened_by_the_keyboard(page: Page) -> None:
    page.goto("search")
    tab_to(page, page.get_by_label("Что было сказано"))
    page.keyboard.type("вечер")
    page.keyboard.press("Enter")
    hit = page.get_by_role("link", name="Ночная смена")
    expect(hit).to_be_visible()
    tab_to(page, hit)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Ночная смена")).to_be_visible()
    assert page.url.endswith("&t=3")


def test_a_time_is_chosen_by_the_keyboard(page: Page) -> None:
    page.goto("analytics")
    week = page.get_by_role("button", name="7 дней")
    tab_to(page, week)
    page.keyboard.press("Enter")
    expect(week).to_have_attribute("aria-pressed", "true")


def test_what_has_the_focus_keeps_it_when_something_comes(page: Page, beside: Beside) -> None:
    page.goto("")
    newest = page.get_by_role("link", name=f"Звонок {QUEUED - 1}")
    newest.focus()
    news = beside(lambda store: register(store, new_recording(title="Новость")))
    expect(page.get_by_role("link", name="Новость")).to_be_visible(timeout=WAIT_MILLISECONDS)
    expect(newest).to_be_focused()
    beside(lambda store: store.delete(news))
