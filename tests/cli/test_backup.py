"""``callscribe backup`` and ``restore``: beside a stack that runs, and without one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock
from typer.testing import CliRunner, Result

from callscribe.blobs import Blobs
from callscribe.cli.app import app
from callscribe.settings import Settings
from callscribe.store import Store, TaskFilter
from cluster.stack import database_alone
from tests.store.making import new_recording

RECORDING = Path(__file__).parents[2] / "demo" / "meeting_ru_mayak.flac"


async def take_in(dsn: str, blobs: Blobs, title: str) -> Path:
    """Take a call in; returns its file's key."""
    store = await Store.connect(dsn)
    await store.migrate()
    recording = new_recording(title=title)
    blob = await blobs.put_file(recording.media_key, RECORDING)
    await store.register(replace(recording, media_bytes=blob.size, media_sha256=blob.sha256), queue_limit=10)
    await store.close()
    return Path(recording.media_key)


async def titles(dsn: str) -> list[str]:
    store = await Store.connect(dsn)
    page = await store.tasks(TaskFilter(), limit=10, cursor=None)
    await store.close()
    return [task.title for task in page.items]


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    monkeypatch.delenv("CALLSCRIBE_DATABASE_URL", raising=False)
    return living_in(tmp_path / "data", monkeypatch)


def living_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("CALLSCRIBE_DATA_DIR", str(folder))
    return Settings(_env_file=None, data_dir=folder)


@pytest.fixture
def running(settings: Settings) -> Iterator[str]:
    """As while a stack runs: its database, and its hold on the data folder."""
    with database_alone(settings) as dsn:
        yield dsn


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_an_archive_moves_to_another_machine(
    settings: Settings, running: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncio.run(take_in(running, Blobs.open(settings.blobs, {}), "Планёрка"))

    saved = run("backup", tmp_path / "backup")
    assert saved.exit_code == 0, saved.output
    assert "1 recordings" in saved.stdout
    refused = run("restore", tmp_path / "backup")
    assert (refused.exit_code, "Another CallScribe runs" in refused.stderr) == (1, True)

    elsewhere = living_in(tmp_path / "elsewhere", monkeypatch)
    restored = run("restore", tmp_path / "backup")
    assert restored.exit_code == 0, restored.output
    again = run("restore", tmp_path / "backup")
    assert (again.exit_code, "not empty" in again.stderr) == (1, True)
    with database_alone(elsewhere) as dsn:
        assert asyncio.run(titles(dsn)) == ["Планёрка"]
    assert len(asyncio.run(Blobs.open(elsewhere.blobs, {}).keys())) == 1


def test_a_lost_recording_is_named_and_the_exit_code_tells(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, empty_database: str, tmp_path: Path
) -> None:
    monkeypatch.setenv("CALLSCRIBE_DATABASE_URL", empty_database)
    key = asyncio.run(take_in(empty_database, Blobs.open(settings.blobs, {}), "Планёрка"))
    (settings.data_dir / "blobs" / key).unlink()
    saved = run("backup", tmp_path / "backup")
    assert saved.exit_code == 1
    assert str(key) in saved.stderr


def test_a_recording_that_is_damaged_in_the_backup_is_named_and_the_exit_code_tells(
    settings: Settings, running: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = asyncio.run(take_in(running, Blobs.open(settings.blobs, {}), "Планёрка"))
    run("backup", tmp_path / "backup")
    (tmp_path / "backup" / "blobs" / key).write_bytes(b"?")
    living_in(tmp_path / "elsewhere", monkeypatch)
    restored = run("restore", tmp_path / "backup")
    assert (restored.exit_code, "0 recordings" in restored.stdout) == (1, True)
    assert str(key) in restored.stderr


def test_a_stack_that_is_only_being_started_is_a_sentence(settings: Settings, tmp_path: Path) -> None:
    settings.data_dir.mkdir()
    with FileLock(settings.data_dir / "stack.lock"):
        saved = run("backup", tmp_path / "backup")
    assert (saved.exit_code, "try again" in saved.stderr) == (1, True)


def test_a_folder_that_holds_no_backup_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, empty_database: str, tmp_path: Path
) -> None:
    monkeypatch.setenv("CALLSCRIBE_DATABASE_URL", empty_database)
    restored = run("restore", tmp_path)
    assert (restored.exit_code, "manifest.json is missing" in restored.stderr) == (1, True)


@pytest.fixture
def empty_database(running: str) -> str:
    """A database of one's own, as an operator names it."""
    return running
