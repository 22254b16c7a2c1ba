"""``python -m cluster``: run the whole stack on this machine until a signal stops it."""

from __future__ import annotations

import json
import signal
import sys
import threading
from pathlib import Path
from typing import Annotated

import typer

from callscribe.settings import Settings
from cluster.stack import StackFailed, running_stack


def main(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    ready_file: Annotated[Path | None, typer.Option(help="Written as JSON when the stack is ready.")] = None,
) -> None:
    """Start PostgreSQL, Ray and the graph; stop them on SIGINT or SIGTERM."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    overrides = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    settings = Settings().model_copy(update=overrides)
    try:
        with running_stack(settings, _say) as url:
            _announce(url, ready_file)
            _say(f"CallScribe is ready: {url}")
            stop.wait()
            _say("Stopping …")
    except StackFailed as error:
        _say(str(error))
        sys.exit(1)


def _announce(url: str, ready_file: Path | None) -> None:
    """Write the ready file whole or not at all."""
    if ready_file is None:
        return
    partial = ready_file.with_suffix(".partial")
    partial.write_text(json.dumps({"url": url}), encoding="utf-8")
    partial.replace(ready_file)


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    typer.run(main)
