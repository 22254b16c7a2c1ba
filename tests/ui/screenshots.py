"""The pictures of docs/pages.md: ``make screenshots`` takes every page of a stack that has had something to do."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlencode

import httpx
import typer
from playwright.sync_api import Browser, Page, ViewportSize

from benchmarks.search.archive import filled_archive
from tests.kontur_talk.demo import meeting
from tests.kontur_talk.fake import TOKEN, FakeRecording, FakeTalk, running_fake
from tests.stack.running import TASK_SECONDS, Stack, running_stack
from tests.ui.browsers import running_browser

Colours = Literal["light", "dark"]

PICTURES = Path(__file__).parents[2] / "docs" / "pages"
SIZES: dict[str, ViewportSize] = {"desktop": {"width": 1200, "height": 900}, "phone": {"width": 390, "height": 844}}
COLOURS: tuple[Colours, ...] = ("light", "dark")
SHIPPED: list[tuple[str, Colours]] = [("desktop", "light"), ("phone", "dark")]
EARLIER = [
    FakeRecording(key, b"", title=title, created=datetime.now(UTC) - timedelta(days=days), tracks=[(name, [])])
    for key, title, days, name in (
        ("sklad", "Инвентаризация склада", 8, "Ольга Серова"),
        ("otpuska", "График отпусков", 15, "Анна Ким"),
    )
]
EARLIER_CALLS = 1500
SETTLE_MILLISECONDS = 1500


def main(
    every: Annotated[Path | None, typer.Option(help="Write all sizes and colours here, and docs/ not.")] = None,
) -> None:
    """Write docs/pages/NAME-SIZE-COLOURS.png."""
    folder = every or PICTURES
    folder.mkdir(exist_ok=True)
    looks = SHIPPED if every is None else list(product(SIZES, COLOURS))
    with _busy_stack() as (url, task_id), running_browser() as browser:
        for (name, address), (size, colours) in product(_pages(task_id).items(), looks):
            _take(browser, f"{url}/ui/{address}", size, colours, folder / f"{name}-{size}-{colours}.png")


def _take(browser: Browser, address: str, size: str, colours: Colours, target: Path) -> None:
    context = browser.new_context(locale="ru-RU", viewport=SIZES[size], color_scheme=colours)
    page = context.new_page()
    page.goto(address)
    page.locator(".view h1").wait_for()
    if "meeting?" in address:
        _listen(page)
    page.wait_for_timeout(SETTLE_MILLISECONDS)
    page.screenshot(path=target)
    context.close()


def _listen(page: Page) -> None:
    """Light a word near the beginning, so that the picture shows the page from its top."""
    page.locator(".word").nth(4).click()
    page.locator(".word.lit").wait_for()
    page.evaluate("scrollTo(0, 0)")


def _pages(task_id: str) -> dict[str, str]:
    addresses = {"search": f"search?{urlencode({'q': 'таблица'})}", "meeting": f"meeting?id={task_id}"}
    return {"meetings": "", "upload": "upload", "kontur_talk": "kontur_talk", "analytics": "analytics"} | addresses


@contextmanager
def _busy_stack() -> Iterator[tuple[str, str]]:
    """A stack with a year of made-up calls, and a meeting from Kontur Talk: its address, and the meeting's task."""
    with filled_archive(EARLIER_CALLS) as dsn, running_fake() as space:
        for recording in (meeting(), *EARLIER):
            space.add(recording)
        with running_stack(_settings(dsn, space)) as stack:
            yield stack.url, _came_in(stack)


def _settings(dsn: str, space: FakeTalk) -> dict[str, str]:
    return {
        "CALLSCRIBE_PAGES": "true",
        "CALLSCRIBE_DATABASE_URL": dsn,
        "CALLSCRIBE_KONTUR_TALK__BASE_URL": space.url,
        "CALLSCRIBE_KONTUR_TALK__TOKEN": TOKEN,
        "CALLSCRIBE_KONTUR_TALK__POLL_PERIOD_SECONDS": "1",
        "CALLSCRIBE_KONTUR_TALK__POLL_FROM": (datetime.now(UTC) - timedelta(days=1)).isoformat(),
    }


def _came_in(stack: Stack) -> str:
    """Wait until the meeting has been fetched and transcribed; its task's id."""
    deadline = time.monotonic() + TASK_SECONDS
    while time.monotonic() < deadline:
        recordings = httpx.get(f"{stack.url}/api/v1/kontur-talk/recordings").raise_for_status().json()["items"]
        if task_id := recordings[0]["task_id"]:
            stack.wait_until_ended(task_id)
            return str(task_id)
        time.sleep(1)
    raise TimeoutError("the meeting did not come in")


if __name__ == "__main__":
    typer.run(main)
