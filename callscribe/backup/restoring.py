"""Bring an archive back: the files first, then the database that names them.

So whoever reads a task finds its recording. What ends halfway leaves the database empty, and can be done again.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from callscribe.backup.files import check, has
from callscribe.backup.manifest import Manifest, SavedFile
from callscribe.backup.programs import run
from callscribe.backup.saving import BLOBS, Say
from callscribe.blobs import BlobNotFound, Blobs
from callscribe.errors import BackupFailed
from callscribe.store import SchemaTooNew, schema
from callscribe.store.snapshot import is_empty, server_version, settle

OLDEST: Final = 17
"""The oldest PostgreSQL that knows all settings which pg_restore 18 writes: ``transaction_timeout`` came with it."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back: the backup's manifest, and the keys of recordings whose files are missing in it, or damaged."""

    manifest: Manifest
    damaged: tuple[str, ...]


async def restore(dsn: str, blobs: Blobs, folder: Path, say: Say) -> Restored:
    """Restore a backup into an empty database, and bring it up to this release's schema.

    A recording's file that is no good costs that recording's sound and nothing else.
    Raises ``BackupFailed``, ``SchemaTooNew``, ``Unavailable``.
    """
    manifest = Manifest.read(folder)
    newest = schema.migrations()[-1].version
    if manifest.schema_version > newest:
        raise SchemaTooNew(f"The backup is at version {manifest.schema_version}, this release knows {newest}.")
    dump = folder / manifest.dump.name
    try:
        check(dump, manifest.dump)
    except OSError as error:
        raise BackupFailed(f"{dump} cannot be read: {error.strerror or error}.") from error
    await _check_database(dsn)
    damaged = await _bring_back(manifest.media, Blobs.open((folder / BLOBS).absolute().as_uri(), {}), blobs, say)
    options = ("--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges")
    await run("pg_restore", *options, str(dump), dsn=dsn)
    await settle(dsn)
    return Restored(manifest, damaged)


async def _check_database(dsn: str) -> None:
    major = await server_version(dsn) // 10_000
    if major < OLDEST:
        raise BackupFailed(
            f"The database's server is PostgreSQL {major}, and pg_restore writes what only {OLDEST} and newer ones "
            "understand: name a newer server by CALLSCRIBE_DATABASE_URL, or leave that unset for the embedded one."
        )
    if not await is_empty(dsn):
        raise BackupFailed("The database is not empty: restore into a new one, and nothing is overwritten.")


async def _bring_back(media: tuple[SavedFile, ...], kept: Blobs, blobs: Blobs, say: Say) -> tuple[str, ...]:
    """Copy what the blob store does not have; return the keys of files that are not what the manifest says."""
    damaged: list[str] = []
    for number, saved in enumerate(media):
        say(number, len(media))
        if not await has(blobs, saved.name, saved.size) and not await _copied(saved, kept, blobs):
            damaged.append(saved.name)
    return tuple(damaged)


async def _copied(saved: SavedFile, kept: Blobs, blobs: Blobs) -> bool:
    try:
        stored = await blobs.put(saved.name, kept.read(saved.name))
    except BlobNotFound:
        return False
    whole = (stored.size, stored.sha256) == (saved.size, saved.sha256)
    if not whole:
        await blobs.delete(saved.name)
    return whole
