"""The server to talk to: one that runs already, or one of our own for a while."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx

from callscribe.cli.wording import WORDS
from callscribe.errors import Unavailable
from callscribe.settings import Settings

STOP_SECONDS = 60
POLL_SECONDS = 0.1


def running_server(settings: Settings) -> str | None:
    """The address of a server that answers on the configured port, if there is one."""
    url = f"http://{settings.host}:{settings.port}"
    try:
        answer = httpx.get(f"{url}/healthz", timeout=2)
    except (httpx.HTTPError, httpx.InvalidURL):
        return None
    return url if answer.status_code == httpx.codes.OK and '"ok"' in answer.text else None


def obstacle(host: str, port: int) -> str | None:
    """Why no server could listen there, in a sentence that says what to do; ``None`` where one could."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            match error.errno:
                case errno.EADDRINUSE:
                    return WORDS.port_taken.format(port=port)
                case errno.EACCES:
                    return WORDS.port_forbidden.format(port=port)
                case _:
                    return WORDS.no_host.format(host=host)
    return None


@contextlib.contextmanager
def own_server(host: str, port: int, say: Callable[[str], None]) -> Iterator[OwnServer]:
    """Start the whole stack, yield it when it is ready, and stop it at the end, whatever happens.

    ``say`` gets the stack's own lines on how the start goes. Raises ``Unavailable`` when it does not start.
    """
    with tempfile.TemporaryDirectory(prefix="callscribe-") as folder:
        ready_file = Path(folder) / "ready.json"
        server = OwnServer(host, port, ready_file, say)
        try:
            server.wait_until_ready()
            yield server
        finally:
            server.stop()


class OwnServer:
    """A child process that runs the stack, in a session of its own: a Ctrl-C in the terminal reaches only us.

    We hold its standard input open: it stops by itself when we are killed.
    """

    def __init__(self, host: str, port: int, ready_file: Path, say: Callable[[str], None]) -> None:
        self.url = ""
        self._ready_file = ready_file
        self._say = say
        self._tail: deque[str] = deque(maxlen=5)
        arguments = ["--host", host, "--port", str(port), "--ready-file", str(ready_file), "--until-stdin-closes"]
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "cluster", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait_until_ready(self) -> None:
        """Return when the stack answers; raises ``Unavailable`` when it ends instead."""
        while not self._ready_file.exists():
            if self._process.poll() is not None:
                raise self._failure()
            time.sleep(POLL_SECONDS)
        self.url = json.loads(self._ready_file.read_text(encoding="utf-8"))["url"]
        self._tail.clear()

    def wait(self) -> None:
        """Return never but by an interruption; raises ``Unavailable`` when the stack ends by itself."""
        while self._process.poll() is None:
            time.sleep(POLL_SECONDS)
        raise self._failure()

    def stop(self) -> None:
        """Stop the stack in order; what is then left of it, by force. A second Ctrl-C goes to force at once."""
        try:
            if self._process.poll() is None:
                self._process.send_signal(signal.SIGTERM)
                self._process.wait(STOP_SECONDS)
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            pass
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            assert self._process.stdin is not None  # noqa: S101 - it is a pipe
            self._process.stdin.close()

    def _read(self) -> None:
        assert self._process.stderr is not None  # noqa: S101 - it is a pipe
        with self._process.stderr as lines:
            for line in lines:
                self._tail.append(line.strip())
                self._say(line.strip())

    def _failure(self) -> Unavailable:
        """Why the stack has ended: by its last words, unless it was killed or had none left to say."""
        self._reader.join(2)
        code = self._process.wait()
        reason = WORDS.killed.format(signal=signal.Signals(-code).name) if code < 0 else " ".join(self._tail)
        sentence = WORDS.own_server_ended if self.url else WORDS.own_server_failed
        return Unavailable(sentence.format(reason=reason or WORDS.exit_code.format(code=code)))
