"""The page of a meeting while work on it goes on: what it shows of a result, and of what it does not get."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from urllib.parse import urljoin

import httpx
import numpy as np
import pytest
import soundfile
from playwright.sync_api import FilePayload, Page, expect

from callscribe.domain import (
    Language,
    ModelNames,
    Participant,
    ProtocolStatus,
    Stage,
    TaskId,
    Template,
    Transcript,
    Turn,
    Word,
)
from callscribe.errors import LlmTimeout, ModelUnavailable
from callscribe.store import Store
from tests.api.house import wav_bytes
from tests.store.making import PROTOCOL, TRANSCRIPT, claim, complete, completed, new_recording, register
from tests.ui.beside import Beside
from tests.ui.browsers import needs_chromium

pytestmark = needs_chromium

WAIT_MILLISECONDS = 30_000
LONG_NAME = "А" * 100
HEARD_ANEW = Transcript(Language.RU, (Turn(0.25, 0.75, 1, (Word(0.25, 0.75, "Здравствуйте.", 0.9),)),))


@pytest.fixture(scope="module")
def meeting(beside: Beside) -> TaskId:
    """A meeting that is done."""
    return beside(completed)


def test_what_must_be_known_of_a_result_is_told(page: Page, beside: Beside) -> None:
    async def cut(store: Store) -> TaskId:
        task_id = await register(store)
        held = await claim(store)
        late = replace(PROTOCOL, status=ProtocolStatus.DEGRADED, reason_code=LlmTimeout.code, coverage=0.5)
        await store.save_transcript(held, TRANSCRIPT, duration_seconds=2.5, truncated=True)
        await store.save_protocol(held, late)
        await store.complete(held, models=ModelNames())
        return task_id

    async def failed(store: Store) -> TaskId:
        none = replace(PROTOCOL, status=ProtocolStatus.FAILED, reason_code=ModelUnavailable.code)
        return await completed(store, protocol=none)

    page.goto(f"meeting?id={beside(cut)}")
    told = page.locator(".notice")
    expect(told).to_have_count(3)
    expect(told.first).to_have_text("Файл записи пропал из хранилища. Загрузите запись ещё раз.")
    expect(told.nth(1)).to_have_text("Запись обрывается: расшифрована только сохранившаяся часть.")
    expect(told.last).to_contain_text("Языковая модель не ответила вовремя.")
    expect(told.last).to_contain_text("Протокол составлен по 50\u00a0% расшифровки.")

    page.goto(f"meeting?id={beside(failed)}")
    expect(told.last).to_have_text("Протокола нет: на сервере не хватает моделей, которые для него нужны.")


def test_long_names_leave_the_page_its_width(page: Page, beside: Beside) -> None:
    async def long(store: Store) -> TaskId:
        named = (Participant(1, LONG_NAME, 1.25), Participant(2, LONG_NAME, 0.625))
        protocol = replace(PROTOCOL, participants=named, summary=LONG_NAME)
        return await completed(store, new_recording(title=LONG_NAME), protocol)

    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"meeting?id={beside(long)}")
    expect(page.locator(".turn strong").first).to_have_text(LONG_NAME)
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_a_transcript_is_shown_as_soon_as_it_is_there_and_until_there_is_another(page: Page, beside: Beside) -> None:
    recording = FilePayload(name="Звонок.wav", mimeType="audio/wav", buffer=wav_bytes())
    assert page.request.post("/api/v1/transcribe", multipart={"file": recording}).status == 202
    held = beside(claim)
    page.goto(f"meeting?id={held.task.id}")
    expect(page.get_by_text("Обрабатывается")).to_be_visible()
    beside(lambda store: store.save_transcript(held, TRANSCRIPT, duration_seconds=2.5))
    expect(page.get_by_text("Протокол ещё составляется.")).to_be_visible(timeout=WAIT_MILLISECONDS)
    expect(page.locator(".word").first).to_have_text("Добрый")
    beside(lambda store: complete(store, held))
    expect(page.locator(".summary")).to_have_text("Поздоровались.", timeout=WAIT_MILLISECONDS)

    page.get_by_text("Обработать заново").click()
    page.get_by_role("button", name="Распознать речь заново").click()
    of_before = page.get_by_text("Это результат прошлой обработки, новый ещё не готов.")
    expect(of_before).to_be_visible()
    expect(page.get_by_label("Имя: Спикер 1")).to_be_disabled()
    page.reload()
    expect(of_before).to_be_visible()
    expect(page.locator(".word").first).to_have_text("Добрый")
    expect(page.locator(".summary")).to_have_text("Поздоровались.")
    page.get_by_role("button", name="Остановить").click()
    expect(page.get_by_text("Новую обработку остановили. Это результат прошлой.")).to_be_visible()
    page.get_by_text("Обработать заново").click()
    page.get_by_role("button", name="Протокол по типу «Продажи»").click()
    expect(of_before).to_be_visible()
    assert beside(lambda store: store.cancel(held.task.id)).template is Template.SALES
    expect(page.get_by_label("Имя: Спикер 1")).to_be_enabled()

    beside(lambda store: store.retry(held.task.id, from_stage=Stage.TRANSCRIBING, queue_limit=100))
    expect(of_before).to_be_visible(timeout=WAIT_MILLISECONDS)
    held = beside(claim)
    beside(lambda store: store.save_transcript(held, HEARD_ANEW, duration_seconds=2.5))
    expect(page.get_by_text("Здравствуйте.")).to_be_visible(timeout=WAIT_MILLISECONDS)
    expect(page.get_by_text("Это результат прошлой обработки")).to_have_count(0)


def test_what_is_worked_on_can_be_stopped(page: Page, beside: Beside) -> None:
    page.goto(f"meeting?id={beside(register)}")
    page.get_by_role("button", name="Остановить").click()
    expect(page.get_by_text("Отменено")).to_be_visible()
    expect(page.get_by_role("button", name="Остановить")).to_have_count(0)
    expect(page.get_by_text("Обработать заново")).to_be_visible()


def test_only_a_meeting_that_is_not_there_is_said_not_to_be(page: Page, meeting: TaskId) -> None:
    for strange in ("", "&t=1", "../tasks?limit=1"):
        page.goto(f"meeting?id={strange}")
        expect(page.get_by_text("Такой встречи нет")).to_be_visible()

    page.route("**/api/v1/tasks/*", lambda route: route.abort())
    page.goto(f"meeting?id={meeting}")
    expect(page.get_by_role("alert")).to_have_text("Сервер не отвечает. Когда ответит, страница обновится сама.")
    page.unroute("**/api/v1/tasks/*")
    expect(page.locator(".summary")).to_be_visible(timeout=WAIT_MILLISECONDS)
    expect(page.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize("refused", ["", "\u200b"])
def test_a_name_that_is_not_taken_does_not_stay_in_its_field(page: Page, meeting: TaskId, refused: str) -> None:
    page.goto(f"meeting?id={meeting}")
    name = page.get_by_label("Имя: Спикер 2")
    expect(name).to_have_value("Иван")
    with page.expect_response("**/speakers"):
        name.fill(refused)
        name.press("Enter")
    expect(name).to_have_value("Иван")
    expect(page.get_by_role("alert")).to_have_count(1 if refused else 0)


def test_what_the_protocol_calls_a_voice_comes_back_to_its_field(page: Page, meeting: TaskId) -> None:
    page.goto(f"meeting?id={meeting}")
    name = page.get_by_label("Имя: Спикер 2")
    name.fill("Пётр")
    name.press("Enter")
    expect(page.locator(".turn strong").last).to_have_text("Пётр")
    page.get_by_role("button", name="Отменить").click()
    expect(name).to_have_value("Иван")


def test_a_recording_that_the_browser_does_not_play_can_be_saved(page: Page, address: str) -> None:
    file = BytesIO()
    soundfile.write(file, np.zeros(16_000), 16_000, format="AIFF")
    sent = httpx.post(urljoin(address, "/api/v1/transcribe"), files={"file": ("Диктофон.aiff", file.getvalue())})
    page.goto(f"meeting?id={sent.json()['task_id']}")
    expect(page.get_by_text("Браузер не умеет воспроизводить такой файл.")).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Скачать запись").click()
    assert saved.value.path().read_bytes() == file.getvalue()
