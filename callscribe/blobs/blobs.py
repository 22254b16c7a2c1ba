"""Blobs behind one interface, over obstore (folder, S3)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class StoredBlob:
    """What was written: its size in bytes and its SHA-256, hexadecimal."""

    key: str
    size: int
    sha256: str


class Blobs:
    """Keys are relative POSIX paths such as ``media/<task id>``. A blob is there whole or not at all."""

    @classmethod
    def open(cls, url: str, options: Mapping[str, str]) -> Blobs:
        """``file:///folder`` or ``s3://bucket/prefix`` with obstore's S3 options (endpoint, keys)."""
        raise NotImplementedError

    async def put(self, key: str, content: AsyncIterator[bytes]) -> StoredBlob:
        """Write a stream in bounded memory; when the stream raises, nothing is left behind."""
        raise NotImplementedError

    async def put_file(self, key: str, path: Path) -> StoredBlob:
        """Write a local file in bounded memory."""
        raise NotImplementedError

    def read(self, key: str, *, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Stream bytes ``start`` (inclusive) to ``end`` (exclusive). Raises ``BlobNotFound``."""
        raise NotImplementedError

    async def size(self, key: str) -> int:
        """Bytes. Raises ``BlobNotFound``."""
        raise NotImplementedError

    async def exists(self, key: str) -> bool: ...

    async def delete(self, key: str) -> None:
        """Remove a blob; one that is not there is no error."""

    async def keys(self, prefix: str = "") -> list[str]:
        """Every key under a prefix, sorted."""
        raise NotImplementedError

    def local(self, key: str) -> AbstractAsyncContextManager[Path]:
        """A readable local path: the blob itself in a folder store, else a temporary copy. Raises ``BlobNotFound``."""
        raise NotImplementedError
