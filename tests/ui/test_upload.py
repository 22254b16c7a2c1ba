"""Sending recordings from the page, to a server whose workers are busy with others'."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Dialog, FilePayload, Page, expect

from callscribe.settings import MEBIBYTE
from tests.api.house import wav_bytes
from tests.ui.browsers import needs_chromium
from tests.ui.keyboard import tab_to

pytestmark = needs_chromium

FILES = 8
SLOW_BYTES_PER_SECOND = 10_000
WAIT_MILLISECONDS = 30_000


@pytest.fixture
def calls() -> list[FilePayload]:
    """More recordings than a browser has connections to a server."""
    return [
        FilePayload(name=f"Звонок {place}.wav", mimeType="audio/wav", buffer=wav_bytes(level=place))
        for place in range(1, FILES + 1)
    ]


@contextmanager
def slowed(page: Page) -> Iterator[None]:
    """Let the browser send no faster than over a poor line."""
    network = page.context.new_cdp_session(page)
    line = {"offline": False, "latency": 0, "downloadThroughput": -1}
    network.send("Network.emulateNetworkConditions", line | {"uploadThroughput": SLOW_BYTES_PER_SECOND})
    yield
    network.send("Network.emulateNetworkConditions", line | {"uploadThroughput": -1})


def test_many_files_are_sent_in_turn_and_the_browser_stays_usable(page: Page, calls: list[FilePayload]) -> None:
    asked = list[str]()

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.goto("upload")
    with slowed(page):
        page.get_by_label("Выбрать записи").set_input_files(calls)
        expect(page.get_by_text("Отправляем")).to_have_count(3)
        expect(page.get_by_text("Ждёт отправки")).to_have_count(FILES - 3)
        page.once("dialog", stay)
        page.get_by_role("link", name="Аналитика").click()
        assert asked == ["beforeunload"]

        other = page.context.new_page()
        other.goto("upload")
        other.get_by_label("Выбрать записи").set_input_files(calls[0])
        expect(other.get_by_text("Ждёт отправки")).to_be_visible()
    expect(page.get_by_text("Место в очереди: ")).to_have_count(FILES, timeout=WAIT_MILLISECONDS)

    expect(other.get_by_text("Место в очереди: ")).to_be_visible(timeout=WAIT_MILLISECONDS)
    other.goto("")
    expect(other.get_by_role("link", name="Звонок")).to_have_count(FILES + 1)


def test_an_outage_is_told_and_waited_out(page: Page, calls: list[FilePayload]) -> None:
    keys = list[str]()
    page.on("request", lambda request: keys.extend(filter(None, [request.headers.get("idempotency-key")])))
    page.goto("upload")
    page.get_by_label("Выбрать записи").set_input_files(calls[0])
    expect(page.get_by_text("Место в очереди: ")).to_be_visible()
    page.context.set_offline(True)
    expect(page.get_by_role("alert")).to_have_text(
        "Сервер не отвечает. Когда ответит, страница обновится сама.", timeout=WAIT_MILLISECONDS
    )
    expect(page.get_by_text("Место в очереди: ")).to_be_visible()

    page.get_by_label("Выбрать записи").set_input_files(calls[1])
    expect(page.get_by_text("Связь прервалась, запись не отправлена.")).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("button", name="Отправить ещё раз").click()
    expect(page.get_by_text("Место в очереди: ")).to_have_count(2)
    first, second, again = keys
    assert first != second == again
    expect(page.get_by_role("alert")).to_have_count(0, timeout=WAIT_MILLISECONDS)


def test_what_the_server_would_not_take_is_told_before_it_is_sent(page: Page) -> None:
    sent = list[str]()
    page.on("request", lambda request: sent.append(request.url))
    page.goto("upload")
    expect(page.get_by_text("До 1\u00a0МБ")).to_be_visible()
    large = FilePayload(name="Форум.wav", mimeType="audio/wav", buffer=bytes(MEBIBYTE + 1))
    page.get_by_label("Выбрать записи").set_input_files(large)
    expect(page.get_by_role("alert")).to_have_text(
        "Файл больше, чем принимает сервер. Сожмите его или разделите на части."
    )
    assert not [url for url in sent if url.endswith("/transcribe")]


def test_title_and_time_are_for_one_recording_and_a_wrong_field_loses_none(
    page: Page, calls: list[FilePayload]
) -> None:
    page.goto("upload")
    title, began = page.get_by_label("Название"), page.get_by_label("Начало встречи")
    speakers = page.get_by_label("Число говорящих")
    title.fill("Планёрка")
    began.fill("2026-03-02T09:30")
    speakers.fill("31")
    page.get_by_label("Выбрать записи").set_input_files(calls[0])
    expect(page.get_by_text("Записи ждут: исправьте поле, и они отправятся.")).to_be_visible()
    speakers.fill("2")
    speakers.press("Enter")
    expect(page.get_by_text("Место в очереди: ")).to_be_visible()
    expect(page.get_by_text("Записи ждут")).to_have_count(0)
    expect(title).to_have_value("")
    expect(began).to_have_value("")

    title.fill("Планёрка")
    began.fill("2026-03-02T09:30")
    page.get_by_label("Выбрать записи").set_input_files(calls[:2])
    expect(page.get_by_text("название и время встречи не использованы")).to_be_visible()
    expect(page.get_by_text("Место в очереди: ")).to_have_count(3)

    page.goto("")
    expect(page.get_by_role("row", name="Планёрка")).to_contain_text("2 мар., 09:30")
    expect(page.get_by_text("2 мар.")).to_have_count(1)


def test_what_comes_too_early_is_sent_again_when_the_server_says(page: Page, calls: list[FilePayload]) -> None:
    full = {"code": "queue_full"}
    page.route(
        "**/api/v1/transcribe",
        lambda route: route.fulfill(status=429, json=full, headers={"Retry-After": "2"}),
        times=1,
    )
    page.goto("upload")
    page.get_by_label("Выбрать записи").set_input_files(calls[0])
    expect(page.get_by_text("Очередь на сервере заполнена. Отправим снова через 2\u00a0с.")).to_be_visible()
    expect(page.get_by_text("Место в очереди: ")).to_be_visible()


def test_a_recording_is_chosen_by_the_keyboard(page: Page, calls: list[FilePayload]) -> None:
    page.goto("upload")
    tab_to(page, page.get_by_label("Выбрать записи"))
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(calls[0])
    expect(page.get_by_text("Место в очереди: ")).to_be_visible()
