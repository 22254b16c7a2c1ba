"""Options that several commands have."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated

import typer
from pydantic import SecretStr

from callscribe.cli.console import explained
from callscribe.cli.contract import Contract
from callscribe.cli.server import running_server
from callscribe.cli.wording import WORDS
from callscribe.exports import ExportFormat
from callscribe.setting_types import is_url
from callscribe.settings import Settings, read_settings


def _address(named: str | None) -> str | None:
    if named and not is_url(named, ("http", "https")):
        raise typer.BadParameter(WORDS.no_address)
    return named or None


ServerOption = Annotated[
    str | None, typer.Option("--server", envvar="CALLSCRIBE_SERVER", help=WORDS.server, callback=_address)
]
KeyOption = Annotated[str | None, typer.Option("--api-key", help=WORDS.api_key)]
FormatOption = Annotated[ExportFormat | None, typer.Option("--format", "-f", help=WORDS.format)]


def with_contract(server: str | None, api_key: str | None, work: Callable[[Contract], Awaitable[None]]) -> None:
    """Do a command's work at a server, the one that was named or else the one of this machine."""

    async def connected() -> None:
        settings = settings_with(api_key)
        async with Contract.open(_server_or_default(server, settings), key_for(server, settings)) as contract:
            await work(contract)

    with explained():
        asyncio.run(connected())


def settings_with(api_key: str | None) -> Settings:
    """The settings, with the key that the command line names. Raises ``BadSettings``."""
    return read_settings(api_key=api_key) if api_key else read_settings()


def key_for(server: str | None, settings: Settings) -> SecretStr | None:
    """The key to show: the one that was said, else, where no server is named, one that this machine's own takes."""
    if settings.api_key or server or settings.server:
        return settings.api_key
    return next(iter(settings.api_keys.values()), None)


def _server_or_default(named: str | None, settings: Settings) -> str:
    return named or settings.server or running_server(settings) or f"http://{settings.host}:{settings.port}"
