"""Everything in the overlays is what its schema knows: Kubernetes' own, or that of the operator who reads it."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterable
from functools import cache

import jsonschema
import kubernetes_validate
import pytest
import yaml

from tests.k8s.rendering import ROOT, Resource, named, of_kind

KUBERNETES = "1.37"

Schemas = dict[tuple[str, str], Resource]


def key(resource: Resource) -> tuple[str, str]:
    return resource["apiVersion"], resource["kind"]


def is_custom(resource: Resource) -> bool:
    group = resource["apiVersion"].partition("/")[0]
    return "." in group and not group.endswith(".k8s.io")


def faults(resources: Iterable[Resource], crds: Schemas) -> list[str]:
    found = []
    for resource in resources:
        validator = jsonschema.Draft202012Validator(crds[key(resource)])
        where = f"{resource['kind']} {resource['metadata']['name']}"
        found += [f"{where}: {error.json_path}: {error.message[:300]}" for error in validator.iter_errors(resource)]
    return found


def test_kubernetes_knows_its_own(resources: list[Resource]) -> None:
    own = [resource for resource in resources if not is_custom(resource)]
    assert own
    for resource in own:
        validate_once(json.dumps(resource))


@cache
def validate_once(resource: str) -> None:
    """Raise ``ValidationError`` if Kubernetes does not know all of a resource; most are the same in every overlay."""
    kubernetes_validate.validate(json.loads(resource), KUBERNETES, strict=True)


def test_operators_know_what_the_docs_tell_to_add(resources: list[Resource], crds: Schemas) -> None:
    text = (ROOT / "docs" / "kubernetes.md").read_text(encoding="utf-8")
    told = [yaml.safe_load(block) for block in re.findall(r"^```yaml\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)]
    user, restored = told
    assert (user["kind"], restored.keys()) == ("KafkaUser", {"spec"})
    cluster = named(resources, "Cluster", "postgres")
    assert faults([user, cluster | {"spec": cluster["spec"] | restored["spec"]}], crds) == []


def test_what_is_restored_is_what_was_backed_up_and_is_not_overwritten(resources: list[Resource]) -> None:
    """CloudNativePG names the server like the cluster where nobody does, and refuses to archive over another."""
    text = (ROOT / "docs" / "kubernetes.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```yaml\n(spec:.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    told = yaml.safe_load(block)["spec"]
    cluster = named(resources, "Cluster", "postgres")
    (archiver,), (before,), (plugin,) = cluster["spec"]["plugins"], told["externalClusters"], told["plugins"]
    source, recovery = before["plugin"]["parameters"], told["bootstrap"]["recovery"]
    assert recovery["source"] == before["name"]
    assert all(cluster["spec"]["bootstrap"]["initdb"][key] == recovery[key] for key in ("database", "owner"))
    assert source == archiver["parameters"] | {"serverName": cluster["metadata"]["name"]}
    assert plugin == archiver | {"parameters": plugin["parameters"]}
    assert plugin["parameters"] == source | {"serverName": plugin["parameters"]["serverName"]}
    assert plugin["parameters"]["serverName"] != source["serverName"]


def test_there_is_a_backup_before_the_first_night(resources: list[Resource]) -> None:
    (scheduled,) = of_kind(resources, "ScheduledBackup")
    assert scheduled["spec"]["immediate"] is True


def test_operators_know_theirs(resources: list[Resource], crds: Schemas) -> None:
    theirs = [resource for resource in resources if is_custom(resource)]
    assert {resource["kind"] for resource in theirs} >= {"RayService", "Cluster", "PodMonitor", "PrometheusRule"}
    assert faults(theirs, crds) == []


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (("spec", "rayClusterConfig", "headGroupSpec", "template", "spec", "terminationGracePeriodSecond"), 60),
        (("spec", "rayClusterConfig", "autoscalerOptions", "version"), "v3"),
        (("spec", "rayClusterConfig", "workerGroupSpecs"), [{"groupName": "cpu"}]),
        (("spec", "serveConfigV2"), {"applications": []}),
    ],
)
def test_a_slip_is_found(resources: list[Resource], crds: Schemas, where: tuple[str, ...], value: object) -> None:
    slipped = copy.deepcopy(named(resources, "RayService", "callscribe"))
    part = slipped
    for name in where[:-1]:
        part = part[name]
    part[where[-1]] = value
    assert faults([slipped], crds) != []
