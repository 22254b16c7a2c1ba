"""The graph on several nodes, as a client and as an operator sees it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from callscribe.ports import free_port
from tests.scale.nodes import Node, Nodes, Replica
from tests.scale.operating import Operator
from tests.scale.serve_file import GPU
from tests.stack.running import Answer, Served

HEAD: Final = Node(cpus=3, resources={}, labels={})
"""Too small for two dispatchers, so that one is always elsewhere."""
PROCESSORS: Final = Node(cpus=8, resources={}, labels={})
GPU_NODE: Final = Node(cpus=4, resources={GPU: 1}, labels={"callscribe/for": "models"})
ONE_DIARIZER: Final = replace(GPU_NODE, cpus=2)
"""A GPU with processors for one model only."""

MODELS: Final = ["Diarizer", "Transcriber"]
PATIENCE_SECONDS: Final = 540


@dataclass(frozen=True)
class Joined:
    """A node of the cluster: its id, and the port of its own HAProxy."""

    id: str
    door: int


@dataclass(frozen=True)
class Graph(Served):
    """An application ``callscribe`` on a cluster whose head has the door at ``url``."""

    operator: Operator

    def join(self, node: Node) -> Joined:
        """Start a node."""
        door = free_port()
        return Joined(self.operator.ask(Nodes.add, node, door), door)

    def kill(self, *nodes: Joined) -> None:
        """``kill -9`` nodes at once."""
        self.operator.ask(Nodes.kill, [node.id for node in nodes])

    def replicas(self) -> list[Replica]:
        """All replicas, whatever their state."""
        return self.operator.ask(Nodes.replicas)

    def running(self, *deployments: str) -> list[Replica]:
        """The replicas that can be called, of these deployments or of all."""
        return [
            one
            for one in self.replicas()
            if one.state == "RUNNING" and one.deployment in (deployments or {one.deployment})
        ]

    def all_are_new(self, old: list[Replica]) -> bool:
        """Whether others run in the old ones' places. Serve says so itself only when all of those have drained."""
        new, names = self.running(), {one.name for one in old}
        wanted, there = (Counter(one.deployment for one in replicas) for replicas in (old, new))
        return wanted <= there and not any(one.name in names for one in new)

    def deployments_on(self, *nodes: Joined) -> list[str]:
        """Whose replicas run on these nodes, one name for each replica."""
        return sorted(one.deployment for one in self.running() if one.node in {node.id for node in nodes})

    def until(self, seen: Callable[[], object]) -> None:
        """Wait for what Serve does by itself."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not seen():
            assert time.monotonic() < deadline, (self.operator.ask(Nodes.status), self.replicas())
            time.sleep(0.2)

    def until_it_runs(self) -> None:
        """Wait for all that the Serve file asks for."""
        self.until(lambda: self.operator.ask(Nodes.status).startswith("RUNNING"))

    def completed(self, task_id: str) -> Answer:
        """A task's result, once it is there."""
        task = self.wait_until_ended(task_id)
        assert task["status"] == "completed", task
        return self.result(task_id)
