"""The hosts' names by which a server without keys may be asked.

Whoever owns a name can let it lead here for a moment (DNS rebinding): to the browser of somebody who may reach the
server that stranger's page is then the server's own. But the browser tells the name that it has asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit


class OwnNames:
    """Those that the settings tell, and whatever no stranger can own: addresses, and names without a dot."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(map(_as_browsers_tell_it, names))

    def include(self, host: str) -> bool:
        """Whether a `Host` header, with or without a port, tells one of them."""
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        return "." not in name.rstrip(".") or _is_address(name) or name in self._names


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _as_browsers_tell_it(name: str) -> str:
    try:
        return name.encode("idna").decode().lower()
    except UnicodeError:
        return name.lower()
