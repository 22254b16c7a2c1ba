"""Stands for ``python -m cluster``: the same arguments and manners, the small server of the tests inside."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Annotated

import typer

from tests.cli.contract_server import Behaviour, serving


def main(
    host: Annotated[str, typer.Option()],
    port: Annotated[int, typer.Option()],
    ready_file: Annotated[Path, typer.Option()],
    until_stdin_closes: Annotated[bool, typer.Option("--until-stdin-closes")] = False,
) -> None:
    if os.environ.get("FAKE_STACK_FAILS"):
        sys.stderr.write("PostgreSQL does not start.\n")
        sys.exit(1)
    stop, orphaned = threading.Event(), threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    if until_stdin_closes:
        threading.Thread(target=_wait_for_the_end_of_stdin, args=(orphaned, stop), daemon=True).start()
    behaviour = Behaviour(hang=bool(os.environ.get("FAKE_STACK_HANGS")))
    grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    notes = Path(os.environ["FAKE_STACK_NOTES"])
    notes.write_text(json.dumps([os.getpid(), grandchild.pid]))
    sys.stderr.write("Starting the fake …\n")
    with serving(behaviour, host, port) as url:
        ready_file.write_text(json.dumps({"url": url}))
        threading.Thread(
            target=lambda: behaviour.following.wait() and sys.stderr.write("Following\n"), daemon=True
        ).start()
        stop.wait()
        notes.with_suffix(".acts").write_text(json.dumps(behaviour.acts))
    # The grandchild is left to the caller on purpose: it must find it, as long as there is one.
    if orphaned.is_set():
        grandchild.kill()


def _wait_for_the_end_of_stdin(*events: threading.Event) -> None:
    while os.read(0, 1024):
        pass
    for event in events:
        event.set()


if __name__ == "__main__":
    typer.run(main)
