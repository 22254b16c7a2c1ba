"""The overlays applied to a real API server: rules in CEL, immutable fields, and the namespace's pod security too."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import pytest

from tests.k8s.apiserver import Cluster, Refused, programs, running_cluster
from tests.k8s.crds import definitions
from tests.k8s.rendering import Resource, containers, named, pods
from tests.servers import note

NAMESPACE = "callscribe"


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[Cluster]:
    """A running API server that knows the operators' resources."""
    found = programs()
    if found is None:
        pytest.skip("Kubernetes' API server is not here: make kube-apiserver, where Go is")
    known = definitions()
    if not known:
        pytest.skip("the operators' schemas are not here: make kubernetes-tools, where Go and Maven are")
    note(pytestconfig, "Kubernetes", f"a real API server ({found[0]})")
    with running_cluster(tmp_path_factory.mktemp("kubernetes")) as running:
        for definition in known:
            running.apply(definition)
        running.wait_for(known)
        yield running


@pytest.fixture(scope="session")
def applied(cluster: Cluster, resources: list[Resource]) -> list[Resource]:
    """An overlay, as the server has taken it."""
    return [cluster.apply(resource) for resource in sorted(resources, key=lambda each: each["kind"] != "Namespace")]


def as_pod(name: str, template: Resource) -> Resource:
    """A pod of a template, with a folder in the place of each volume that a StatefulSet makes."""
    spec = copy.deepcopy(template["spec"])
    mounted = {mount["name"] for container in containers(template) for mount in container["volumeMounts"]}
    there = {volume["name"] for volume in spec.get("volumes", [])}
    spec["volumes"] = [*spec.get("volumes", []), *({"name": name, "emptyDir": {}} for name in mounted - there)]
    metadata = {"name": name.replace("/", "-"), "namespace": NAMESPACE, "labels": template["metadata"]["labels"]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


def test_all_of_it_is_taken_without_a_warning(
    cluster: Cluster, applied: list[Resource], resources: list[Resource]
) -> None:
    assert len(applied) == len(resources)
    assert all(resource["metadata"]["uid"] for resource in applied)
    assert cluster.warnings == []


def test_applied_again_it_changes_nothing(cluster: Cluster, applied: list[Resource], resources: list[Resource]) -> None:
    before = {resource["metadata"]["uid"]: resource["metadata"].get("generation") for resource in applied}
    again = {each["metadata"]["uid"]: each["metadata"].get("generation") for each in map(cluster.apply, resources)}
    assert again == before


def test_every_pod_is_within_the_restricted_standard(
    cluster: Cluster, applied: list[Resource], resources: list[Resource]
) -> None:
    assert applied
    autoscaler = autoscaler_container(resources)
    for name, template in pods(resources).items():
        pod = as_pod(name, template)
        if name.endswith("/head"):
            pod["spec"]["containers"].append(autoscaler)
        cluster.apply(pod, dry_run=True)


def autoscaler_container(resources: list[Resource]) -> Resource:
    """What KubeRay puts beside a head, as far as it is ours to say."""
    options = named(resources, "RayService", "callscribe")["spec"]["rayClusterConfig"]["autoscalerOptions"]
    return {
        "name": "autoscaler",
        "image": "callscribe",
        "resources": options["resources"],
        "securityContext": options["securityContext"],
        "volumeMounts": options["volumeMounts"],
    }


def test_a_pod_that_may_do_more_is_refused(
    cluster: Cluster, applied: list[Resource], resources: list[Resource]
) -> None:
    assert applied
    pod = as_pod("greedy", pods(resources)["callscribe/cpu"])
    for container in containers(pod):
        container["securityContext"] = {"allowPrivilegeEscalation": True}
    with pytest.raises(Refused, match="violates PodSecurity"):
        cluster.apply(pod, dry_run=True)


def test_a_field_that_nobody_knows_is_refused(
    cluster: Cluster, applied: list[Resource], resources: list[Resource]
) -> None:
    assert applied
    service = copy.deepcopy(named(resources, "RayService", "callscribe"))
    service["spec"]["rayClusterDeletionDelay"] = 60
    with pytest.raises(Refused, match="rayClusterDeletionDelay"):
        cluster.apply(service, dry_run=True)


def test_a_rule_of_an_operator_is_kept(cluster: Cluster, applied: list[Resource], resources: list[Resource]) -> None:
    assert applied
    service = copy.deepcopy(named(resources, "RayService", "callscribe"))
    service["spec"]["managedBy"] = "somebody"
    with pytest.raises(Refused, match="managedBy field value must be"):
        cluster.apply(service, dry_run=True)
