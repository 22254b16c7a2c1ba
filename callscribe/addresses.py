"""Which addresses may be connected to."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

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
    """Admits the networks that the operator names and, unless told otherwise, the public Internet's addresses."""

    def __init__(self, networks: Iterable[str] = (), *, public: bool = True) -> None:
        self._networks = tuple(ip_network(network) for network in networks)
        self._public = public

    def admits(self, text: str) -> bool:
        """Whether a numeric address may be connected to. Raises ``ValueError`` where it is none."""
        address = ip_address(text.partition("%")[0])
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        if any(address in network for network in self._networks):
            return True
        return self._public and _is_public(address)


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address):
        return address in PUBLIC_IPV6 and not any(address in network for network in SPECIAL_IPV6)
    return address.is_global and not address.is_multicast
