"""Requests to hosts that others name: no proxies, admitted addresses only, a connection of its own for each."""

from __future__ import annotations

from ssl import SSLContext

import httpcore
import httpx

from callscribe import __version__
from callscribe.addresses import AddressPolicy
from ingest.addresses import GuardedNetwork


def guarded_pool(policy: AddressPolicy, ssl_context: SSLContext | None) -> httpcore.AsyncConnectionPool:
    """Open connections that end with their answers. What is not admitted raises ``AddressRefused``."""
    return httpcore.AsyncConnectionPool(
        network_backend=GuardedNetwork(policy), ssl_context=ssl_context, max_keepalive_connections=0
    )


def target_of(url: httpx.URL) -> httpcore.URL:
    """What httpcore asks for."""
    return httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)


def named(url: httpx.URL) -> list[tuple[bytes, bytes]]:
    """The headers that say who asks whom."""
    return [(b"Host", url.netloc), (b"User-Agent", f"CallScribe/{__version__}".encode())]


def header_of(answer: httpcore.Response, name: bytes) -> str | None:
    """An answer's header by its name in small letters.

    Hosts that write more than ASCII, in a redirect's path for instance, write UTF-8 or Latin 1.
    """
    value = next((value for each, value in answer.headers if each.lower() == name), None)
    if value is None:
        return None
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")
