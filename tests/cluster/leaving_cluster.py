"""A cluster of two workers, one of which leaves while its replica answers. Writes down what came of it, as JSON."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path

import ray
from ray import serve
from ray.cluster_utils import Cluster

from serve_app.binding import bound

STORE_BYTES = 80 * 1024 * 1024
SLOW_SECONDS = 5.0
PATIENCE_SECONDS = 120


@serve.deployment(num_replicas=1, ray_actor_options={"num_cpus": 1}, graceful_shutdown_timeout_s=60)
class Where:
    """Says on which node it runs, after a while."""

    async def __call__(self, seconds: float) -> str:
        await asyncio.sleep(seconds)
        node: str = ray.get_runtime_context().get_node_id()
        return node


def main() -> None:
    """Let the first worker leave."""
    cluster = Cluster(
        initialize_head=True,
        head_node_args={"num_cpus": 0, "include_dashboard": False, "object_store_memory": STORE_BYTES},
    )
    first = cluster.add_node(num_cpus=1, object_store_memory=STORE_BYTES)
    ray.init(address=cluster.address, log_to_driver=False)
    try:
        serve.start(proxy_location="Disabled")
        where = serve.run(bound(Where), route_prefix=None)
        before = where.remote(0).result()
        second = cluster.add_node(num_cpus=1, object_store_memory=STORE_BYTES)
        slow = where.remote(SLOW_SECONDS)
        time.sleep(1)
        began = time.monotonic()
        leaving = subprocess.Popen(
            [sys.executable, "-m", "cluster.leaving", "--address", cluster.address, "--node", first.node_id]
        )
        while (answered := where.remote(0).result()) == first.node_id and time.monotonic() - began < PATIENCE_SECONDS:
            time.sleep(0.5)
        told = {
            "began there": before == first.node_id,
            "went over": answered == second.node_id,
            "what was begun ended where it began": slow.result() == first.node_id,
            "waits for replicas": leaving.poll() is None,
        }
        Path(sys.argv[1]).write_text(json.dumps(told), encoding="utf-8")
        leaving.terminate()
        leaving.wait()
    finally:
        ray.shutdown()
        cluster.shutdown()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
