"""The pages in a real browser, over the real stack: from a file to what was decided, by mouse, finger and keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Dialog, Page, expect

from tests.kontur_talk.fake import FakeRecording, FakeTalk
from tests.stack.running import Stack
from tests.ui.browsers import needs_chromium, running_browser
from tests.ui.keyboard import tab_to

pytestmark = [pytest.mark.models, pytest.mark.ray, needs_chromium]

MEETING = Path(__file__).parents[2] / "demo" / "meeting_ru_mayak.flac"
CALL_MILLISECONDS = 240_000
WAIT_MILLISECONDS = 30_000
PHONE = 390


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, stack: Stack) -> Iterator[Page]:
    """A Russian's browser, in which no module may fail."""
    context = browser.new_context(base_url=f"{stack.url}/ui/", locale="ru-RU", viewport={"width": 1200, "height": 900})
    page, errors = context.new_page(), list[str]()
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


@pytest.fixture(scope="module")
def meeting(browser: Browser, stack: Stack) -> str:
    """The address of a meeting that was sent from the page, and followed there until it was done."""
    context = browser.new_context(base_url=f"{stack.url}/ui/", locale="ru-RU")
    page = context.new_page()
    page.goto("upload")
    page.get_by_label("Название").fill("Планёрка «Маяк»")
    page.get_by_label("Выбрать записи").set_input_files(MEETING)
    expect(page.get_by_role("progressbar")).to_be_visible()
    link = page.get_by_role("link", name="Планёрка «Маяк»")
    expect(link).to_be_visible(timeout=CALL_MILLISECONDS)
    address = link.get_attribute("href")
    expect(page.get_by_text("Готово", exact=True)).to_be_visible(timeout=CALL_MILLISECONDS)
    context.close()
    assert address is not None
    return address


def seconds(page: Page) -> float:
    played: float = page.locator("audio").evaluate("player => player.currentTime")
    return played


def test_a_file_that_is_no_recording_is_refused_in_words(page: Page, tmp_path: Path) -> None:
    (tmp_path / "letter.mp3").write_text("no sound at all")
    page.goto("upload")
    page.get_by_label("Выбрать записи").set_input_files(tmp_path / "letter.mp3")
    expect(page.get_by_role("alert")).to_have_text("Это не аудио и не видео. Выберите запись звонка или встречи.")


def test_the_history_leads_to_the_meeting(page: Page, stack: Stack, meeting: str) -> None:
    page.goto(f"{stack.url}/ui")
    page.get_by_label("Название").fill("маяк")
    page.get_by_label("Состояние").select_option("Готово")
    page.get_by_role("link", name="Планёрка «Маяк»").and_(page.locator(f'[href="{meeting}"]')).click()
    expect(page.get_by_role("heading", name="Планёрка «Маяк»")).to_be_visible()
    assert page.url.endswith(meeting)


def test_what_comes_while_one_looks_is_shown(page: Page, stack: Stack, tmp_path: Path) -> None:
    page.goto("")
    sf.write(tmp_path / "silence.flac", np.zeros(16_000), 16_000)
    task_id = stack.upload(tmp_path / "silence.flac", title="Новость").json()["task_id"]
    expect(page.get_by_role("row", name="Новость")).to_contain_text("Готово", timeout=WAIT_MILLISECONDS)
    stack.delete(task_id)
    expect(page.get_by_role("link", name="Новость")).to_have_count(0)


def test_what_is_clicked_is_heard_and_lit(page: Page, meeting: str) -> None:
    page.goto(meeting)
    decision = page.locator(".points li", has_text="второй сервер").first
    decision.get_by_role("button").last.click()
    expect(page.locator(".word.lit")).to_be_visible()
    assert seconds(page) == pytest.approx(56, abs=4)
    assert "&t=" in page.url

    word = page.locator(".word", has_text="инструкцию").first
    word.click()
    expect(page.locator(".word.lit", has_text="инструкцию")).to_be_visible()
    assert seconds(page) >= float(word.get_attribute("data-start") or "nan")


def test_what_was_said_is_found_and_opened_at_its_second(page: Page, meeting: str) -> None:
    page.goto("search")
    page.get_by_label("Что было сказано").fill("таблиц")
    page.get_by_role("button", name="Найти").click()
    expect(page.locator("mark").first).to_have_text(re.compile("таблиц", re.IGNORECASE))
    page.locator(f".hits a[href^='{meeting}']").first.click()
    page.wait_for_function("document.querySelector('audio')?.currentTime > 10")

    page.goto("search?q=!!!")
    expect(page.get_by_role("alert")).to_have_text("Введите слово, которое могло прозвучать.")


def test_a_link_to_a_second_opens_there(page: Page, meeting: str) -> None:
    page.goto(f"{meeting}&t=60")
    page.wait_for_function("document.querySelector('audio')?.currentTime === 60")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Скопировать ссылку").click()
    expect(page.get_by_text("Ссылка скопирована")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.url


def test_a_voice_is_renamed_everywhere_at_once_and_back(page: Page, meeting: str) -> None:
    page.goto(meeting)
    name = page.get_by_label("Имя: Спикер 1")
    before = name.input_value()
    name.fill("Иван Петрович")
    name.press("Enter")
    expect(page.locator(".turn strong").first).to_have_text("Иван Петрович")
    page.get_by_role("button", name="Отменить").click()
    expect(page.locator(".turn strong").first).to_have_text(before or "Спикер 1")


def test_all_can_be_done_by_the_keyboard(page: Page, meeting: str) -> None:
    page.goto(meeting)
    page.get_by_role("button", name="Слушать с").first.wait_for()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") == "moment":
            break
    page.keyboard.press("Enter")
    page.wait_for_function("!document.querySelector('audio').paused")


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, 1200])
def test_every_page_fits_and_can_be_read_by_everybody(
    browser: Browser, stack: Stack, meeting: str, width: int, colours: str
) -> None:
    context = browser.new_context(
        base_url=f"{stack.url}/ui/",
        locale="ru-RU",
        color_scheme="dark" if colours == "dark" else "light",
        viewport={"width": width, "height": 844},
    )
    page = context.new_page()
    for address in ("", "search?q=таблица", "upload", "kontur_talk", "analytics", meeting):
        page.goto(address)
        page.locator(".plot svg" if address == "analytics" else ".view h1").first.wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert [fault["id"] for fault in Axe().run(page).response["violations"]] == []
    context.close()


def test_an_english_browser_is_spoken_to_in_english(browser: Browser, stack: Stack) -> None:
    context = browser.new_context(base_url=f"{stack.url}/ui/", locale="en-GB")
    page = context.new_page()
    page.goto("upload")
    expect(page.get_by_role("heading", name="Upload")).to_be_visible()
    context.close()


def test_recordings_of_kontur_talk_are_shown_and_imported_by_hand_on_the_keyboard(page: Page, space: FakeTalk) -> None:
    page.goto("kontur_talk")
    told = page.locator(".filters + [role=status]")
    expect(page.get_by_text("последний")).to_be_visible()
    tab_to(page, page.get_by_label("Ключ записи"))
    page.keyboard.type("no-such-key")
    page.keyboard.press("Enter")
    expect(told).to_have_text("В пространстве нет такой записи. Проверьте ключ записи.")

    space.add(
        FakeRecording("board", b"neither sound nor picture", title="Доска", created=datetime(2025, 1, 1, tzinfo=UTC))
    )
    fetch = page.get_by_role("button", name="Загрузить: Доска")
    expect(fetch).to_be_visible(timeout=WAIT_MILLISECONDS)
    tab_to(page, fetch)
    page.keyboard.press("Enter")
    expect(told).to_have_text("Загружается: Доска")
    expect(page.get_by_role("row", name="Доска")).to_contain_text("ждёт загрузки")
    del space.recordings["board"]


def test_of_kontur_talk_all_is_shown_that_it_answers(page: Page, space: FakeTalk) -> None:
    space.troubles.denied = {"v2"}  # its list of recordings
    page.goto("kontur_talk")
    expect(page.get_by_role("alert")).to_contain_text("У ключа нет прав на записи этого пространства.")
    expect(page.locator(".connection")).to_contain_text("приходят")
    space.troubles.denied = {"Webhooks"}
    expect(page.locator(".connection")).to_contain_text("неизвестно", timeout=WAIT_MILLISECONDS)
    expect(page.get_by_role("alert")).to_have_count(0)
    space.troubles.denied = set()


def test_a_list_that_is_kept_up_to_date_keeps_its_further_pages(page: Page, space: FakeTalk) -> None:
    earlier = [
        FakeRecording(f"archive-{day}", b"", title=f"Архив {day}", created=datetime(2025, 1, day, tzinfo=UTC))
        for day in range(1, 26)
    ]
    for recording in earlier:
        space.add(recording)
    page.goto("kontur_talk")
    page.get_by_role("button", name="Показать ещё").click()
    rows = page.get_by_role("rowheader", name="Архив")
    expect(rows).to_have_count(len(earlier))
    with page.expect_response("**/kontur-talk/recordings") as refreshed:
        pass
    refreshed.value.finished()
    page.evaluate("new Promise(requestAnimationFrame)")
    expect(rows).to_have_count(len(earlier))
    for recording in earlier:
        del space.recordings[recording.key]


def test_what_is_plotted_is_what_the_api_counts(page: Page, meeting: str) -> None:
    with page.expect_response("**/api/v1/stats*") as answer:
        page.goto("analytics?days=7")
    today = answer.value.json()["days"][-1]["sources"]
    calls = sum(source["calls"] for source in today)
    expect(page.locator(".figures")).to_contain_text(re.compile(rf"Звонков и встреч\s*{calls}\s"))
    page.locator("#calls ~ .plot .bars path").last.wait_for()  # those of the days before have no height
    plotted = page.locator("#calls ~ .plot").evaluate("plot => plot.data.map(({ name, y }) => [name, y])")
    uploaded = sum(source["calls"] for source in today if source["source"] == "upload")
    assert uploaded
    assert plotted[0] == ["Загрузка", [0, 0, 0, 0, 0, 0, uploaded]]

    page.get_by_label("С", exact=True).fill("2001-01-01")
    expect(page.get_by_role("alert")).to_have_text("Проверьте даты: за один раз показываем не больше года.")


def test_a_meeting_is_deleted_after_a_question(page: Page, meeting: str) -> None:
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.accept()

    page.on("dialog", answer)
    page.goto(meeting)
    page.get_by_role("button", name="Удалить").click()
    page.wait_for_url("**/ui/")
    page.goto(meeting)
    expect(page.get_by_text("Такой встречи нет")).to_be_visible()
    assert asked == ["Удалить встречу?\n\nПланёрка «Маяк»\n\nЗапись, расшифровка и протокол исчезнут навсегда."]
