"""What the pods are given is what the graph in them needs: room, time to end, and settings that there are."""

from __future__ import annotations

import inspect
import re
from datetime import timedelta
from importlib.metadata import version
from math import ceil
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

from callscribe.models import Origins, required_models
from callscribe.settings import PREFIX, Settings, read_settings
from callscribe.store.inbox import CONNECTIONS
from callscribe.store.store import Store
from serve_app.listening import CHUNKS_IN_FLIGHT
from tests.k8s.rendering import (
    ROOT,
    SECRET,
    Resource,
    containers,
    named,
    of_kind,
    pods,
    ray_groups,
    selects,
    served,
    walked,
)

DOCS = ROOT / "docs" / "kubernetes.md"
OVERHEAD_SECONDS = 60
"""What stopping takes beside the longest drain."""


DISKS = "RAY_DASHBOARD_ENABLE_K8S_DISK_USAGE"

FOR = "callscribe/for"
"""The label of Ray's nodes that are for models alone."""

Place = tuple[float, float, str | None]
"""What a node has left: processors, GPUs; and whom it is for."""


def deployments(resources: list[Resource], service: str) -> list[Resource]:
    return [
        deployment
        for application in served(resources, service)["applications"]
        for deployment in application.get("deployments", [])
    ]


def capacity(pod: Resource) -> tuple[float, float]:
    """Processors and GPUs of a pod, as KubeRay tells Ray."""
    limits = pod["spec"]["containers"][0]["resources"]["limits"]
    return float(limits["cpu"]), float(limits.get("nvidia.com/gpu", 0))


def workers(resources: list[Resource], service: str) -> dict[str, Resource]:
    return {name: pod for name, pod in ray_groups(named(resources, "RayService", service)).items() if name != "head"}


def test_postgresql_is_composes(resources: list[Resource]) -> None:
    """A backup of either is restored into the other."""
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    (cluster,) = [each for each in of_kind(resources, "Cluster") if each["metadata"]["name"] == "postgres"]
    of_compose = compose["services"]["postgres"]["image"].partition(":")[2]
    of_kubernetes = cluster["spec"]["imageName"].partition(":")[2]
    assert of_kubernetes.partition("-")[0] == of_compose.partition("-")[0]


def test_pods_are_given_longer_than_the_longest_drain(resources: list[Resource]) -> None:
    drain = max(each["graceful_shutdown_timeout_s"] for each in deployments(resources, "callscribe"))
    assert drain >= 300
    for pod in workers(resources, "callscribe").values():
        grace = pod["spec"]["terminationGracePeriodSeconds"]
        command = pod["spec"]["containers"][0]["lifecycle"]["preStop"]["exec"]["command"]
        assert command[:3] == ["python3", "-m", "cluster.leaving"]
        within = int(command[command.index("--within") + 1])
        assert drain + OVERHEAD_SECONDS <= within
        assert within + OVERHEAD_SECONDS <= grace


def test_a_tasks_story_is_asked_of_every_worker(resources: list[Resource]) -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    (pairs,) = re.findall(r"get pods -o name -l (\S+)\)", page)
    asked = {"matchLabels": dict(pair.split("=") for pair in pairs.split(","))}
    found = {where for where, pod in pods(resources).items() if selects(asked, pod["metadata"]["labels"])}
    assert found == {f"callscribe/{group}" for group in workers(resources, "callscribe")}
    (container,) = re.findall(r"exec \"\$pod\" -c (\S+) -- callscribe log", page)
    for pod in workers(resources, "callscribe").values():
        assert container in [each["name"] for each in pod["spec"]["containers"]]


def test_an_old_cluster_stays_for_longer_than_its_jobs_take(resources: list[Resource]) -> None:
    settings = Settings(_env_file=None)
    job = settings.decode.wall_seconds + settings.longest_protocol.total_seconds()
    assert named(resources, "RayService", "callscribe")["spec"]["rayClusterDeletionDelaySeconds"] > job


POOLED = ("Ingress", "Dispatcher", "Kafka", "KonturTalk")
"""The deployments that open a store, which listens on one connection more."""


def test_two_clusters_find_connections_enough(resources: list[Resource]) -> None:
    """An upgrade has two, each of which may be at its largest; some are left for replication, backups and people."""
    pool = inspect.signature(Store.connect).parameters["max_size"].default
    most = {each["name"]: replicas(each, "max") for each in deployments(resources, "callscribe")}
    stores = sum(most.get(name, 0) for name in POOLED)
    cluster = (pool + 1) * stores + CONNECTIONS * most["Ingress"] + most["Summarizer"]
    settings = named(resources, "Cluster", "postgres")["spec"]["postgresql"]["parameters"]
    assert 2 * cluster + 20 <= int(settings["max_connections"])


def test_calls_at_a_time_are_enough_for_every_replica_of_the_models(resources: list[Resource]) -> None:
    told = environment(resources)
    tasks = told.get("CALLSCRIBE_CONCURRENT_TASKS")
    settings = Settings.model_validate({"profile": told["CALLSCRIBE_PROFILE"], "concurrent_tasks": tasks})
    graph = {each["name"]: each for each in deployments(resources, "callscribe")}
    calls = replicas(graph["Dispatcher"], "max") * settings.tasks_at_a_time
    for name, sent in (("Diarizer", calls), ("Transcriber", calls * CHUNKS_IN_FLIGHT)):
        target = graph[name]["autoscaling_config"]["target_ongoing_requests"]
        assert sent >= replicas(graph[name], "max") * target, name


def test_disks_are_told_of(resources: list[Resource]) -> None:
    """Within a pod Ray tells of none, and every disk seems empty, unless it is told to: by our image, or here."""
    dockerfile = (ROOT / "cluster" / "docker" / "Dockerfile").read_text(encoding="utf-8")
    assert f"{DISKS}=1" in dockerfile
    for service in of_kind(resources, "RayService"):
        for pod in ray_groups(service).values():
            (container,) = pod["spec"]["containers"]
            is_ours = "/callscribe:" in container["image"]
            assert is_ours or {"name": DISKS, "value": "1"} in container["env"], service["metadata"]["name"]


def test_every_replica_fits_a_worker(resources: list[Resource]) -> None:
    rooms = [capacity(pod) for pod in workers(resources, "callscribe").values()]
    for deployment in deployments(resources, "callscribe"):
        actor = deployment["ray_actor_options"]
        cpus, gpus = actor["num_cpus"], actor.get("num_gpus", 0)
        assert any(cpus <= room[0] and gpus <= room[1] for room in rooms), deployment["name"]


@pytest.mark.parametrize("bound", ["min", "max"])
def test_all_replicas_fit_all_workers(resources: list[Resource], bound: str) -> None:
    """Both ends of the ranges: what is there at least must run at once, and what may come must find room."""
    groups = named(resources, "RayService", "callscribe")["spec"]["rayClusterConfig"]["workerGroupSpecs"]
    number = f"{bound}Replicas"
    nodes = [group for group in groups for _ in range(group[number])]
    room = [(*capacity(node["template"]), node.get("labels", {}).get(FOR)) for node in nodes]
    wanted = sorted(
        (
            (actor.get("num_gpus", 0), actor["num_cpus"], actor.get("label_selector", {}).get(FOR, ""))
            for each in deployments(resources, "callscribe")
            for actor in [each["ray_actor_options"]] * replicas(each, bound)
        ),
        reverse=True,
    )
    assert left_over(wanted, room) == []


def replicas(deployment: Resource, bound: str) -> int:
    scaling = deployment.get("autoscaling_config")
    count: int = scaling[f"{bound}_replicas"] if scaling else deployment["num_replicas"]
    return count


def left_over(wanted: list[tuple[float, float, str]], room: list[Place]) -> list[tuple[float, float, str]]:
    """What finds no place, the largest first, each in the fullest place that takes it."""
    free = list(room)
    missing = []
    for gpus, cpus, shunned in wanted:
        fitting = [
            index
            for index, (cpu, gpu, label) in enumerate(free)
            if cpu >= cpus and gpu >= gpus and shunned != f"!{label}"
        ]
        if not fitting:
            missing.append((gpus, cpus, shunned))
            continue
        place = min(fitting, key=lambda index: (free[index][1], free[index][0]))
        cpu, gpu, label = free[place]
        free[place] = (cpu - cpus, gpu - gpus, label)
    return missing


def test_the_language_model_fits_its_workers(resources: list[Resource], overlay: str) -> None:
    if overlay == "cpu":
        assert [each["metadata"]["name"] for each in of_kind(resources, "RayService")] == ["callscribe"]
        return
    (application,) = served(resources, "llm")["applications"]
    (model,) = application["args"]["llm_configs"]
    bundle = model["placement_group_config"]["bundle_per_worker"]
    (group,) = named(resources, "RayService", "llm")["spec"]["rayClusterConfig"]["workerGroupSpecs"]
    cpus, gpus = capacity(group["template"])
    most = model["deployment_config"]["autoscaling_config"]["max_replicas"]
    assert bundle["CPU"] * most + 2 <= cpus
    assert ceil(bundle["GPU"] * most) <= group["maxReplicas"] * gpus


def test_nodes_for_models_take_nothing_else(resources: list[Resource], overlay: str) -> None:
    groups = named(resources, "RayService", "callscribe")["spec"]["rayClusterConfig"]["workerGroupSpecs"]
    labels = {group["groupName"]: group.get("labels", {}).get(FOR) for group in groups}
    assert labels == ({"cpu": None} if overlay == "cpu" else {"cpu": None, "gpu": "models"})
    for each in deployments(resources, "callscribe"):
        actor = each["ray_actor_options"]
        shuns = actor.get("label_selector", {}).get(FOR) == "!models"
        assert shuns == (overlay == "gpu" and "num_gpus" not in actor), each["name"]


def test_weights_are_fetched_for_the_profile_that_runs(resources: list[Resource], overlay: str) -> None:
    (graph,) = [one for one in served(resources, "callscribe")["applications"] if one["name"] == "callscribe"]
    assert environment(resources)["CALLSCRIBE_PROFILE"] == graph["args"]["profile"] == overlay


def test_the_graph_is_pointed_at_the_language_model(resources: list[Resource], overlay: str) -> None:
    settings = settings_of(resources)
    if overlay == "cpu":
        assert settings.llm.url is None
        return
    (application,) = served(resources, "llm")["applications"]
    port = served(resources, "llm")["http_options"]["port"]
    assert settings.llm.url == f"http://llm-serve-svc:{port}{application['route_prefix']}/v1"
    (model,) = application["args"]["llm_configs"]
    assert settings.llm.context_tokens == model["engine_kwargs"]["max_model_len"]


def test_ray_is_the_one_that_is_tested(resources: list[Resource]) -> None:
    for service in of_kind(resources, "RayService"):
        assert service["spec"]["rayClusterConfig"]["rayVersion"] == version("ray")


def test_every_setting_is_one(resources: list[Resource]) -> None:
    names = {name for name in environment(resources) if name.startswith(PREFIX)}
    assert names
    assert names <= known_settings()


OF_COMPONENTS = {"kafka": f"{PREFIX}KAFKA__", "kontur-talk": f"{PREFIX}KONTUR_TALK__"}
"""How the settings of a part of the graph begin, by the component that brings it."""

NOT_OURS = {
    f"{PREFIX}API_KEY",
    f"{PREFIX}KAFKA__KEY_PASSWORD",
    f"{PREFIX}KONTUR_TALK__ACTIVATION_NEEDS_SECRET",
}
"""A client's; that of a certificate, which Strimzi's brokers do not ask for; and what is no secret but by its name."""


def referred_secrets(container: Resource) -> dict[str, str]:
    """The secrets that a container is told, by the names of the variables that they are in."""
    references = {each["name"]: each.get("valueFrom", {}).get("secretKeyRef") for each in container["env"]}
    return {name: reference["name"] for name, reference in references.items() if reference}


def test_every_secret_setting_comes_from_a_secret(resources: list[Resource], components: set[str]) -> None:
    """What stands in no settings.env (test_generated.py) must come in all the same, where its part of the graph is."""
    absent = tuple(prefix for component, prefix in OF_COMPONENTS.items() if component not in components)
    ours = {name for name in known_settings() if SECRET.search(name) and not name.startswith(absent)} - NOT_OURS
    assert len(ours) > 4
    for pod in ray_groups(named(resources, "RayService", "callscribe")).values():
        (container,) = pod["spec"]["containers"]
        assert ours <= referred_secrets(container).keys(), container["name"]


def test_files_that_settings_name_are_mounted(resources: list[Resource], components: set[str]) -> None:
    files = {name: value for name, value in environment(resources).items() if name.endswith("_FILE")}
    assert files.keys() == ({f"{PREFIX}KAFKA__CA_FILE"} if "kafka" in components else set())
    for pod in ray_groups(named(resources, "RayService", "callscribe")).values():
        (container,) = pod["spec"]["containers"]
        folders = {mount["mountPath"]: mount["name"] for mount in container["volumeMounts"]}
        volumes = {volume["name"]: volume for volume in pod["spec"]["volumes"]}
        for path in map(Path, files.values()):
            items = volumes[folders[str(path.parent)]]["secret"]["items"]
            assert path.name in [item["path"] for item in items]


def test_weights_are_fetched_without_a_secret_but_the_hub_s(
    resources: list[Resource], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The settings are the graph's, also those that an operator adds, and are good without what the graph is told."""
    (config,) = [each for each in of_kind(resources, "ConfigMap") if each["metadata"]["name"].startswith("callscribe-")]
    added = {
        f"{PREFIX}WEBHOOK__URL": "https://crm.example.com/hooks/callscribe",
        f"{PREFIX}KONTUR_TALK__BASE_URL": "https://talk.example.com",
        f"{PREFIX}HUB_URL": "https://hub.example.com",
        f"{PREFIX}ENGLISH": "parakeet",
    }
    monkeypatch.chdir(tmp_path)
    for pod in workers(resources, "callscribe").values():
        (fetching,) = pod["spec"]["initContainers"]
        assert referred_secrets(fetching) == {f"{PREFIX}HUB_TOKEN": "callscribe-hub"}
        (mounts,) = [mount["mountPath"] for mount in fetching["volumeMounts"] if mount["name"] == "models"]
        told = config["data"] | added | {each["name"]: each.get("value", "hf_token") for each in fetching["env"]}
        with monkeypatch.context() as environ:
            for name, value in told.items():
                environ.setenv(name, value)
            settings = read_settings()
        assert str(settings.models_path) == mounts
        assert settings.profile == told[f"{PREFIX}PROFILE"]
        assert "parakeet-tdt-0.6b-v3-int8" in required_models(settings)
        assert Origins.of(settings).hub_url == added[f"{PREFIX}HUB_URL"]
        assert Origins.of(settings).hub_token is not None


def test_who_knows_the_key_to_the_recordings_has_none_to_their_backups(resources: list[Resource]) -> None:
    (store,) = of_kind(resources, "ObjectStore")
    backups = {part["name"] for part in walked(store["spec"]["configuration"]["s3Credentials"]) if "key" in part}
    graph = named(resources, "RayService", "callscribe")
    known = {part["secretKeyRef"]["name"] for part in walked(graph) if "secretKeyRef" in part}
    assert backups == {"callscribe-backups"}
    assert "callscribe-s3" in known
    assert not backups & known


def test_the_settings_can_be_read(resources: list[Resource], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in environment(resources).items():
        # A file of the pods' is not here.
        if name.startswith(PREFIX) and not name.endswith("_FILE"):
            monkeypatch.setenv(name, value)
    settings = read_settings()
    assert settings.blobs.startswith("s3://")
    assert settings.public_url is not None
    assert set(settings.api_keys) == {"anna"}


def settings_of(resources: list[Resource]) -> Settings:
    (config,) = [each for each in of_kind(resources, "ConfigMap") if each["metadata"]["name"].startswith("callscribe-")]
    nested = {
        name.removeprefix(f"{PREFIX}LLM__").lower(): text for name, text in config["data"].items() if "LLM__" in name
    }
    return Settings(_env_file=None, llm=nested)


def environment(resources: list[Resource]) -> dict[str, str]:
    """What Ray's containers are told, with a sample for each secret."""
    samples = {
        "CALLSCRIBE_DATABASE_URL": "postgresql://callscribe:secret@postgres-rw:5432/callscribe",
        "CALLSCRIBE_API_KEYS": "anna:0123456789abcdef",
        "CALLSCRIBE_WEBHOOK__SECRET": "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
        "CALLSCRIBE_WEBHOOK__PREVIOUS_SECRET": "whsec_MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI=",
        "CALLSCRIBE_KONTUR_TALK__WEBHOOK_SECRET": "0123456789abcdef",
    }
    (config,) = [each for each in of_kind(resources, "ConfigMap") if each["metadata"]["name"].startswith("callscribe-")]
    found: dict[str, str] = dict(config["data"])
    for pod in ray_groups(named(resources, "RayService", "callscribe")).values():
        for container in containers(pod):
            (source,) = container["envFrom"]
            assert source["configMapRef"]["name"] == config["metadata"]["name"], "the map's hash is not followed"
        (answering,) = pod["spec"]["containers"]
        found |= {each["name"]: each.get("value", samples.get(each["name"], "secret")) for each in answering["env"]}
    return found


def known_settings(model: type[BaseModel] = Settings, prefix: str = PREFIX) -> set[str]:
    names = set()
    for name, field in model.model_fields.items():
        nested = field.annotation
        if isinstance(nested, type) and issubclass(nested, BaseModel):
            names |= known_settings(nested, f"{prefix}{name.upper()}__")
        else:
            names.add(f"{prefix}{name.upper()}")
    return names


def test_what_serve_needs_of_its_application_is_there(resources: list[Resource], components: set[str]) -> None:
    names = {application["name"] for application in served(resources, "callscribe")["applications"]}
    told = environment(resources)
    assert ("kafka" in names) == ("CALLSCRIBE_KAFKA__BOOTSTRAP_SERVERS" in told) == ("kafka" in components)
    assert ("kontur_talk" in names) == ("CALLSCRIBE_KONTUR_TALK__TOKEN" in told) == ("kontur-talk" in components)


def test_dead_letters_stay_no_longer_than_their_blobs(resources: list[Resource], components: set[str]) -> None:
    """A letter may be written when its message has been in the topic for as long as that keeps it."""
    if "kafka" not in components:
        return  # there is no Kafka
    topics = of_kind(resources, "KafkaTopic")
    kept = {topic["metadata"]["name"]: topic["spec"]["config"]["retention.ms"] for topic in topics}
    letters = timedelta(milliseconds=kept["callscribe.recordings"] + kept["callscribe.recordings.dlq"])
    assert timedelta(days=float(environment(resources)["CALLSCRIBE_KAFKA__MEDIA__INCOMING_DAYS"])) > letters


def test_every_secret_is_documented(resources: list[Resource]) -> None:
    text = DOCS.read_text(encoding="utf-8")
    referred = {
        (part["name"], part["key"])
        for resource in resources
        for part in walked(resource)
        if isinstance(part.get("name"), str) and isinstance(part.get("key"), str) and "operator" not in part
    }
    assert len(referred) > 6
    for secret, key in referred:
        assert re.search(rf"`{secret}`.*`{re.escape(key)}`", text), f"{secret}, {key}"


def test_budgets_keep_workers_and_let_every_machine_be_emptied(resources: list[Resource]) -> None:
    guarded = {}
    for budget in of_kind(resources, "PodDisruptionBudget"):
        kept = budget["spec"]["minAvailable"]
        assert isinstance(kept, int), "of pods without a scale subresource only a count is known"
        (chosen,) = [
            name
            for name, pod in pods(resources).items()
            if selects(budget["spec"]["selector"], pod["metadata"]["labels"])
        ]
        guarded[chosen] = kept
    groups = named(resources, "RayService", "callscribe")["spec"]["rayClusterConfig"]["workerGroupSpecs"]
    fewest = {f"callscribe/{group['groupName']}": group["minReplicas"] for group in groups}
    assert guarded.keys() == {name for name, number in fewest.items() if number > 1}
    assert all(kept < fewest[name] for name, kept in guarded.items()), "of the fewest, none could ever leave"


def test_an_upload_passes_the_ingress(resources: list[Resource]) -> None:
    (ingress,) = of_kind(resources, "Ingress")
    notes = ingress["metadata"]["annotations"]
    limit = Settings(_env_file=None).max_upload_bytes
    assert not any("snippet" in name for name in notes), "F5's controller refuses them by default"
    for name in ("nginx.org/client-max-body-size", "nginx.ingress.kubernetes.io/proxy-body-size"):
        size = int(notes[name].removesuffix("m")) * 1024 * 1024
        assert limit < size <= limit * 1.1
    for name, text in notes.items():
        if "timeout" in name:
            assert int(text.removesuffix("s")) >= served(resources, "callscribe")["http_options"]["request_timeout_s"]


def test_the_ingress_leads_to_the_service_that_kuberay_makes(resources: list[Resource]) -> None:
    (ingress,) = of_kind(resources, "Ingress")
    (rule,) = ingress["spec"]["rules"]
    backend = rule["http"]["paths"][0]["backend"]["service"]
    port = served(resources, "callscribe")["http_options"]["port"]
    assert backend == {"name": "callscribe-serve-svc", "port": {"number": port}}
    assert settings_host(resources) == rule["host"] == ingress["spec"]["tls"][0]["hosts"][0]


def settings_host(resources: list[Resource]) -> str:
    return environment(resources)["CALLSCRIBE_PUBLIC_URL"].removeprefix("https://")


def test_a_worker_is_ready_by_itself(resources: list[Resource]) -> None:
    """KubeRay's own probe asks by wget, and workers whose proxy does not answer get no traffic."""
    for service in of_kind(resources, "RayService"):
        assert yaml.safe_load(service["spec"]["serveConfigV2"])["proxy_location"] == "EveryNode"
        for pod in workers(resources, service["metadata"]["name"]).values():
            (container,) = pod["spec"]["containers"]
            ports = {port["name"]: port["containerPort"] for port in container["ports"]}
            probe = container["readinessProbe"]["httpGet"]
            assert (probe["path"], ports[probe["port"]]) == ("/-/healthz", 8000)


def test_no_pod_has_what_it_does_not_need(resources: list[Resource]) -> None:
    for name, pod in pods(resources).items():
        spec = pod["spec"]
        assert spec["enableServiceLinks"] is False, "a Service named callscribe would set CALLSCRIBE_PORT"
        assert (spec.get("automountServiceAccountToken", True) is False) == (not name.endswith("/head")), name
        assert spec["securityContext"]["runAsNonRoot"] is True
        for container in containers(pod):
            assert container["securityContext"]["readOnlyRootFilesystem"] is True, name
            said = str([container.get("command"), container.get("args")])
            assert "$(" not in said, "Kubernetes would put the variable there, for all to see"
            assert (
                container["resources"]["limits"]["memory"] == container["resources"]["requests"]["memory"]
                or name == "redis"
                or container["name"] == "models"
            )
            assert re.search(r":[\w][\w.-]+$", container["image"]), container["image"]
            assert not container["image"].endswith(":latest")
