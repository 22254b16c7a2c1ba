"""Blobs behind one interface, over obstore (folder, S3)."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import obstore
from obstore.store import LocalStore, S3Store

from callscribe.blobs.failures import BlobNotFound, finding, translated
from callscribe.blobs.keys import checked
from callscribe.blobs.stores import folder_of, open_store
from callscribe.blobs.writing import upload
from callscribe.scratch import scratch_folder

PART_BYTES = 8 * 1024 * 1024
"""What is sent to or fetched from the store in one piece; S3 takes 10,000 of them in an upload, that is 80 GB."""

_FILE_READ_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class StoredBlob:
    """What was written: its size in bytes and its SHA-256, hexadecimal."""

    key: str
    size: int
    sha256: str


class Blobs:
    """Keys are relative POSIX paths such as ``media/<task id>``. A blob is there whole or not at all.

    Every method raises ``ValueError`` for what is no key, and ``Unavailable`` when the store fails.
    """

    def __init__(self, store: LocalStore | S3Store) -> None:
        self._store = store
        self._folder = folder_of(store)

    @classmethod
    def open(cls, url: str, options: Mapping[str, str]) -> Blobs:
        """``file:///folder`` or ``s3://bucket/prefix`` with obstore's S3 options (endpoint, keys)."""
        with translated("Opening the blob store"):
            return cls(open_store(url, options))

    async def put(self, key: str, content: AsyncIterator[bytes]) -> StoredBlob:
        """Write a stream in bounded memory; when the stream raises, nothing is left behind."""
        digest, size = hashlib.sha256(), 0
        async with upload(self._store, checked(key), PART_BYTES) as writer:
            async for piece in content:
                digest.update(piece)
                size += len(piece)
                with translated(f"Writing {key}"):
                    await writer.write(piece)
        if self._folder is not None:
            await asyncio.to_thread(_settle, self._folder / key)
        return StoredBlob(key, size, digest.hexdigest())

    async def put_file(self, key: str, path: Path) -> StoredBlob:
        """Write a local file in bounded memory."""
        async with aclosing(_pieces(path)) as pieces:
            return await self.put(key, pieces)

    async def read(self, key: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Stream bytes ``start`` (inclusive) to ``end`` (exclusive). Raises ``BlobNotFound``.

        What lies past the blob's end is left out. Every part is a request of its own, so that a reader
        may be as slow as it likes.
        """
        size = await self.size(key)
        stop = size if end is None else min(size, end)
        for offset in range(start, stop, PART_BYTES):
            with finding(f"Reading {key}"):
                part = await obstore.get_range_async(self._store, key, start=offset, end=min(offset + PART_BYTES, stop))
            yield part.to_bytes()

    async def size(self, key: str) -> int:
        """Bytes. Raises ``BlobNotFound``."""
        with finding(f"Reading {checked(key)}"):
            return (await obstore.head_async(self._store, key))["size"]

    async def exists(self, key: str) -> bool:
        """Whether there is such a blob."""
        try:
            await self.size(key)
        except BlobNotFound:
            return False
        return True

    async def delete(self, key: str) -> None:
        """Remove a blob; one that is not there is no error."""
        try:
            with finding(f"Deleting {checked(key)}"):
                await obstore.delete_async(self._store, key)
        except BlobNotFound:
            return

    async def keys(self, prefix: str = "", *, before: datetime | None = None) -> list[str]:
        """Every key under a prefix (whole segments of a key, ``media`` for instance), sorted.

        With ``before`` (which has an offset), only those last written before that moment.
        """
        within = checked(prefix.rstrip("/")) if prefix else None
        found: list[str] = []
        with translated("Listing blobs"):
            async for page in obstore.list(self._store, within):
                found.extend(blob["path"] for blob in page if before is None or blob["last_modified"] < before)
        return sorted(found)

    async def drop_unfinished(self, *, before: datetime) -> int:
        """Remove what uploads to a folder left when they were killed before that moment; say how many files.

        On S3 the bucket's own rule does this: ``AbortIncompleteMultipartUpload``.
        """
        if self._folder is None:
            return 0
        with translated("Removing unfinished uploads"):
            return await asyncio.to_thread(_drop_staged, self._folder, before.timestamp())

    @asynccontextmanager
    async def local(self, key: str) -> AsyncIterator[Path]:
        """A readable local path: the blob itself in a folder store, else a temporary copy. Raises ``BlobNotFound``."""
        if self._folder is not None:
            await self.size(key)
            yield self._folder / key
            return
        with scratch_folder() as folder:
            copy = folder / "blob"
            await self._fetch(key, copy)
            yield copy

    async def _fetch(self, key: str, path: Path) -> None:
        with translated(f"Copying {key}"), path.open("wb") as file:
            async for part in self.read(key):
                await asyncio.to_thread(file.write, part)


async def _pieces(path: Path) -> AsyncGenerator[bytes, None]:
    file = await asyncio.to_thread(path.open, "rb")
    try:
        while piece := await asyncio.to_thread(file.read, _FILE_READ_BYTES):
            yield piece
    finally:
        file.close()


def _drop_staged(folder: Path, before: float) -> int:
    """Obstore writes to ``KEY#NUMBER`` until all has come; no key of ours has that mark."""
    dropped = 0
    for path in folder.rglob("*#*"):
        with suppress(FileNotFoundError):  # finished, or dropped by another replica
            if path.stat().st_mtime < before:
                path.unlink()
                dropped += 1
    return dropped


def _settle(path: Path) -> None:
    """Have the disk itself hold the file and its name: a recording that was accepted survives a power cut."""
    with translated(f"Writing {path.name}"):
        for target in (path, path.parent):
            descriptor = os.open(target, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
