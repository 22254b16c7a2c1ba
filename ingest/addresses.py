"""Connections to admitted addresses alone: what is judged is the address that is connected to, not a name for it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable

import httpcore

from callscribe.addresses import AddressPolicy
from callscribe.errors import AddressRefused


class GuardedNetwork(httpcore.AsyncNetworkBackend):
    """Resolves a name once and connects to what it has judged: a name that changes its address gains nothing."""

    def __init__(self, policy: AddressPolicy) -> None:
        self._policy = policy
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the interface's
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first admitted address that answers. Raises ``AddressRefused`` where none is admitted."""
        admitted = [address for address in await _addresses(host, port, timeout) if self._policy.admits(address)]
        if not admitted:
            raise AddressRefused(f"{host} has no address that may be connected to.")
        for address in admitted[:-1]:
            try:
                return await self._network.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return await self._network.connect_tcp(admitted[-1], port, timeout, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        """Wait, between two tries of a connection."""
        await asyncio.sleep(seconds)


async def _addresses(host: str, port: int, seconds: float | None) -> list[str]:
    try:
        async with asyncio.timeout(seconds):
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except TimeoutError as error:
        raise httpcore.ConnectTimeout(f"{host} could not be looked up in time") from error
    except (OSError, UnicodeError) as error:
        raise httpcore.ConnectError(f"{host} could not be looked up: {error}") from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))
