"""The embedded PostgreSQL, for real: as root its server runs as a user of its own, else as ours."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest

from callscribe.store import Store
from cluster.postgres import EmbeddedPostgres, PostgresFailed

Start = Callable[[str], EmbeddedPostgres]

# Servers are left running on purpose, as by stacks that were killed.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")

NOBODY = 65534
SUPERUSERS_WORK = "COPY (SELECT 1) TO PROGRAM 'cat > /dev/null'"


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that every user can reach, with a name short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="callscribe-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def start(folder: Path) -> Iterator[Start]:
    with ExitStack() as stack:

        def start(name: str) -> EmbeddedPostgres:
            postgres = EmbeddedPostgres(folder / name, folder / f"{name}-sockets")
            stack.callback(stop, postgres)
            return postgres

        yield start


def stop(postgres: EmbeddedPostgres) -> None:
    if postgres._process.poll() is None or not postgres._stopping.is_set():
        postgres.stop()


@pytest.mark.parametrize("name", ["LANG", "LC_ALL"])
async def test_a_locale_that_the_machine_lacks_is_no_obstacle(
    start: Start, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "tlh_KX.UTF-8")
    store = await Store.connect(start("data").dsn)
    assert await store.migrate() > 0
    await store.close()
    assert os.environ[name] == "tlh_KX.UTF-8"


def abandon(postgres: EmbeddedPostgres) -> None:
    """Leave the server running, as a killed stack does."""
    postgres._stopping.set()
    postgres._guard.join()


def psql(postgres: EmbeddedPostgres, statement: str, user: int) -> subprocess.CompletedProcess[str]:
    program = str(postgres._programs / "psql")
    command = [program, postgres.dsn, "-tAc", statement]
    return subprocess.run(command, user=user, group=user, extra_groups=[], capture_output=True, text=True, check=False)


async def test_the_stacks_user_connects(start: Start) -> None:
    store = await Store.connect(start("a").dsn)
    await store.ping()
    await store.close()


@as_root
def test_another_user_is_kept_out_of_the_sockets_folder(start: Start) -> None:
    postgres = start("a")
    assert psql(postgres, SUPERUSERS_WORK, user=0).returncode == 0
    refused = psql(postgres, SUPERUSERS_WORK, user=NOBODY)
    assert refused.returncode != 0
    assert "Permission denied" in refused.stderr


@as_root
def test_another_user_who_reaches_the_socket_is_refused_by_postgresql(start: Start) -> None:
    postgres = start("a")
    postgres._sockets.chmod(0o777)
    refused = psql(postgres, SUPERUSERS_WORK, user=NOBODY)
    assert refused.returncode != 0
    assert "Peer authentication failed" in refused.stderr


def test_a_folder_that_let_everybody_in_is_closed_at_the_next_start(start: Start) -> None:
    postgres = start("a")
    postgres.stop()
    rules = postgres._data / "pg_hba.conf"
    rules.write_text("local all all trust\n")
    start("a")
    assert "trust" not in rules.read_text()


@pytest.mark.parametrize("sign", ["", "-"], ids=["postmaster", "single-user server"])
def test_an_orphan_in_the_folder_is_stopped(start: Start, sign: str) -> None:
    first = start("a")
    abandon(first)
    pid_file = first._data / "postmaster.pid"
    pid_file.write_text(sign + pid_file.read_text())
    second = start("a")
    assert first._process.wait(timeout=10) == 0
    assert second._process.poll() is None


@pytest.fixture
def told_by_its_environment(start: Start) -> Iterator[EmbeddedPostgres]:
    """A server that nobody watches and whose arguments do not name its folder."""
    postgres = start("a")
    postgres.stop()
    sockets = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={postgres._sockets}"]
    environment = os.environ | {"PGDATA": str(postgres._data)}
    program = postgres._programs / "postgres"
    postgres._process = subprocess.Popen([program, *sockets], env=environment, user=postgres._user)
    assert postgres._takes_connections(postgres._process, time.monotonic() + 30)
    yield postgres
    postgres._process.terminate()
    postgres._process.wait()


def test_an_orphan_that_its_environment_told_of_the_folder_is_stopped(
    told_by_its_environment: EmbeddedPostgres, start: Start
) -> None:
    start("a")
    assert told_by_its_environment._process.wait(timeout=10) == 0


def test_a_server_that_may_be_somebodys_keeps_its_pid_file(
    told_by_its_environment: EmbeddedPostgres, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(process: psutil.Process) -> str:
        raise psutil.AccessDenied(process.pid)

    monkeypatch.setattr(psutil.Process, "cwd", denied)
    monkeypatch.setattr("cluster.postgres.START_SECONDS", 1)
    with pytest.raises(PostgresFailed, match=r"postmaster\.pid"):
        start("a")
    assert told_by_its_environment._process.poll() is None
    assert (told_by_its_environment._data / "postmaster.pid").exists()


def test_a_stale_pid_file_that_names_anothers_postgresql_leaves_it_alone(start: Start, folder: Path) -> None:
    anothers, ours = start("a")._process, start("b")
    ours.stop()
    (folder / "b" / "data" / "postmaster.pid").write_text(
        f"{anothers.pid}\n{folder / 'b' / 'data'}\n{int(time.time())}\n5432\n\n\n\nready\n"
    )
    start("b")
    with pytest.raises(subprocess.TimeoutExpired):
        anothers.wait(timeout=1)


@pytest.mark.parametrize("content", ["", "\n", "?\n"])
def test_a_pid_file_that_was_cut_off_is_no_obstacle(start: Start, content: str) -> None:
    postgres = start("a")
    postgres.stop()
    (postgres._data / "postmaster.pid").write_text(content)
    assert start("a")._process.poll() is None


async def test_a_folder_of_an_older_postgresql_is_served_by_that_as_long_as_it_comes_with_the_package(
    start: Start, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cluster.postgres.TARGET_POSTGRES_VERSION", 16)
    start("a").stop()
    monkeypatch.undo()
    assert (folder / "a" / "data" / "PG_VERSION").read_text() == "16\n"
    store = await Store.connect(start("a").dsn)
    assert await store.migrate() > 0
    await store.close()


def test_a_folder_of_a_postgresql_that_is_no_more_is_refused_at_once(start: Start, folder: Path) -> None:
    data = folder / "a" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("9.6\n")
    with pytest.raises(PostgresFailed, match=r"made by PostgreSQL 9\.6.*callscribe backup"):
        start("a")
