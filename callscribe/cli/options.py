"""Options that several commands have."""

from __future__ import annotations

from typing import Annotated

import typer

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


def server_or_default(named: str | None) -> str:
    """The server that was named, else the one of this machine."""
    settings = read_settings()
    return named or settings.server or running_server(settings) or f"http://{settings.host}:{settings.port}"
