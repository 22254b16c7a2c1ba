"""A port for who is about to listen on it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from callscribe import ports

EPHEMERAL = Path("/proc/sys/net/ipv4/ip_local_port_range")


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens on."""
    port = ports.free_port()
    with socket.create_server(("127.0.0.1", port)):
        yield port


def test_a_port_that_somebody_listens_on_is_passed_over(taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "UNASSIGNED", range(taken, taken + 2))
    assert ports.free_port() == taken + 1


def test_where_all_are_taken_it_says_so(taken: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "UNASSIGNED", range(taken, taken + 1))
    with pytest.raises(OSError, match="taken"):
        ports.free_port()


@pytest.mark.skipif(not EPHEMERAL.exists(), reason="only Linux tells which ports its kernel gives out")
def test_the_kernel_gives_it_to_nobody_else() -> None:
    lowest, highest = map(int, EPHEMERAL.read_text().split())
    assert ports.free_port() not in range(lowest, highest + 1)
