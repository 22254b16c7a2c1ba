"""``python -m cluster.leaving``: have this node of Ray emptied before it is stopped, as a pod's ``preStop`` does.

Whoever empties a machine asks its pods to stop, and Ray's processes obey at once, with all that they were doing. A node
that Ray knows to be leaving gets nothing new, and Serve starts its replicas elsewhere, lets each end what it has begun,
and then stops it.
"""

from __future__ import annotations

import socket
import sys
import time
from typing import Annotated, Final

import psutil
import typer
from ray import NodeID
from ray._raylet import GcsClient  # type: ignore[attr-defined]  # compiled
from ray.core.generated.autoscaler_pb2 import DrainNodeReason  # type: ignore[attr-defined]
from ray.core.generated.gcs_pb2 import GcsNodeInfo  # type: ignore[attr-defined]
from ray.util import get_node_ip_address

REPLICA: Final = "ray::ServeReplica:"
"""How the title of a replica's process begins."""

GLANCE_SECONDS: Final = 1.0
ANSWER_SECONDS: Final = 10


def main(
    address: Annotated[str, typer.Option(help="Ray's head, host:port.", envvar="RAY_ADDRESS")],
    within: Annotated[int, typer.Option(help="Seconds after which the node is stopped whatever it does.")] = 600,
    node: Annotated[str | None, typer.Option(help="The node's id; else the one on this address.")] = None,
) -> None:
    """Tell Ray that this node leaves, and wait until no replica runs on it."""
    deadline = time.time() + within
    try:
        gcs = _asked(address)
        leave(gcs, node or _node_here(gcs), deadline)
    except (OSError, RuntimeError, LookupError) as error:  # the head may be leaving too
        sys.exit(f"Ray cannot be told: {error}")
    while replicas_here() and time.time() < deadline:
        time.sleep(GLANCE_SECONDS)


def leave(gcs: GcsClient, node: str, deadline: float) -> None:
    """Have a node get nothing new, and what Serve runs on it move away, until a Unix time. Raises ``RuntimeError``."""
    accepted, refusal = gcs.drain_node(
        node, DrainNodeReason.Value("DRAIN_NODE_REASON_PREEMPTION"), "the pod is being stopped", int(deadline * 1000)
    )
    if not accepted:
        raise RuntimeError(refusal)


def replicas_here() -> list[int]:
    """Which processes of this machine, or of this pod, are replicas of Serve's."""
    return [process.pid for process in psutil.process_iter(["cmdline"]) if _title(process).startswith(REPLICA)]


def _title(process: psutil.Process) -> str:
    """What a process calls itself; of one that may not be looked at, or has ended, nothing."""
    command: list[str] | None = process.info["cmdline"]
    return command[0] if command else ""


def _asked(address: str) -> GcsClient:
    """Ray's head, if it is there: its own client would look for it for most of a minute. Raises ``OSError``."""
    host, _, port = address.rpartition(":")
    socket.create_connection((host, int(port)), timeout=ANSWER_SECONDS).close()
    return GcsClient(address=address)


def _node_here(gcs: GcsClient) -> str:
    here = get_node_ip_address()  # type: ignore[no-untyped-call]
    nodes: dict[NodeID, GcsNodeInfo] = gcs.get_all_node_info(timeout=ANSWER_SECONDS)
    for identity, node in nodes.items():
        if node.node_manager_address == here and node.state == GcsNodeInfo.ALIVE:
            name: str = identity.hex()
            return name
    raise LookupError(f"no node of its runs on {here}")


if __name__ == "__main__":
    typer.run(main)
