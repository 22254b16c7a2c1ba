"""The pages where keys are set: a browser shows one before it sees any, and no more until it leaves."""

from __future__ import annotations

import gzip
from dataclasses import replace

import httpx
import pytest
from playwright.sync_api import Page, expect

from callscribe.domain import ProtocolStatus, TaskId
from callscribe.errors import LlmUnavailable
from callscribe.store import Store
from tests.api.keyed import ANNA
from tests.store.making import LEASE, PROTOCOL, completed
from tests.ui.beside import Beside
from tests.ui.browsers import needs_chromium

pytestmark = needs_chromium

WAIT_MILLISECONDS = 30_000


@pytest.fixture(scope="module")
def server_options() -> list[str]:
    return ["keyed"]


def come_in(page: Page, key: str) -> None:
    page.get_by_label("Ключ доступа").fill(key)
    page.keyboard.press("Enter")


def test_who_shows_a_key_comes_in_until_they_leave(page: Page) -> None:
    page.goto("")
    come_in(page, "a key of nobody's")
    expect(page.get_by_role("alert")).to_have_text("Такого ключа нет. Проверьте, целиком ли он скопирован.")

    page.context.set_offline(True)
    come_in(page, ANNA)
    expect(page.get_by_role("alert")).to_have_text("Сервер не отвечает. Попробуйте через минуту.")

    page.context.set_offline(False)
    come_in(page, f" {ANNA}  ")
    expect(page.get_by_role("heading", name="Встречи")).to_be_visible()
    expect(page).to_have_title("Встречи · CallScribe")
    expect(page.locator(".caller")).to_contain_text("anna")

    page.get_by_role("button", name="Выйти").click()
    expect(page.get_by_role("button", name="Войти")).to_be_visible()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "gradio_api/upload"),
        ("POST", "gradio_api/upload?upload_id=1"),
        ("POST", "gradio_api/call/predict"),
        ("POST", "gradio_api/run/predict"),
        ("POST", "gradio_api/queue/join"),
        ("POST", "gradio_api/component_server"),
        ("POST", "/gradio_api/upload"),
        ("POST", "login"),
        ("POST", ""),
        ("GET", "config"),
        ("GET", "gradio_api/info"),
        ("GET", "gradio_api/file=/etc/hostname"),
        ("GET", "gradio_api/queue/data?session_hash=1"),
    ],
)
def test_nothing_comes_in_beside_the_api(address: str, method: str, path: str) -> None:
    files = {"files": ("a.wav", b"RIFF")} if method == "POST" else None
    assert httpx.request(method, f"{address}{path}", files=files).status_code == httpx.codes.NOT_FOUND


def test_the_script_of_the_plots_is_sent_packed_and_once(address: str) -> None:
    asked = f"{address}plotly/plotly.min.js"
    with httpx.stream("GET", asked) as packed:
        raw = b"".join(packed.iter_raw())
    plain = httpx.get(asked, headers={"Accept-Encoding": "identity"})
    again = httpx.get(asked, headers={"If-None-Match": packed.headers["etag"]})

    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(raw) == plain.content
    assert "content-encoding" not in plain.headers
    assert (again.status_code, again.content) == (httpx.codes.NOT_MODIFIED, b"")


def test_a_degraded_protocol_is_replaced_before_the_readers_eyes(page: Page, beside: Beside) -> None:
    async def degraded(store: Store) -> TaskId:
        away = replace(PROTOCOL, status=ProtocolStatus.DEGRADED, reason_code=LlmUnavailable.code)
        return await completed(store, protocol=away)

    async def revised(store: Store) -> None:
        revision = await store.due_revision(lease=LEASE)
        assert revision is not None
        assert await store.revise(revision, replace(PROTOCOL, summary="Договорились."), revise_after=None)

    page.goto(f"meeting?id={beside(degraded)}")
    come_in(page, ANNA)
    expect(page.get_by_text("Языковая модель недоступна.")).to_be_visible()
    beside(revised)
    expect(page.locator(".summary")).to_have_text("Договорились.", timeout=WAIT_MILLISECONDS)
    expect(page.get_by_text("Языковая модель недоступна.")).to_have_count(0)
