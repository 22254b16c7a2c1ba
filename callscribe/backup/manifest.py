"""The manifest: what a backup consists of. It is written last, whole or not at all, and names all that counts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from callscribe.errors import BackupFailed

NAME: Final = "manifest.json"


class SavedFile(BaseModel):
    """A file of the backup: its name or key, bytes, SHA-256 in hexadecimal."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    size: int
    sha256: str


class Manifest(BaseModel):
    """``archive`` is when the archive's schema was first made: it tells whose backup this is.

    ``media`` are keys below ``blobs/``; ``lost`` those of recordings whose files the blob store did not have.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[1] = 1
    made_at: AwareDatetime
    release: str
    archive: AwareDatetime
    schema_version: int
    dump: SavedFile
    media: tuple[SavedFile, ...]
    lost: tuple[str, ...] = ()

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """The manifest of a backup. Raises ``BackupFailed`` where there is none, or none that this release reads."""
        path = folder / NAME
        try:
            return cls.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            raise BackupFailed(f"There is no whole backup in {folder}: {NAME} is missing.") from None
        except (OSError, ValidationError) as error:
            raise BackupFailed(f"{path} is no manifest that this release can read: {_first(error)}") from error

    def write(self, folder: Path) -> None:
        """Put it in the place of the one before."""
        partial = folder / f"{NAME}.partial"
        with partial.open("w", encoding="utf-8") as file:
            file.write(self.model_dump_json(indent=1))
            file.flush()
            os.fsync(file.fileno())
        partial.replace(folder / NAME)


def previous(folder: Path) -> Manifest | None:
    """The manifest of the backup that is in the folder, if one is. Raises ``BackupFailed``."""
    return Manifest.read(folder) if (folder / NAME).exists() else None


def _first(error: OSError | ValidationError) -> str:
    if isinstance(error, OSError):
        return error.strerror or str(error)
    fault = error.errors()[0]
    return f"{'.'.join(map(str, fault['loc'])) or 'JSON'}: {fault['msg']}"
