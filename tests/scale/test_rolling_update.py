"""New code takes the old one's place while requests go on: each is answered."""

from __future__ import annotations

import zipfile
from pathlib import Path

import httpx
import pytest

import callscribe
from tests.scale.conftest import Landscape
from tests.scale.graph import Graph
from tests.scale.nodes import Nodes
from tests.scale.serve_file import graphs_file
from tests.scale.traffic import traffic
from tests.sounds import silence, speech, write

pytestmark = [pytest.mark.models, pytest.mark.ray]

ROOMS = ("callscribe", "deployments", "ingest", "serve_app")
NEXT = f"{callscribe.__version__}+next"


def test_new_code_comes_without_a_failed_request(landscape: Landscape, tmp_path: Path) -> None:
    graph = landscape.graph
    quiet = write(tmp_path / "quiet.flac", silence(3))
    heard = graph.upload(write(tmp_path / "call.flac", speech(5)), language="ru").json()["task_id"]
    graph.completed(heard)
    old = graph.running()
    assert version(graph) == callscribe.__version__

    with traffic(graph, quiet, heard) as answers:
        file = graphs_file(landscape.head.door, {"working_dir": release(tmp_path / "next.zip").as_uri()})
        graph.operator.ask(Nodes.deploy, file)
        graph.until(lambda: graph.all_are_new(old))

    assert version(graph) == NEXT
    assert {kind for kind, _ in answers.counts} == {"health", "tasks", "result", "upload", "slow upload"}
    assert [told for told in answers.counts if told[1] not in {200, 202}] == [], answers.counts
    for task_id in answers.tasks:
        graph.completed(task_id)


def version(graph: Graph) -> str:
    """Whose code answers."""
    told: str = httpx.get(f"{graph.url}/openapi.json", timeout=30).raise_for_status().json()["info"]["version"]
    return told


def release(target: Path) -> Path:
    """The code as it is here, with the next version's number; Ray wants one folder in the archive."""
    root = Path(callscribe.__file__).parents[1]
    numbered = root / "callscribe" / "__init__.py"
    files = [file for room in ROOMS for file in (root / room).rglob("*") if "__pycache__" not in file.parts]
    with zipfile.ZipFile(target, "w") as archive:
        for file in files:
            if file != numbered and file.is_file():
                archive.write(file, Path("release", file.relative_to(root)))
        archive.writestr("release/callscribe/__init__.py", f'__version__ = "{NEXT}"\n')
    return target
