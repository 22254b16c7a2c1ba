"""Pages and an API without a graph, one server and one database a module, and a Russian's browser."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.postgres import PostgresServer
from tests.ui.beside import Beside
from tests.ui.browsers import running_browser


@pytest.fixture(scope="module")
def server_options() -> list[str]:
    """What the module's server is started with; see ``tests.ui.server``."""
    return []


@pytest.fixture(scope="module")
async def database_url(postgres_server: PostgresServer, postgres_template: str) -> AsyncIterator[str]:
    name = await postgres_server.create(postgres_template)
    yield postgres_server.url(name)
    await postgres_server.drop(name)


@pytest.fixture(scope="module")
def beside(database_url: str) -> Beside:
    return Beside(database_url)


@pytest.fixture(scope="module")
def address(database_url: str, tmp_path_factory: pytest.TempPathFactory, server_options: list[str]) -> Iterator[str]:
    command = [sys.executable, "-m", "tests.ui.server", database_url, str(tmp_path_factory.mktemp("data"))]
    with subprocess.Popen([*command, *server_options], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/ui/"
        process.terminate()


@pytest.fixture(scope="module")
def browser(
    address: str,
) -> Iterator[Browser]:  # after the server: its database needs the event loop that a browser takes
    with running_browser() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A Russian's browser, in which no module may fail."""
    context = browser.new_context(base_url=address, locale="ru-RU", viewport={"width": 1200, "height": 900})
    page, errors = context.new_page(), list[str]()
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []
