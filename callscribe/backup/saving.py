"""Save the archive: the database first, then the files that it names.

A recording's file is stored before its row, and never changed: when the dump is done every row of it has its file,
unless the call was deleted meanwhile. The other way round, calls that came in between would have rows and no files.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from callscribe import __version__
from callscribe.backup.files import has, saved_file
from callscribe.backup.manifest import Manifest, SavedFile, previous
from callscribe.backup.programs import run
from callscribe.blobs import BlobNotFound, Blobs
from callscribe.errors import BackupFailed
from callscribe.store.snapshot import Medium, Snapshot, snapshot, still_known

BLOBS: Final = "blobs"
DUMPS: Final = "database-*.dump"

Say = Callable[[int, int], None]
"""Told how many of how many files are there."""


async def back_up(dsn: str, blobs: Blobs | None, folder: Path, say: Say) -> Manifest:
    """Save the archive as it is now, while it may go on working; files that an earlier backup has are not copied again.

    Without ``blobs`` the database alone. Until all is there the backup of before stands. Raises ``BackupFailed``,
    ``Unavailable``.
    """
    try:
        with _private(), _alone_in(folder):
            return await _back_up(dsn, blobs, folder, say)
    except Timeout as error:
        raise BackupFailed(f"Another backup is being made in {folder}.") from error
    except OSError as error:
        raise BackupFailed(f"The backup cannot be written to {folder}: {error.strerror or error}.") from error


@contextmanager
def _private() -> Iterator[None]:
    """Let nobody else read what this process and pg_dump write, whatever folder it is put in."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def _alone_in(folder: Path) -> FileLock:
    folder.mkdir(parents=True, exist_ok=True)
    return FileLock(folder / "lock", timeout=0)


async def _back_up(dsn: str, blobs: Blobs | None, folder: Path, say: Say) -> Manifest:
    made_at = datetime.now(UTC)
    before = previous(folder)
    async with snapshot(dsn) as taken:
        if before is not None and before.archive != taken.begun_at:
            raise BackupFailed(f"{folder} holds the backup of another archive: choose another folder.")
        _remove_dumps(folder, before)
        dump = await _dump(dsn, taken, folder / f"database-{made_at:%Y%m%dT%H%M%S%fZ}.dump")
    kept = Blobs.open((folder / BLOBS).absolute().as_uri(), {})
    missing = await _save(taken.media, blobs, kept, say) if blobs is not None else set()
    manifest = Manifest(
        made_at=made_at,
        release=__version__,
        archive=taken.begun_at,
        schema_version=taken.version,
        dump=dump,
        media=_saved(taken.media, missing) if blobs is not None else _kept(before, taken.media),
        lost=tuple(await still_known(dsn, missing)) if missing else (),
    )
    manifest.write(folder)
    _remove_dumps(folder, manifest)
    if blobs is not None:
        await _remove_deleted(kept, manifest)
    return manifest


async def _dump(dsn: str, taken: Snapshot, path: Path) -> SavedFile:
    options = ("--format=custom", f"--snapshot={taken.name}", "--no-owner", "--no-privileges")
    await run("pg_dump", *options, f"--file={path}", dsn=dsn)
    return saved_file(path)


async def _save(media: Sequence[Medium], blobs: Blobs, kept: Blobs, say: Say) -> set[str]:
    """Copy what is not there yet; return the keys of what the blob store does not have, or not as it came in."""
    missing: set[str] = set()
    for number, medium in enumerate(media):
        say(number, len(media))
        if await has(kept, medium.key, medium.size):
            continue
        try:
            stored = await kept.put(medium.key, blobs.read(medium.key))
        except BlobNotFound:
            missing.add(medium.key)
            continue
        if stored.sha256 != medium.sha256:
            await kept.delete(medium.key)
            missing.add(medium.key)
    return missing


def _saved(media: Sequence[Medium], missing: Collection[str]) -> tuple[SavedFile, ...]:
    return tuple(
        SavedFile(name=medium.key, size=medium.size, sha256=medium.sha256)
        for medium in media
        if medium.key not in missing
    )


def _kept(before: Manifest | None, media: Sequence[Medium]) -> tuple[SavedFile, ...]:
    """The files of an earlier backup that the database still names: without their names they would not be restored."""
    named = {medium.key for medium in media}
    return tuple(saved for saved in before.media if saved.name in named) if before is not None else ()


def _remove_dumps(folder: Path, manifest: Manifest | None) -> None:
    """Remove the dumps that no manifest names: those of before, and of what was broken off."""
    for path in folder.glob(DUMPS):
        if manifest is None or path.name != manifest.dump.name:
            path.unlink()


async def _remove_deleted(kept: Blobs, manifest: Manifest) -> None:
    """Remove the files of calls that were deleted: what shall not be kept, a backup shall not keep either."""
    named = {saved.name for saved in manifest.media}
    for key in await kept.keys():
        if key not in named:
            await kept.delete(key)
