"""Who on the network could speak to a stack that listens on this machine alone."""

from __future__ import annotations

import ipaddress

import grpc  # type: ignore[import-untyped]
import psutil
import pytest

from tests.stack.running import Stack, command_line, family

pytestmark = [pytest.mark.models, pytest.mark.ray]

REQUEST = "/ray.serve.ASGIService/HandleRequest"
"""What one replica asks another."""


def open_ports(process: psutil.Process) -> list[int]:
    """The ports on which it listens beyond the loopback addresses; a process that has ended listens on none."""
    try:
        connections = process.net_connections("tcp")
    except psutil.NoSuchProcess:
        return []
    listening = [one.laddr for one in connections if one.status == psutil.CONN_LISTEN]
    return [port for host, port in listening if not ipaddress.ip_address(host.removeprefix("::ffff:")).is_loopback]


def test_only_replicas_listen_to_it_and_hear_nobody_without_the_token(stack: Stack) -> None:
    listening = {process: ports for process in family(stack.process.pid) if (ports := open_ports(process))}
    assert [one for process in listening if "ServeReplica" not in (one := command_line(process))] == []
    assert open_ports(psutil.Process(stack.process.pid)) == []
    for port in (port for ports in listening.values() for port in ports):
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel, pytest.raises(grpc.RpcError) as refused:
            channel.unary_unary(REQUEST)(b"", timeout=30)
        assert refused.value.code() is grpc.StatusCode.UNAUTHENTICATED
