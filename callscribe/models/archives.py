"""Reading members of wheels and source distributions. Nothing is ever extracted under a member's own name."""

from __future__ import annotations

import contextlib
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Protocol

from callscribe.models.transfer import CHUNK_BYTES, SourceFailed


class Archive(Protocol):
    """An open archive."""

    def read(self, member: str) -> Iterator[bytes]:
        """A member's bytes in pieces; raises ``SourceFailed`` if there is none of that name or it is damaged."""
        ...


class _Wheel:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def read(self, member: str) -> Iterator[bytes]:
        try:
            with self._archive.open(member) as file:
                yield from _pieces(file)
        except KeyError as error:
            raise SourceFailed(f"the package has no {member}") from error
        except zipfile.BadZipFile as error:
            raise SourceFailed(f"{member} is damaged in the package") from error


class _SourceDistribution:
    def __init__(self, archive: tarfile.TarFile) -> None:
        self._archive = archive

    def read(self, member: str) -> Iterator[bytes]:
        try:
            file = self._archive.extractfile(member)
        except KeyError as error:
            raise SourceFailed(f"the package has no {member}") from error
        if file is None:
            raise SourceFailed(f"{member} is not a file in the package")
        with file:
            yield from _pieces(file)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(CHUNK_BYTES):
        yield piece


@contextlib.contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """Open a wheel or a source distribution; raises ``SourceFailed`` when it is neither."""
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as wheel:
                yield _Wheel(wheel)
        else:
            with tarfile.open(path) as distribution:
                yield _SourceDistribution(distribution)
    except (zipfile.BadZipFile, tarfile.TarError, EOFError) as error:
        raise SourceFailed(f"the downloaded package is not a wheel or a source distribution: {error}") from error
