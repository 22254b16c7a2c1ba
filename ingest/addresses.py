"""Which addresses may be connected to: what is judged is the address that is connected to, not a name for it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

import httpcore

from callscribe.errors import MediaRefused

PUBLIC_IPV6: Final = ip_network("2000::/3")
"""All that is given out of IPv6 for the public Internet. What lies outside is local, or leads to addresses of IPv4."""

SPECIAL_IPV6: Final = tuple(
    ip_network(network)
    for network in (
        "2001::/23",  # the protocols' own; Teredo, which leads to IPv4, is among it
        "2001:db8::/32",  # for documentation
        "2002::/16",  # 6to4, which leads to IPv4
        "3fff::/20",  # for documentation
    )
)


class AddressPolicy:
    """Admits the public Internet's addresses, and those of the networks that the operator names."""

    def __init__(self, networks: Iterable[str] = ()) -> None:
        self._networks = tuple(ip_network(network) for network in networks)

    def admits(self, text: str) -> bool:
        """Whether a numeric address may be connected to."""
        address = ip_address(text.partition("%")[0])
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        if any(address in network for network in self._networks):
            return True
        if isinstance(address, IPv6Address):
            return address in PUBLIC_IPV6 and not any(address in network for network in SPECIAL_IPV6)
        return address.is_global and not address.is_multicast


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
        """Connect to the first admitted address that answers. Raises ``MediaRefused`` where none is admitted."""
        admitted = [address for address in await _addresses(host, port, timeout) if self._policy.admits(address)]
        if not admitted:
            message = f"{host} has no address that media may be fetched from."
            raise MediaRefused(message)
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
