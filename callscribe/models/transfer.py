"""Downloads that resume, and writing that checks every byte against the hash it must have."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from callscribe.errors import ModelUnavailable

CHUNK_BYTES = 1024 * 1024


class SourceFailed(ModelUnavailable):
    """One source of a model did not give it; another may."""


class _Interrupted(Exception):
    """The connection broke in the middle of a body: what has come is kept, and the rest asked for again."""


@dataclass(frozen=True, slots=True)
class PullProgress:
    """How far the download of one model has come, in bytes."""

    model: str
    source: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Remote:
    """What to download, and the hash that it must have, where that is known."""

    url: str
    sha256: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def place(chunks: Iterable[bytes], destination: Path, temporary: Path, *, sha256: str, size: int | None) -> None:
    """Write the chunks under their final name, if and only if they are what they must be.

    They go to ``temporary``, on the same file system, first. Raises ``SourceFailed`` on another hash, or as soon as
    there are more than ``size`` bytes.
    """
    digest, written = hashlib.sha256(), 0
    with temporary.open("wb") as file:
        for chunk in chunks:
            written += len(chunk)
            if size is not None and written > size:
                raise SourceFailed(f"{destination.name} is longer there than the {size} bytes it must have")
            digest.update(chunk)
            file.write(chunk)
    if digest.hexdigest() != sha256:
        temporary.unlink()
        raise SourceFailed(f"{destination.name} is damaged or changed there: its SHA-256 is {digest.hexdigest()}")
    settle(temporary, destination)


def settle(temporary: Path, destination: Path) -> None:
    """Give a finished file its name, safely on disk: nobody ever sees half a file."""
    with temporary.open("rb") as file:
        os.fsync(file.fileno())
    destination.parent.mkdir(parents=True, exist_ok=True)
    temporary.replace(destination)


def download(client: httpx2.Client, remote: Remote, partial: Path, on_bytes: Callable[[int], None]) -> None:
    """Bring a remote file into ``partial``, going on from what an earlier attempt left there.

    ``on_bytes`` gets the length so far. A broken connection is taken up again a few times; raises ``SourceFailed``
    when the server does not answer, refuses, or gives something that has another hash.
    """
    resumed = partial.exists()
    _download_patiently(client, remote, partial, on_bytes)
    if _has_its_hash(partial, remote):
        return
    partial.unlink()
    if resumed:
        _download_patiently(client, remote, partial, on_bytes)
    if not partial.exists() or not _has_its_hash(partial, remote):
        partial.unlink(missing_ok=True)
        raise SourceFailed(f"{_name(remote)} does not have its SHA-256 there")


def _has_its_hash(partial: Path, remote: Remote) -> bool:
    return remote.sha256 is None or digest_of(partial) == remote.sha256


def _name(remote: Remote) -> str:
    return httpx2.URL(remote.url).path.rpartition("/")[2]


def _download_patiently(client: httpx2.Client, remote: Remote, partial: Path, on_bytes: Callable[[int], None]) -> None:
    attempts = Retrying(
        retry=retry_if_exception_type(_Interrupted),
        stop=stop_after_attempt(6),
        wait=wait_exponential(multiplier=0.2, max=5),
        reraise=True,
    )
    try:
        attempts(_download_rest, client, remote, partial, on_bytes)
    except _Interrupted as error:
        raise SourceFailed(f"the connection broke again and again: {error}") from error
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        raise SourceFailed(f"{httpx2.URL(remote.url).host} does not answer: {error}") from error


def _download_rest(client: httpx2.Client, remote: Remote, partial: Path, on_bytes: Callable[[int], None]) -> None:
    have = partial.stat().st_size if partial.exists() else 0
    headers = {"Accept-Encoding": "identity", **remote.headers}
    if have:
        headers["Range"] = f"bytes={have}-"
    with client.stream("GET", remote.url, headers=headers, follow_redirects=True) as response:
        if have and response.status_code == httpx2.codes.RANGE_NOT_SATISFIABLE:
            return  # nothing is missing, or it is another file: its hash tells
        if response.is_error:
            raise SourceFailed(f"{response.url.host} answers {response.status_code} for {_name(remote)}")
        goes_on = response.status_code == httpx2.codes.PARTIAL_CONTENT and _starts_at(response, have)
        _write_body(response, partial, have if goes_on else 0, on_bytes)


def _starts_at(response: httpx2.Response, position: int) -> bool:
    return response.headers.get("Content-Range", "").startswith(f"bytes {position}-")


def _write_body(response: httpx2.Response, partial: Path, position: int, on_bytes: Callable[[int], None]) -> None:
    with partial.open("r+b" if position else "wb") as file:
        file.truncate(position)
        file.seek(position)
        try:
            for chunk in response.iter_raw():
                file.write(chunk)
                position += len(chunk)
                on_bytes(position)
        except httpx2.TransportError as error:
            raise _Interrupted(str(error) or type(error).__name__) from error
