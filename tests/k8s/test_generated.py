"""What stands in k8s/ and elsewhere in the repository is the same in both places."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from callscribe.settings import PREFIX
from cluster.manifests import BY_COMPONENT, SERVE_FILES, generated
from tests.k8s.rendering import K8S, ROOT, SECRET, Resource, of_kind, rendered, served

FILES = list(generated(ROOT))


@pytest.mark.parametrize(("path", "text"), FILES, ids=[str(path.relative_to(K8S)) for path, _ in FILES])
def test_the_generated_files_are_what_make_manifests_writes(path: Path, text: str) -> None:
    assert path.read_text(encoding="utf-8") == text, "run `make manifests`"


def source(overlay: str) -> Resource:
    """The Serve file that an overlay's graph comes from."""
    config: Resource = yaml.safe_load((ROOT / SERVE_FILES[overlay]).read_text(encoding="utf-8"))
    return config


def test_the_clusters_serve_what_the_serve_files_say(
    resources: list[Resource], overlay: str, components: set[str]
) -> None:
    whole = source(overlay)
    graph = served(resources, "callscribe")
    assert {each["name"] for each in graph["applications"]} == {"callscribe", "ui"} | {
        application for application, component in BY_COMPONENT.items() if component in components
    }
    assert all(application in whole["applications"] for application in graph["applications"])
    assert graph | {"applications": []} == whole | {"applications": []}
    if overlay == "gpu":
        (llm,) = served(resources, "llm")["applications"]
        assert llm in whole["applications"]


def test_without_a_gpu_no_deployment_asks_for_one(resources: list[Resource], overlay: str) -> None:
    (graph, *_) = served(resources, "callscribe")["applications"]
    asking = [each["name"] for each in graph["deployments"] if each["ray_actor_options"].get("num_gpus")]
    assert (graph["args"]["profile"], asking) == (
        (overlay, []) if overlay == "cpu" else (overlay, ["Diarizer", "Transcriber"])
    )


def test_every_rule_of_prometheus_is_applied(resources: list[Resource]) -> None:
    rules = [
        rule
        for each in of_kind(resources, "PrometheusRule")
        for group in each["spec"]["groups"]
        for rule in group["rules"]
    ]
    ours = [
        rule
        for path in (ROOT / "cluster" / "prometheus").glob("*.rules.yml")
        for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]
        for rule in group["rules"]
    ]
    assert len(ours) > 10
    assert all(rule in rules for rule in ours)
    assert len(rules) == len(ours)


def test_no_secret_stands_in_the_repository(resources: list[Resource]) -> None:
    assert of_kind(resources, "Secret") == []
    files = list(K8S.rglob("*.env"))
    names = [line.partition("=")[0] for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    assert any(name.startswith(PREFIX) for name in names)
    assert [name for name in names if SECRET.search(name)] == []


@pytest.mark.usefixtures("kustomize")
def test_grafana_is_given_every_dashboard() -> None:
    folder = ROOT / "cluster" / "grafana"
    dashboards = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("dashboards/*.json")}
    if not dashboards:
        pytest.skip("there are no dashboards")
    (given,) = rendered(folder)
    assert given["data"] == dashboards
    assert given["metadata"]["labels"] == {"grafana_dashboard": "1"}
