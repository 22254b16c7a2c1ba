"""The archive's database, for commands that need no server: the operator's, or the embedded one, running or not."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator

from filelock import FileLock, Timeout

from callscribe.errors import Unavailable
from callscribe.settings import Settings

STOP_SECONDS = 90


@contextlib.contextmanager
def database(settings: Settings, *, alone: bool) -> Iterator[str]:
    """How to connect, for the time of the block. ``alone``: not while a stack uses the embedded one.

    Raises ``Unavailable``.
    """
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
    elif not alone and _is_in_use(settings):
        yield _running(settings)
    else:
        with _started() as dsn:
            yield dsn


def _is_in_use(settings: Settings) -> bool:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(settings.data_dir / "stack.lock", timeout=0):
            return False
    except Timeout:
        return True


def _running(settings: Settings) -> str:
    """The database of the stack that runs here: it notes where its sockets are. Raises ``Unavailable``."""
    try:
        sockets = (settings.data_dir / "scratch").read_text(encoding="utf-8")
    except FileNotFoundError:
        raise Unavailable("CallScribe is being started or stopped here: try again in a minute.") from None
    return f"postgresql://postgres@/callscribe?host={sockets}/postgres"


@contextlib.contextmanager
def _started() -> Iterator[str]:
    """Start it in a process of the room that may (docs/architecture.md), and stop it, whatever happens."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "cluster.database"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None  # noqa: S101 - they are pipes
    assert process.stdout is not None  # noqa: S101
    try:
        said = json.loads(process.stdout.readline() or "{}")
        if "dsn" not in said:
            raise Unavailable(said.get("error", "The embedded PostgreSQL does not start."))
        yield said["dsn"]
    finally:
        process.stdin.close()
        process.stdout.close()
        process.wait(STOP_SECONDS)
