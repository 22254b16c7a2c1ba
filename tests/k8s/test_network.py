"""Who may speak to whom, worked out from the policies as Kubernetes does it."""

from __future__ import annotations

import re

import pytest

from tests.k8s.rendering import Resource, named, of_kind, pods, selects, walked

Labels = dict[str, str]

OPERATORS_PODS: dict[str, Labels] = {
    "postgres": {"cnpg.io/cluster": "postgres"},
    "kafka": {"strimzi.io/cluster": "callscribe", "strimzi.io/kind": "Kafka"},
}
"""The pods that operators make of our resources, by the labels that they give them."""

SENDER: Labels = {"app.kubernetes.io/component": "kafka-client"}
"""A pod of whoever sends recordings, by the label that docs/kubernetes.md tells it to bear."""

OPERATORS_PORTS = {"postgres": {"metrics": 9187}}
"""Their ports that are scraped, by the names that they give them."""


@pytest.fixture
def labels(resources: list[Resource], components: set[str]) -> dict[str, Labels]:
    """The labels of all pods in the namespace."""
    ours = {name: dict(pod["metadata"]["labels"]) for name, pod in pods(resources).items()}
    theirs = {name: found for name, found in OPERATORS_PODS.items() if name != "kafka" or "kafka" in components}
    return ours | theirs | ({"sender": SENDER} if "kafka" in components else {})


def ingress_rules(policies: list[Resource], pod: Labels) -> list[Resource]:
    return [
        rule
        for policy in policies
        if selects(policy["spec"]["podSelector"], pod)
        for rule in policy["spec"].get("ingress", [])
    ]


def egress_rules(policies: list[Resource], pod: Labels) -> list[Resource]:
    return [
        rule
        for policy in policies
        if selects(policy["spec"]["podSelector"], pod)
        for rule in policy["spec"].get("egress", [])
    ]


def opens(rule: Resource, port: int) -> bool:
    return "ports" not in rule or any(each["port"] == port for each in rule["ports"])


def names(peers: list[Resource] | None, pod: Labels) -> bool:
    """Whether these peers have a pod of our own namespace among them."""
    if peers is None:
        return True
    return any(
        "podSelector" in peer and "namespaceSelector" not in peer and selects(peer["podSelector"], pod)
        for peer in peers
    )


def may_speak(policies: list[Resource], caller: Labels, called: Labels, port: int) -> bool:
    out = any(opens(rule, port) and names(rule.get("to"), called) for rule in egress_rules(policies, caller))
    into = any(opens(rule, port) and names(rule.get("from"), caller) for rule in ingress_rules(policies, called))
    # Strimzi makes the policies of its own pods' doors: networkPolicyPeers.
    return out and (into or "strimzi.io/cluster" in called)


def test_whoever_must_can_and_nobody_else(
    resources: list[Resource], labels: dict[str, Labels], components: set[str]
) -> None:
    policies = of_kind(resources, "NetworkPolicy")
    ours = {name for name in labels if name.startswith("callscribe/")}
    model = {name for name in labels if name.startswith("llm/")}
    heads = {name for name in labels if name.endswith("/head")}
    wanted = {
        5432: {(caller, "postgres") for caller in ours | {"postgres"}},
        9093: {(caller, "kafka") for caller in ours | {"sender"}} if "kafka" in components else set(),
    }
    wanted[6379] = {(head, "redis") for head in heads}
    among = {(one, other) for group in (ours, model, labels.keys() & {"kafka"}) for one in group for other in group}
    for port, pairs in wanted.items():
        may = {
            (caller, called)
            for caller in labels
            for called in labels
            if may_speak(policies, labels[caller], labels[called], port)
        }
        assert may - among == pairs, port
    for one, other in among:
        assert may_speak(policies, labels[one], labels[other], 12345), f"Ray: {one} to {other}"


def test_the_graph_asks_the_language_model_and_is_not_asked_by_it(
    labels: dict[str, Labels], resources: list[Resource], overlay: str
) -> None:
    if overlay == "cpu":
        return  # there is no language model
    policies = of_kind(resources, "NetworkPolicy")
    assert may_speak(policies, labels["callscribe/cpu"], labels["llm/gpu"], 8000)
    assert not may_speak(policies, labels["callscribe/cpu"], labels["llm/gpu"], 8265)
    assert not may_speak(policies, labels["llm/gpu"], labels["callscribe/cpu"], 8000)


def test_kafka_s_own_door_is_open_to_whoever_may_go_there(
    resources: list[Resource], labels: dict[str, Labels], components: set[str]
) -> None:
    """Strimzi makes the policy of the brokers' port of these peers."""
    if "kafka" not in components:
        return  # there is no Kafka
    (listener,) = named(resources, "Kafka", "callscribe")["spec"]["kafka"]["listeners"]
    let_in = {name for name, pod in labels.items() if names(listener["networkPolicyPeers"], pod)}
    assert let_in == {name for name in labels if name.startswith("callscribe/")} | {"sender"}
    assert listener["port"] == 9093


@pytest.mark.parametrize(
    ("namespace", "called", "port"),
    [
        ("kuberay-system", "callscribe/head", 8265),
        ("ingress", "callscribe/cpu", 8000),
        ("monitoring", "callscribe/cpu", 8000),
        ("monitoring", "callscribe/head", 8080),
        ("monitoring", "callscribe/cpu", 8080),
        ("cnpg-system", "postgres", 8000),
        ("monitoring", "postgres", 9187),
    ],
)
def test_other_namespaces_come_in_by_these_doors(
    resources: list[Resource], labels: dict[str, Labels], namespace: str, called: str, port: int
) -> None:
    rules = ingress_rules(of_kind(resources, "NetworkPolicy"), labels[called])
    assert port in {each["port"] for rule in rules if admits(rule, namespace) for each in rule["ports"]}


def admits(rule: Resource, namespace: str) -> bool:
    label = {"kubernetes.io/metadata.name": namespace}
    return any(
        selects(peer["namespaceSelector"], label) for peer in rule.get("from", []) if "namespaceSelector" in peer
    )


def test_no_other_namespace_comes_in_elsewhere(resources: list[Resource], labels: dict[str, Labels]) -> None:
    policies = of_kind(resources, "NetworkPolicy")
    doors = {
        (pod, each["port"])
        for pod in labels
        for rule in ingress_rules(policies, labels[pod])
        if any("namespaceSelector" in peer for peer in rule.get("from", []))
        for each in rule["ports"]
    }
    assert {port for pod, port in doors if pod.endswith("/head")} == {8265, 8000, 8080, 44217, 44227}
    assert not any(pod == "redis" for pod, _ in doors)
    assert all("from" in rule for pod in labels for rule in ingress_rules(policies, labels[pod]))


def test_what_is_not_said_is_forbidden(resources: list[Resource]) -> None:
    nothing = named(resources, "NetworkPolicy", "nothing-by-default")["spec"]
    assert nothing == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


def test_nothing_leads_to_the_networks_behind(resources: list[Resource]) -> None:
    blocks = [
        part
        for policy in of_kind(resources, "NetworkPolicy")
        for part in walked(policy)
        if part.get("cidr") == "0.0.0.0/0"
    ]
    assert blocks
    for block in blocks:
        assert {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16"} <= set(block["except"])


def test_every_policy_is_for_pods_that_there_are(resources: list[Resource], labels: dict[str, Labels]) -> None:
    for policy in of_kind(resources, "NetworkPolicy"):
        for part in walked(policy["spec"]):
            selector = part.get("podSelector")
            if selector is not None:
                assert any(selects(selector, pod) for pod in labels.values()), policy["metadata"]["name"]


def test_monitors_find_what_they_look_for(resources: list[Resource], labels: dict[str, Labels]) -> None:
    policies = of_kind(resources, "NetworkPolicy")
    ports = OPERATORS_PORTS | {
        name: {port["name"]: port["containerPort"] for port in pod["spec"]["containers"][0]["ports"]}
        for name, pod in pods(resources).items()
    }
    for monitor in of_kind(resources, "PodMonitor"):
        chosen = [name for name, pod in labels.items() if selects(monitor["spec"]["selector"], pod)]
        assert chosen, monitor["metadata"]["name"]
        for name in chosen:
            doors = [rule for rule in ingress_rules(policies, labels[name]) if admits(rule, "monitoring")]
            for end in monitor["spec"]["podMetricsEndpoints"]:
                assert any(opens(rule, ports[name][end["port"]]) for rule in doors), (name, end)


def test_the_api_is_one_target_by_the_name_that_the_rules_know(resources: list[Resource]) -> None:
    (scrape,) = of_kind(resources, "ScrapeConfig")
    (service,) = scrape["spec"]["staticConfigs"]
    assert service["targets"] == [f"callscribe-serve-svc.{scrape['metadata']['namespace']}.svc:8000"]
    text = str(of_kind(resources, "PrometheusRule"))
    assert f'job="{scrape["spec"]["jobName"]}"' in text


def test_ray_s_nodes_are_targets_by_the_names_that_the_rules_know(resources: list[Resource]) -> None:
    """Prometheus Operator calls a job by its monitor's namespace and name."""
    monitors = [each["metadata"] for each in of_kind(resources, "PodMonitor")]
    text = str(of_kind(resources, "PrometheusRule"))
    asked = set(re.findall(r'job="(callscribe/[\w-]+)"', text))
    assert asked == {"callscribe/ray-heads", "callscribe/ray-workers"}
    assert asked <= {f"{monitor['namespace']}/{monitor['name']}" for monitor in monitors}
