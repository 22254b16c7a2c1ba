"""Whether files are there, and are what they should be."""

from __future__ import annotations

import hashlib
from pathlib import Path

from callscribe.backup.manifest import SavedFile
from callscribe.blobs import BlobNotFound, Blobs
from callscribe.errors import BackupFailed


def saved_file(path: Path) -> SavedFile:
    """Read a file to its end: its size and SHA-256."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    return SavedFile(name=path.name, size=path.stat().st_size, sha256=digest.hexdigest())


def check(path: Path, expected: SavedFile) -> None:
    """Raise ``BackupFailed`` unless the file is the one that the manifest names."""
    if not path.exists():
        raise BackupFailed(f"{path} is missing: the backup is not whole.")
    if saved_file(path) != expected:
        raise BackupFailed(f"{path} is damaged: it is not what the manifest says.")


async def has(blobs: Blobs, key: str, size: int) -> bool:
    """Whether a recording's file is in a store, which has a blob whole or not at all. Raises ``Unavailable``."""
    try:
        return await blobs.size(key) == size
    except BlobNotFound:
        return False
