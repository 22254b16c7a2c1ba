"""Replicas stand where serve_config.yaml puts them: models by their fractions of a GPU, all else beside those nodes."""

from __future__ import annotations

import httpx
import pytest

from tests.scale.conftest import Landscape
from tests.scale.graph import MODELS
from tests.scale.nodes import Nodes

pytestmark = [pytest.mark.models, pytest.mark.ray]


def test_two_nodes_have_what_fits_and_a_third_takes_the_rest(landscape: Landscape) -> None:
    graph = landscape.graph
    assert landscape.first_on_gpus == graph.deployments_on(landscape.gpus) == MODELS
    everything_else = ["Dispatcher", "Dispatcher", "Ingress", "Ingress", "Summarizer"]
    assert graph.deployments_on(landscape.head, landscape.processors) == everything_else


def test_every_node_has_a_door(landscape: Landscape) -> None:
    """HAProxy has a port of its own on each node here, where there is one address for all of them."""
    graph = landscape.graph
    doors = (landscape.head, landscape.gpus, landscape.processors)
    graph.until(lambda: graph.operator.ask(Nodes.proxies) == dict.fromkeys([each.id for each in doors], "HEALTHY"))
    for each in doors:
        assert httpx.get(f"http://127.0.0.1:{each.door}/healthz", timeout=30).status_code == httpx.codes.OK
