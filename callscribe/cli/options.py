"""Options that several commands have."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated

import typer

from callscribe.cli.console import explained
from callscribe.cli.contract import Contract
from callscribe.cli.server import running_server
from callscribe.cli.wording import WORDS
from callscribe.exports import ExportFormat
from callscribe.setting_types import is_url
from callscribe.settings import read_settings


def _address(named: str | None) -> str | None:
    if named and not is_url(named, ("http", "https")):
        raise typer.BadParameter(WORDS.no_address)
    return named or None


ServerOption = Annotated[
    str | None, typer.Option("--server", envvar="CALLSCRIBE_SERVER", help=WORDS.server, callback=_address)
]
FormatOption = Annotated[ExportFormat | None, typer.Option("--format", "-f", help=WORDS.format)]


def with_contract(server: str | None, work: Callable[[Contract], Awaitable[None]]) -> None:
    """Do a command's work at a server, the one that was named or else the one of this machine."""

    async def connected() -> None:
        async with Contract.open(server_or_default(server), read_settings().api_key) as contract:
            await work(contract)

    with explained():
        asyncio.run(connected())


def server_or_default(named: str | None) -> str:
    """The server that was named, else the one of this machine."""
    settings = read_settings()
    return named or settings.server or running_server(settings) or f"http://{settings.host}:{settings.port}"
