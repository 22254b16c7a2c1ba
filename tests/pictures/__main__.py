"""The pictures of docs/operations.md: ``make dashboard-pictures`` draws the dashboards of a stack at work.

It is not Grafana that draws them, which no package brings here: see ``drawing``.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path
from typing import Annotated

import httpx
import typer

from callscribe.ports import free_port
from tests.dashboards import NAMES
from tests.pictures.drawing import write_page
from tests.prometheus import prometheus
from tests.sounds import silence, write
from tests.stack.conftest import DEMO
from tests.stack.hooks import receiving
from tests.stack.running import Stack, new_folder, restarted_stack
from tests.ui.browsers import running_browser
from tests.webhooks.receiver import SECRET

PICTURES = Path(__file__).parents[2] / "docs" / "dashboards"
CALLS = 3
PAUSE_SECONDS = 5


def main(folder: Annotated[Path, typer.Option(help="Where to.")] = PICTURES) -> None:
    """Write a picture of each dashboard."""
    folder.mkdir(exist_ok=True)
    with receiving() as hooks, new_folder() as data:
        settings = {
            "CALLSCRIBE_WEBHOOK__URL": hooks.url,
            "CALLSCRIBE_WEBHOOK__SECRET": SECRET,
            "CALLSCRIBE_WEBHOOK__NETWORKS": "127.0.0.1/32",
        }
        with restarted_stack(data, settings, free_port()) as stack, tempfile.TemporaryDirectory() as scratch:
            began = time.monotonic()
            pages = asyncio.run(_pages(stack, Path(scratch), began))
            _take(pages, folder)


async def _pages(stack: Stack, scratch: Path, began: float) -> dict[str, Path]:
    """The dashboards' pages, when the stack has had something to do."""
    async with prometheus(
        scratch, every="5s", callscribe=stack.url.removeprefix("http://"), ray=stack.ray_metrics
    ) as client:
        await asyncio.to_thread(_work, stack, scratch)
        pages = {}
        for name in NAMES:
            (scratch / name).mkdir()
            pages[name] = await write_page(client, name, time.monotonic() - began, scratch / name)
        return pages


def _work(stack: Stack, scratch: Path) -> None:
    for number in range(CALLS):
        time.sleep(PAUSE_SECONDS)
        stack.upload(write(scratch / f"{number}.flac", silence(5))).raise_for_status()
        stack.transcribe(DEMO)
        httpx.get(f"{stack.url}/api/v1/search", params={"q": "таблица"}, timeout=60).raise_for_status()
    time.sleep(2 * PAUSE_SECONDS)


def _take(pages: dict[str, Path], folder: Path) -> None:
    with running_browser() as browser:
        for name, address in pages.items():
            page = browser.new_page(viewport={"width": 1600, "height": 900})
            page.goto(address.as_uri())
            page.wait_for_timeout(1000)
            page.screenshot(path=folder / f"{name}.png", full_page=True)
            page.close()


if __name__ == "__main__":
    typer.run(main)
