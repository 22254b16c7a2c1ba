from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from callscribe.ports import free_port
from callscribe.settings import Settings
from cluster.haproxy import mended
from cluster.stack import SCRATCH_PLACE, SCRATCH_PREFIX, _serve_environment
from tests.postgres import PostgresServer
from tests.scale.graph import GPU_NODE, HEAD, MODELS, PROCESSORS, Graph, Joined
from tests.scale.nodes import Nodes
from tests.scale.operating import operating
from tests.scale.serve_file import graphs_file
from tests.stack.running import STARTING, new_folder


@dataclass
class Landscape:
    """The graph, its nodes, and what ran on that for models while there were two nodes only."""

    graph: Graph
    head: Joined
    gpus: Joined
    processors: Joined
    first_on_gpus: list[str]


@pytest.fixture(scope="package")
async def clusters_database(postgres_server: PostgresServer) -> AsyncIterator[str]:
    name = await postgres_server.create("template0")
    yield postgres_server.url(name)
    await postgres_server.drop(name)


@pytest.fixture(scope="package")
def landscape(clusters_database: str) -> Iterator[Landscape]:
    """One cluster for all these tests: a head and a node for models, then a node for everything else."""
    with new_folder() as folder, scratch_folder() as scratch, ExitStack() as starting:
        starting.enter_context(STARTING)
        told = environment(folder, clusters_database, scratch)
        with operating(told, folder / "operator.log") as operator:
            door = free_port()
            head = Joined(operator.ask(Nodes.add, HEAD, door), door)
            graph = Graph(f"http://127.0.0.1:{door}", folder, operator)
            gpus = graph.join(GPU_NODE)
            operator.ask(Nodes.deploy, graphs_file(door))
            graph.until(lambda: {*MODELS} <= {one.deployment for one in graph.running()})
            first_on_gpus = graph.deployments_on(gpus)
            processors = graph.join(PROCESSORS)
            graph.until_it_runs()
            starting.close()
            yield Landscape(graph, head, gpus, processors, first_on_gpus)


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Whose path is short, for what HAProxy and Ray make of it for their sockets."""
    with TemporaryDirectory(prefix=SCRATCH_PREFIX, dir=SCRATCH_PLACE, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def environment(folder: Path, database_url: str, scratch: Path) -> dict[str, str]:
    """What every node's processes are told. The engines are the embedded profile's, Russian by Vosk alone.

    Ray has a folder of its own: in the common one it tells every program of this machine to join this cluster.
    """
    return {
        "RAY_TMPDIR": str(scratch),
        **_serve_environment(scratch),
        **mended(scratch),
        "RAY_SERVE_DIRECT_INGRESS_MIN_DRAINING_PERIOD_S": "5",
        "CALLSCRIBE_DATABASE_URL": database_url,
        "CALLSCRIBE_DATA_DIR": str(folder),
        "CALLSCRIBE_MODELS_DIR": str(Settings().models_path.absolute()),
        "CALLSCRIBE_ASR": "fast",
        "CALLSCRIBE_LEASE_SECONDS": "5",
    }
