"""What docker-compose.yml promises: no engine runs here that could start it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from callscribe import __version__
from callscribe.kafka_settings import KafkaSettings
from callscribe.settings import Settings
from cluster.serve_files import fitted
from tests.cluster.compose import ROOT, SECRETS, Missing, interpolated, is_once, project, services, variables
from tests.core.test_settings import names_of
from tests.promtool import needs_promtool, promtool

SCHEMA = Path(__file__).parent / "compose_spec" / "compose-spec.json"
SERVE_FILES = {"cpu": ROOT / "cluster" / "serve.cpu.yaml", "gpu": ROOT / "serve_config.yaml"}
OF_COMPOSE_ITSELF = {"COMPOSE_PROFILES"}

NODES = {"api", "worker", "worker-gpu"}
STORES = {"postgres", "s3", "kafka"}

WRITE_THEIR_ROOT = {"kafka", "prometheus", "vllm"}
"""Those of which the file says why."""

AS_ROOT = {"vllm"}
KAFKAS_DAYS = 7
"""For how long a message may lie in its topic before it becomes a letter: Kafka's own default."""

NAMES = sorted(services())


def serve_file(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def deployments(path: Path) -> list[dict[str, Any]]:
    """Those of our own applications: vLLM's stands in a container of its own."""
    applications = serve_file(path)["applications"]
    return [each for application in applications for each in application.get("deployments", [])]


def seconds(duration: str) -> int:
    number, unit = int(duration[:-1]), duration[-1]
    return number * {"s": 1, "m": 60}[unit]


def settings_of(service: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name, value in service["environment"].items():
        if name.startswith("CALLSCRIBE_"):
            monkeypatch.setenv(name, value)
    return Settings(_env_file=None)


def test_it_is_what_the_compose_specification_says() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(json.dumps(project())), schema)
    with pytest.raises(jsonschema.ValidationError, match="restarts"):
        jsonschema.validate({"services": {"api": {"restarts": "always"}}}, schema)


def test_variables_are_put_in_as_compose_does() -> None:
    text = "${A:-x} ${A:?why} ${B} $$HOME ${C:-y}"
    assert interpolated(text, {"A": "1", "C": ""}) == "1 1  $HOME y"
    with pytest.raises(Missing, match="why"):
        interpolated(text, {})


@pytest.mark.parametrize("name", sorted(SECRETS))
def test_nothing_starts_without_a_secret(name: str) -> None:
    with pytest.raises(Missing) as refused:
        services(SECRETS | {name: ""})
    assert refused.value.args[0] == name


def test_no_secret_has_a_default() -> None:
    secret = {name for name in variables() if re.search(r"PASSWORD|KEYS?$|TOKEN", name)}
    assert {name for name in secret if variables()[name] == ":-"} == {"CALLSCRIBE_HUB_TOKEN"}
    assert variables()["CALLSCRIBE_HUB_TOKEN"] == ":-", "without one, what is gated cannot be had"


def test_the_example_explains_every_variable_and_no_other() -> None:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8")
    explained = set(re.findall(r"^#?([A-Z]\w+)=", lines, flags=re.MULTILINE))
    assert set(variables()) <= explained
    ours = {name for name in explained if not name.startswith("CALLSCRIBE_")}
    assert ours == {name for name in variables() if not name.startswith("CALLSCRIBE_")} | OF_COMPOSE_ITSELF


def test_the_examples_values_are_the_defaults() -> None:
    shown = dict(re.findall(r"^#([A-Z]\w+)=(.+)$", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    defaults = dict(re.findall(r"\$\{((?!CALLSCRIBE_)\w+):-([^}]*)\}", text))
    assert {name: shown[name] for name in defaults} == defaults


@pytest.mark.parametrize("name", sorted(NODES))
def test_each_setting_is_one_and_all_nodes_have_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    node = services()[name]
    assert node["environment"] == services()["api"]["environment"]
    ours = {each for each in node["environment"] if each.startswith("CALLSCRIBE_")}
    assert ours <= names_of(Settings, "CALLSCRIBE_")
    settings = settings_of(node, monkeypatch)
    assert set(settings.api_keys) == {"prometheus", "anna"}
    assert settings.blob_options["secret_access_key"] == SECRETS["S3_SECRET_KEY"]
    assert settings.database_url is not None
    assert SECRETS["POSTGRES_PASSWORD"] in settings.database_url.get_secret_value()


def test_what_the_settings_name_are_services(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_of(services()["api"], monkeypatch)
    assert settings.database_url is not None
    addresses = f"{settings.database_url.get_secret_value()} {settings.blob_options['endpoint']}"
    named = set(re.findall(r"(?:@|//)(\w+):\d+", addresses)) | {settings.kafka.bootstrap_servers[0].split(":")[0]}
    assert named == STORES


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_published_but_on_this_machine(name: str) -> None:
    for port in services()[name].get("ports", []):
        assert port.startswith("127.0.0.1:"), port


def test_only_who_is_to_be_reached_publishes_anything() -> None:
    assert {name for name, service in services().items() if service.get("ports")} == {"api", "grafana"}


@pytest.mark.parametrize("name", NAMES)
def test_every_image_is_pinned(name: str) -> None:
    service = services()[name]
    tag = service["image"].rpartition(":")[2]
    assert re.match(r"v?\d+\.\d+\.\d+|18\.\d+-", tag), tag
    if "build" in service:
        assert tag == f"{__version__}-{service['build']['target']}"
        assert service["build"]["args"]["VERSION"] == __version__


@pytest.mark.parametrize("name", NAMES)
def test_every_service_is_watched_started_again_and_bounded(name: str) -> None:
    service = services()[name]
    assert service["init"]
    assert service["deploy"]["resources"]["limits"].keys() >= {"memory", "pids"}
    if is_once(service):
        assert service["healthcheck"] == {"disable": True}
    else:
        assert service["restart"] == "unless-stopped"
        assert service["healthcheck"]["test"][0] == "CMD"


@pytest.mark.parametrize("name", NAMES)
def test_no_service_may_more_than_it_must(name: str) -> None:
    service = services()[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service.get("read_only", False) == (name not in WRITE_THEIR_ROOT)
    user = "callscribe" if "build" in service else service.get("user")
    assert (user is None) == (name in AS_ROOT), "our image names its user itself; others are told theirs"
    assert user not in ("root", "0")


@pytest.mark.parametrize("name", NAMES)
def test_a_root_that_is_read_only_takes_its_secrets_otherwise(name: str) -> None:
    service = services()[name]
    assert not (service.get("read_only") and service.get("secrets")), "Compose refuses this pair"


def test_the_stores_are_in_a_network_that_leads_nowhere() -> None:
    content = project()
    assert content["networks"]["stores"] == {"internal": True}
    assert content["networks"]["watch"] == {"internal": True}
    within = {name for name, service in content["services"].items() if "stores" in service.get("networks", [])}
    assert within == STORES | NODES | {"topics"}
    for name in [*STORES, "topics"]:
        assert content["services"][name]["networks"] == ["stores"]


def test_prometheus_reaches_whom_it_asks_and_nobody_outside() -> None:
    content = services()
    config = yaml.safe_load((ROOT / "cluster" / "prometheus" / "prometheus.compose.yml").read_text(encoding="utf-8"))
    api, ray = config["scrape_configs"]
    assert api["static_configs"] == [{"targets": ["api:8000"]}]
    assert ray["dns_sd_configs"][0]["names"] == [*sorted(NODES)]
    for name in NODES:
        assert "watch" in content[name]["networks"]
        assert f"--metrics-export-port={ray['dns_sd_configs'][0]['port']}" in content[name]["command"]
    assert content["prometheus"]["networks"] == ["watch"]
    assert api["authorization"]["credentials_file"] == f"/run/secrets/{content['prometheus']['secrets'][0]}"


def test_alerts_reach_whoever_is_outside_by_alertmanager_alone() -> None:
    content = project()
    service = content["services"]["alertmanager"]
    config = yaml.safe_load((ROOT / "cluster" / "prometheus" / "prometheus.compose.yml").read_text(encoding="utf-8"))
    (found,) = (each for told in config["alerting"]["alertmanagers"] for each in told["dns_sd_configs"])
    assert (found["names"], found["port"]) == (["alertmanager"], 9093), "Alertmanager's own default"
    internal = {name: (network or {}).get("internal", False) for name, network in content["networks"].items()}
    assert [internal[name] for name in service["networks"]] == [True, False]
    assert service["networks"][0] in content["services"]["prometheus"]["networks"]
    assert service["profiles"] == ["alerts"], "it calls nobody before somebody is named"
    assert service["volumes"][0].split(":")[1] == service["command"][0].partition("=")[2]


def test_the_example_of_whom_to_call_names_nobody() -> None:
    (source, *_) = services()["alertmanager"]["volumes"][0].split(":")
    text = (ROOT / source).read_text(encoding="utf-8")
    config = yaml.safe_load(text)
    assert config["route"]["receiver"] in {receiver["name"] for receiver in config["receivers"]}
    assert set(re.findall(r"[@/.]([\w-]+\.\w+)[\s:/]", text)) <= {"example.org", "prometheus.io"}


@needs_promtool
def test_promtool_finds_no_fault_with_the_configuration() -> None:
    promtool("check", "config", "--syntax-only", str(ROOT / "cluster" / "prometheus" / "prometheus.compose.yml"))


@pytest.mark.parametrize("name", NAMES)
def test_what_is_mounted_from_here_is_here(name: str) -> None:
    for volume in services()[name].get("volumes", []):
        source = volume.partition(":")[0]
        assert not source.startswith(".") or (ROOT / source).exists(), source
        assert not source.startswith(".") or volume.endswith(":ro"), volume
        assert re.fullmatch(r"\./.+|/tmp/ray|[a-z]+", source)
        assert not re.fullmatch("[a-z]+", source) or source in project()["volumes"]


@pytest.mark.parametrize("name", NAMES)
def test_who_waits_for_another_can_know_that_it_is_there(name: str) -> None:
    for other, how in services()[name].get("depends_on", {}).items():
        awaited = services()[other]
        assert (how["condition"] == "service_completed_successfully") == is_once(awaited), other
        if how["condition"] == "service_healthy":
            assert "test" in awaited["healthcheck"], other


@pytest.mark.parametrize("name", sorted(NODES))
@pytest.mark.parametrize("path", SERVE_FILES.values(), ids=SERVE_FILES.keys())
def test_replicas_have_the_time_to_end_their_calls(path: Path, name: str) -> None:
    node = services()[name]
    longest = max(each["graceful_shutdown_timeout_s"] for each in deployments(path))
    drain = int(node["environment"]["RAY_GRACEFUL_SHUTDOWN_DRAIN_TIMEOUT_S"])
    assert longest < drain < seconds(node["stop_grace_period"])


def test_all_nodes_are_stopped_together() -> None:
    content = services()
    assert not any(NODES & set(content[name].get("depends_on", {})) for name in NODES), "Compose would stop one first"


def test_a_restore_finds_an_empty_database_that_nothing_else_has_opened() -> None:
    """As docs/docker.md has it: who opens a database makes its tables, and ``restore`` refuses one that has any."""
    page = (ROOT / "docs" / "docker.md").read_text(encoding="utf-8")
    (steps,) = [block for block in re.findall(r"```sh\n(.*?)```", page, re.DOTALL) if "callscribe restore" in block]
    down, renamed, run, up = (line.partition(" #")[0].split() for line in steps.splitlines())
    assert down == ["docker", "compose", "--profile", '"*"', "down"]
    assert (renamed[0], renamed[2:]) == ("echo", [">>", ".env"])
    name, _, value = renamed[1].partition("=")
    assert volume_of_postgres({name: value}) != volume_of_postgres({}), "what was there is kept"
    started = started_for(run[run.index("callscribe") - 1])
    assert STORES & started == STORES
    opening = {name for name in started if "CALLSCRIBE_DATABASE_URL" in services()[name].get("environment", {})}
    assert {name: services()[name]["command"] for name in opening} == {"models": ["callscribe", "models", "pull"]}
    assert up == ["docker", "compose", "up", "--detach"]


def volume_of_postgres(environment: dict[str, str]) -> str:
    """The name of the volume that PostgreSQL's data is in."""
    (mounted,) = services()["postgres"]["volumes"]
    name: str = project(SECRETS | environment)["volumes"][mounted.partition(":")[0]]["name"]
    return name


def test_the_database_s_volume_is_the_one_that_compose_names_by_itself() -> None:
    assert volume_of_postgres({}) == f"{project()['name']}_postgres"
    assert volume_of_postgres({"COMPOSE_PROJECT_NAME": "another"}) == "another_postgres"


@pytest.mark.parametrize("page", ["docker.md", "operations.md"])
def test_a_tasks_story_is_asked_of_every_node(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    (asked,) = re.findall(r'docker compose --profile "\*" ps --quiet ([\w -]+)\)', text)
    assert set(asked.split()) == NODES


def started_for(name: str) -> set[str]:
    """What Compose starts before a service, however far behind it."""
    before = set(services()[name].get("depends_on", {}))
    return before.union(*(started_for(each) for each in before))


def test_the_head_holds_all_but_the_models_and_a_worker_one_of_each() -> None:
    shares = {each["name"]: each["ray_actor_options"]["num_cpus"] for each in deployments(SERVE_FILES["cpu"])}
    models = {name: shares.pop(name) for name in ("Diarizer", "Transcriber", "Llm")}
    head, worker = (cpus(services()[name]["command"]) for name in ("api", "worker"))
    assert sum(shares.values()) <= head < min(models.values())
    assert models["Diarizer"] + models["Transcriber"] + sum(shares.values()) <= worker, "the small ones go anywhere"


def cpus(command: list[str]) -> int:
    (found,) = [each.partition("=")[2] for each in command if each.startswith("--num-cpus=")]
    return int(found)


def test_the_topics_are_those_of_the_settings() -> None:
    script = services()["topics"]["command"][-1]
    made = dict(re.findall(r"--topic (\S+) --partitions (\d+)", script))
    kafka = KafkaSettings()
    assert set(made) == {kafka.recordings_topic, kafka.events_topic, kafka.dead_letters_topic}
    (application,) = [each for each in serve_file(SERVE_FILES["cpu"])["applications"] if each["name"] == "kafka"]
    most = application["deployments"][0]["autoscaling_config"]["max_replicas"]
    assert int(made[kafka.recordings_topic]) == most, "more members than partitions would have nothing to do"


def test_blobs_stay_as_long_as_their_dead_letters() -> None:
    (kept,) = re.findall(r"dlq .*retention\.ms=(\d+)", services()["topics"]["command"][-1])
    days = int(kept) / (24 * 3600 * 1000)
    assert days + KAFKAS_DAYS <= KafkaSettings().media.incoming_days


def test_the_bucket_is_a_folder_that_is_made_before_the_store_starts() -> None:
    content = services()
    folder, bucket = content["s3"]["command"][-1], content["api"]["environment"]["CALLSCRIBE_BLOB_URL"]
    assert content["s3"]["volumes"] == [f"blobs:{folder}"]
    (mounted,) = [each.partition(":")[2] for each in content["folders"]["volumes"] if each.startswith("blobs:")]
    assert f"{mounted}/{bucket.removeprefix('s3://')}" in content["folders"]["command"]
    assert "folders" in content["s3"]["depends_on"]


@pytest.mark.parametrize("path", SERVE_FILES.values(), ids=SERVE_FILES.keys())
def test_the_head_deploys_what_the_settings_name(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_of(services()["api"], monkeypatch)
    applications = {each["name"]: each for each in fitted(serve_file(path), settings)["applications"]}
    assert applications.keys() == {"callscribe", "ui", "kafka"}
    assert applications["callscribe"]["args"] == {"profile": settings.profile}
    assert applications["ui"]["args"] == {"root": "/ui"}
    assert services()["api"]["command"][3].endswith("cluster/serve.cpu.yaml")


def test_vllm_is_told_what_the_application_on_ray_is_told() -> None:
    (llm,) = [each for each in serve_file(SERVE_FILES["gpu"])["applications"] if each["name"] == "llm"]
    (config,) = llm["args"]["llm_configs"]
    told = dict(each.removeprefix("--").partition("=")[::2] for each in services()["vllm"]["command"])
    engine = config["engine_kwargs"]
    assert told["model"] == config["model_loading_config"]["model_source"]
    assert told["served-model-name"] == config["model_loading_config"]["model_id"]
    assert {name.replace("_", "-") for name in engine} == told.keys() - {"model", "served-model-name"}
    assert int(told["max-model-len"]) == engine["max_model_len"]
    assert float(told["gpu-memory-utilization"]) == engine["gpu_memory_utilization"]
    assert json.loads(told["structured-outputs-config"]) == engine["structured_outputs_config"]
