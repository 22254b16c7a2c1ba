"""``callscribe up``: the whole stack on this machine, until Ctrl-C."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from callscribe.cli.console import explained, fail, stderr
from callscribe.cli.models import installation_of, pull_with_progress
from callscribe.cli.server import obstacle, own_server
from callscribe.cli.wording import WORDS
from callscribe.models import required_models
from callscribe.settings import read_settings, require_one_machine


def up(
    host: Annotated[str | None, typer.Option(help=WORDS.host)] = None,
    port: Annotated[int | None, typer.Option(help=WORDS.port, min=1, max=65535)] = None,
) -> None:
    """Start, print the addresses, run until Ctrl-C, stop."""
    console = stderr()
    with explained():
        settings = read_settings()
        host, port = host or settings.host, port or settings.port
        require_one_machine(settings)
        if (why := obstacle(host, port)) is not None:
            fail(why)
        pull_with_progress(installation_of(settings), required_models(settings))
        try:
            with own_server(host, port, _pass_on) as server:
                first = f"{server.url}/ui/" if settings.pages else server.url
                console.print(f"[bold green]{WORDS.ready.format(url=first)}", soft_wrap=True)
                console.print(WORDS.ready_docs.format(url=server.url), soft_wrap=True)
                console.print(WORDS.stop_hint)
                server.wait()
        except KeyboardInterrupt:
            console.print(WORDS.stopped)


def _pass_on(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
