"""``python -m cluster``: run the whole stack on this machine until a signal stops it."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from callscribe.errors import BadSettings
from callscribe.priority import let_other_sessions_go_first
from callscribe.settings import Settings, read_settings, require_one_machine
from cluster.stack import StackFailed, running_stack
from cluster.terminal import Terminal


def main(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    ready_file: Annotated[Path | None, typer.Option(help="Written as JSON when the stack is ready.")] = None,
    until_stdin_closes: Annotated[
        bool, typer.Option("--until-stdin-closes", help="Stop when standard input ends: when who started it is gone.")
    ] = False,
) -> None:
    """Start PostgreSQL, Ray and the graph; stop them on SIGINT or SIGTERM."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    if until_stdin_closes:
        threading.Thread(target=_wait_for_the_end_of_stdin, args=(stop,), daemon=True).start()
    overrides = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    settings = _settings(overrides)
    log = settings.data_dir.absolute() / "logs" / "stack.log"
    terminal = _terminal(log)
    try:
        with running_stack(settings, terminal.say) as url:
            if settings.gives_way:
                let_other_sessions_go_first()  # not before: Ray gives up a start that takes long
            _announce(url, ready_file)
            terminal.say(f"CallScribe is ready: {url}")
            if settings.is_open_to_a_network:
                terminal.say(f"Whoever reaches {settings.host} may use it: set CALLSCRIBE_API_KEYS.")
            stop.wait()
            terminal.say("Stopping …")
    except StackFailed as error:
        terminal.say(f"{error}\nThe log is {log}")
        sys.exit(1)
    except Exception:  # noqa: BLE001 - the boundary: the libraries' traceback belongs into the log
        traceback.print_exc()
        terminal.say(f"CallScribe could not start; the log tells why: {log}")
        sys.exit(1)


def _settings(overrides: Mapping[str, object]) -> Settings:
    try:
        settings = read_settings(**overrides)
        require_one_machine(settings)
    except BadSettings as error:
        _refuse(str(error))
    return settings


def _terminal(log: Path) -> Terminal:
    try:
        return Terminal.taken_from_libraries(log)
    except OSError as error:
        _refuse(f"{log} cannot be written ({error.strerror}). Set CALLSCRIBE_DATA_DIR to a folder that can.")


def _refuse(sentence: str) -> NoReturn:
    sys.stderr.write(f"{sentence}\n")
    sys.exit(2)


def _wait_for_the_end_of_stdin(stop: threading.Event) -> None:
    # Not through sys.stdin: its lock must be free when the interpreter ends.
    while os.read(0, 1024):
        pass
    stop.set()


def _announce(url: str, ready_file: Path | None) -> None:
    """Write the ready file whole or not at all."""
    if ready_file is None:
        return
    partial = ready_file.with_suffix(".partial")
    partial.write_text(json.dumps({"url": url, "pid": os.getpid()}), encoding="utf-8")
    partial.replace(ready_file)


if __name__ == "__main__":
    typer.run(main)
