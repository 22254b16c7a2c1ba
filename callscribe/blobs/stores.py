"""From a URL to an obstore store: ``file:///folder`` or ``s3://bucket/prefix``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit
from urllib.request import url2pathname

from obstore.store import LocalStore, S3Store

if TYPE_CHECKING:  # exists for type checkers only
    from obstore.store import S3Config


def open_store(url: str, options: Mapping[str, str]) -> LocalStore | S3Store:
    """The store behind a URL; a folder is made when it is missing. Raises ``ValueError`` for another scheme."""
    match urlsplit(url).scheme:
        case "file":
            return _folder(url)
        case "s3":
            return _s3(url, options)
        case scheme:
            message = f"a blob store's URL begins with file:// or s3://, not with {scheme!r}"
            raise ValueError(message)


def folder_of(store: LocalStore | S3Store) -> Path | None:
    """Where a folder store keeps its blobs; ``None`` for S3."""
    return store.prefix if isinstance(store, LocalStore) else None


def _folder(url: str) -> LocalStore:
    return LocalStore(Path(url2pathname(urlsplit(url).path)), mkdir=True)


def _s3(url: str, options: Mapping[str, str]) -> S3Store:
    """Plain HTTP only where the endpoint asks for it, and a server that is away is reported in half a minute."""
    endpoint = next((value for name, value in options.items() if name.lower().endswith("endpoint")), "")
    return S3Store.from_url(
        url,
        config=cast("S3Config", dict(options)),
        client_options={"allow_http": endpoint.startswith("http://"), "connect_timeout": timedelta(seconds=5)},
        retry_config={"max_retries": 4, "retry_timeout": timedelta(seconds=30)},
    )
