"""Ports of the loopback interface."""

from __future__ import annotations

import random
import socket
from typing import Final

UNASSIGNED: Final = range(20_000, 30_000)
"""Ports that nobody gives out: below the kernel's ephemeral ones on any usual Linux, above those of Ray's workers.

One that the kernel chose could be given to an outgoing connection before its owner listens on it.
"""


def free_port() -> int:
    """Find a port of the loopback interface that nobody uses. Raises ``OSError`` where all are taken."""
    for port in random.sample(UNASSIGNED, len(UNASSIGNED)):
        if _is_free(port):
            return port
    raise OSError(f"All ports from {UNASSIGNED.start} to {UNASSIGNED.stop - 1} are taken.")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
