"""``callscribe up``: the whole stack on this machine, until Ctrl-C."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from callscribe.cli.console import explained, fail, stderr
from callscribe.cli.models import installation_of, pull_with_progress, required_models
from callscribe.cli.server import is_free, own_server
from callscribe.cli.wording import WORDS
from callscribe.settings import Settings


def up(
    host: Annotated[str | None, typer.Option(help=WORDS.host)] = None,
    port: Annotated[int | None, typer.Option(help=WORDS.port, min=1, max=65535)] = None,
) -> None:
    """Start, print the addresses, run until Ctrl-C, stop."""
    settings = Settings()
    host, port = host or settings.host, port or settings.port
    console = stderr()
    if not is_free(host, port):
        fail(WORDS.port_taken.format(port=port))
    with explained():
        pull_with_progress(installation_of(settings), required_models(settings))
        try:
            with own_server(host, port, _pass_on) as server:
                console.print(f"[bold green]{WORDS.ready.format(url=server.url)}", soft_wrap=True)
                console.print(WORDS.ready_docs.format(url=server.url), soft_wrap=True)
                console.print(WORDS.stop_hint)
                server.wait()
        except KeyboardInterrupt:
            console.print(WORDS.stopped)


def _pass_on(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
