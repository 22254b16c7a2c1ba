"""Nodes of a Ray cluster, all on this machine: each is a raylet with its workers, in a process group of Ray's own."""

from __future__ import annotations

import logging
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import psutil
import ray
from ray.cluster_utils import Cluster
from ray.serve._private.api import serve_start
from ray.serve.context import _get_global_client
from ray.serve.schema import ServeDeploySchema

from callscribe.ports import free_port

OBJECT_STORE_BYTES = 128 * 1024 * 1024


@dataclass(frozen=True)
class Node:
    """What a node has to give. Its door is where its HAProxy listens: on one machine each needs a port of its own."""

    cpus: int
    resources: Mapping[str, float]
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Replica:
    """One replica that Serve knows of."""

    name: str
    deployment: str
    node: str
    state: str
    pid: int | None


class Nodes:
    """The cluster, for who stands on its head node. Ray binds raylets to the thread that starts them: use one."""

    def __init__(self) -> None:
        self._cluster = Cluster()

    def add(self, node: Node, door: int) -> str:
        """Start a raylet, once again if need be: it is given half a minute, which a busy machine may not keep to."""
        os.environ |= {
            "RAY_SERVE_WORKER_PROXY_HTTP_PORT": str(door),
            "RAY_SERVE_HAPROXY_METRICS_PORT": str(free_port()),
            "RAY_SERVE_HAPROXY_STATS_PORT": str(free_port()),
        }
        try:
            return self._start(node)
        except Exception:
            logging.getLogger(__name__).exception("the raylet did not start: once again")
            return self._start(node)

    def _start(self, node: Node) -> str:
        is_head = self._cluster.head_node is None
        started = self._cluster.add_node(
            num_cpus=node.cpus,
            resources=dict(node.resources),
            labels=dict(node.labels),
            object_store_memory=OBJECT_STORE_BYTES,
            include_dashboard=False,
        )
        if is_head:
            ray.init(address=self._cluster.address, log_to_driver=False, logging_level=logging.WARNING)
        node_id: str = started.node_id
        return node_id

    def kill(self, node_ids: Collection[str]) -> None:
        """``kill -9`` these nodes' raylets and all that they have started, as if the machines had gone."""
        nodes = [node for node in self._cluster.worker_nodes if node.node_id in node_ids]
        for process in [process for node in nodes for process in _family(node)]:
            process.kill()
        for node in nodes:
            self._cluster.remove_node(node, allow_graceful=False)

    def deploy(self, file: Mapping[str, Any]) -> None:
        """Apply a Serve file, as ``serve deploy`` does."""
        config = ServeDeploySchema.model_validate(file)
        client = serve_start(
            http_options=config.http_options.model_dump(),
            proxy_location=config.proxy_location,
            global_logging_config=config.logging_config,
        )
        client.deploy_apps(config)

    def status(self) -> str:
        """How the application stands, with Serve's words where it is not well."""
        (application,) = self._details()["applications"].values()
        return f"{application['status'].value} {application['message']}".strip()

    def replicas(self) -> list[Replica]:
        """All that there are, those that wait for a node and those that stop among them."""
        (application,) = self._details()["applications"].values()
        return [
            Replica(one["replica_id"], name, one.get("node_id") or "", one["state"].value, one.get("pid"))
            for name, deployment in application["deployments"].items()
            for one in deployment["replicas"]
        ]

    def proxies(self) -> dict[str, str]:
        """Each node's door as Serve sees it, by the node's id."""
        return {node: proxy["status"].value for node, proxy in self._details()["proxies"].items()}

    def stop(self) -> None:
        """Stop all nodes."""
        ray.shutdown()
        self._cluster.shutdown()  # type: ignore[no-untyped-call]

    def _details(self) -> dict[str, Any]:
        client = _get_global_client()
        assert client is not None
        details: dict[str, Any] = client.get_serve_details()
        return details


def _family(node: Any) -> list[psutil.Process]:
    (started,) = node.all_processes["raylet"]
    raylet = psutil.Process(started.process.pid)
    return [raylet, *raylet.children(recursive=True)]
