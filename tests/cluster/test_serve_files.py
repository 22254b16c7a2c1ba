"""Serve ignores keys that it does not know, at every level: a slip of the pen would pass in silence."""

import ast
import inspect
from collections.abc import Iterable
from pathlib import Path
from typing import Any, get_args

import pytest
import ray
import yaml
from pydantic import BaseModel, SecretStr
from ray import serve
from ray.llm._internal.common.placement import BundleConfig, PlacementGroupConfig
from ray.serve._private.build_app import build_app
from ray.serve.config import AutoscalingConfig
from ray.serve.schema import DeploymentSchema, ServeDeploySchema

from callscribe.errors import BadSettings
from callscribe.kafka_settings import KafkaSettings
from callscribe.kontur_talk_settings import KonturTalkSettings
from callscribe.settings import Profile, Settings
from cluster.stack import serve_file
from serve_app.builder import BuildArgs, build
from serve_app.kafka import KafkaArgs, build_kafka
from serve_app.kontur_talk import KonturTalkArgs, build_kontur_talk
from serve_app.llm import LlmArgs, build_llm
from serve_app.pages import PagesArgs, build_pages

ROOT = Path(__file__).parents[2]
FILES = [ROOT / "serve_config.yaml", *sorted((ROOT / "cluster").glob("serve.*.yaml"))]

FREE_FORM = {"args", "runtime_env", "env_vars", "resources"}
"""Keys whose content is not Serve's."""

SCHEMAS_BEHIND_PLAIN_TYPES = {"autoscaling_config": AutoscalingConfig}


def models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in models_in(part)]


def unknown_keys(content: Any, model: type[BaseModel], where: str) -> list[str]:
    if isinstance(content, list):
        return [key for index, item in enumerate(content) for key in unknown_keys(item, model, f"{where}[{index}]")]
    if not isinstance(content, dict):
        return []
    found = [f"{where}.{key}" for key in content.keys() - model.model_fields.keys()]
    for key in (content.keys() & model.model_fields.keys()) - FREE_FORM:
        nested = models_in(model.model_fields[key].annotation) or [SCHEMAS_BEHIND_PLAIN_TYPES.get(key, BaseModel)]
        if nested[0] is not BaseModel:
            found += unknown_keys(content[key], nested[0], f"{where}.{key}")
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_serve_knows_every_key(path: Path) -> None:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert unknown_keys(content, ServeDeploySchema, path.name) == []
    ServeDeploySchema.model_validate(content)


def test_the_check_sees_a_slip_at_every_level() -> None:
    content = {
        "proxy_locations": "EveryNode",
        "applications": [
            {
                "name": "x",
                "import_path": "a:b",
                "deployments": [
                    {"name": "A", "max_ongoing": 1, "autoscaling_config": {"min": 1}, "ray_actor_options": {"gpus": 1}}
                ],
            }
        ],
    }
    assert sorted(unknown_keys(content, ServeDeploySchema, "file")) == [
        "file.applications[0].deployments[0].autoscaling_config.min",
        "file.applications[0].deployments[0].max_ongoing",
        "file.applications[0].deployments[0].ray_actor_options.gpus",
        "file.proxy_locations",
    ]


def fields_of_ray(module: str, name: str) -> set[str]:
    """A model's fields by Ray's source: importing ray.serve.llm wants packages that only its own image has."""
    source = (Path(ray.__file__).parent / "llm" / "_internal" / "serve" / "core" / module).read_text(encoding="utf-8")
    (model,) = [each for each in ast.parse(source).body if isinstance(each, ast.ClassDef) and each.name == name]
    targets = [each.target for each in model.body if isinstance(each, ast.AnnAssign)]
    return {each.id for each in targets if isinstance(each, ast.Name) and not each.id.startswith("_")}


def beyond(content: dict[str, Any], known: Iterable[str], where: str) -> list[str]:
    return [f"{where}.{key}" for key in content.keys() - set(known)]


def unknown_options(options: dict[str, Any], where: str) -> list[str]:
    """What ``serve.deployment`` does not take, and what its options do not know at their own levels."""
    known = {key: value for key, value in options.items() if key in DeploymentSchema.model_fields}
    return [
        *beyond(options, inspect.signature(serve.deployment).parameters, where),
        *unknown_keys(known, DeploymentSchema, where),
    ]


def unknown_to_rays_language_models(args: dict[str, Any]) -> list[str]:
    """Keys of build_openai_app's arguments that nobody reads; the engine's are held in test_serve_numbers.py."""
    found = beyond(args, fields_of_ray("ingress/builder.py", "LLMServingArgs"), "args")
    found += unknown_options(args["ingress_deployment_config"], "args.ingress_deployment_config")
    for index, config in enumerate(args["llm_configs"]):
        where, placing = f"args.llm_configs[{index}]", config["placement_group_config"]
        loading = fields_of_ray("configs/llm_config.py", "ModelLoadingConfig")
        found += beyond(config, fields_of_ray("configs/llm_config.py", "LLMConfig"), where)
        found += beyond(config["model_loading_config"], loading, f"{where}.model_loading_config")
        found += beyond(placing, PlacementGroupConfig.model_fields, f"{where}.placement_group_config")
        found += beyond(placing["bundle_per_worker"], BundleConfig.model_fields, f"{where}.bundle_per_worker")
        found += unknown_options(config["deployment_config"], f"{where}.deployment_config")
    return found


def language_models(content: dict[str, Any]) -> dict[str, Any]:
    (args,) = [each["args"] for each in content["applications"] if each["import_path"].startswith("ray.serve.llm:")]
    assert isinstance(args, dict)
    return args


def test_rays_language_models_know_every_key() -> None:
    args = language_models(yaml.safe_load((ROOT / "serve_config.yaml").read_text(encoding="utf-8")))
    assert unknown_to_rays_language_models(args) == []
    for config in args["llm_configs"]:
        PlacementGroupConfig.model_validate(config["placement_group_config"])


def test_the_check_of_language_models_sees_a_slip_at_every_level() -> None:
    args = language_models(yaml.safe_load((ROOT / "serve_config.yaml").read_text(encoding="utf-8")))
    (config,) = args["llm_configs"]
    for slipping in (
        args,
        config,
        config["model_loading_config"],
        config["placement_group_config"],
        config["placement_group_config"]["bundle_per_worker"],
        config["deployment_config"],
        config["deployment_config"]["autoscaling_config"],
        args["ingress_deployment_config"],
        args["ingress_deployment_config"]["ray_actor_options"],
        args["ingress_deployment_config"]["autoscaling_config"],
    ):
        slipping["slip"] = 1
        assert [key.rpartition(".")[2] for key in unknown_to_rays_language_models(args)] == ["slip"], slipping
        del slipping["slip"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_deployment_of_the_graph_has_its_block_and_no_other(path: Path) -> None:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    (application,) = [item for item in content["applications"] if item["name"] == "callscribe"]
    args = BuildArgs.model_validate(application["args"])
    graph = build_app(build(args), name="callscribe")
    assert sorted(block["name"] for block in application["deployments"]) == sorted(
        deployment.name for deployment in graph.deployments
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_kontur_talks_deployment_has_its_block(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLSCRIBE_KONTUR_TALK__SPACE", "acme")
    monkeypatch.setenv("CALLSCRIBE_KONTUR_TALK__TOKEN", "key")
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    (application,) = [item for item in content["applications"] if item["name"] == "kontur_talk"]
    graph = build_app(build_kontur_talk(KonturTalkArgs.model_validate(application["args"])), name="kontur_talk")
    assert [block["name"] for block in application["deployments"]] == [part.name for part in graph.deployments]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_pages_deployment_has_its_block_and_its_root(path: Path) -> None:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    (application,) = [item for item in content["applications"] if item["name"] == "ui"]
    args = PagesArgs.model_validate(application["args"])
    assert args.root == application["route_prefix"]
    graph = build_app(build_pages(args), name="ui")
    assert [block["name"] for block in application["deployments"]] == [part.name for part in graph.deployments]


def test_kontur_talk_without_a_key_says_what_to_do() -> None:
    with pytest.raises(BadSettings, match="KONTUR_TALK__TOKEN"):
        build_kontur_talk(KonturTalkArgs())


def test_the_stack_fetches_from_kontur_talk_only_where_there_is_a_key() -> None:
    settings = Settings(_env_file=None)
    assert "kontur_talk" not in [each["name"] for each in serve_file(settings)["applications"]]
    ours = settings.model_copy(update={"kontur_talk": KonturTalkSettings(space="acme", token=SecretStr("key"))})
    assert "kontur_talk" in [each["name"] for each in serve_file(ours)["applications"]]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_kafkas_deployment_has_its_block(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLSCRIBE_KAFKA__BOOTSTRAP_SERVERS", "127.0.0.1:9092")
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    (application,) = [item for item in content["applications"] if item["name"] == "kafka"]
    graph = build_app(build_kafka(KafkaArgs.model_validate(application["args"])), name="kafka")
    assert [block["name"] for block in application["deployments"]] == [part.name for part in graph.deployments]


def test_kafka_without_brokers_says_what_to_do() -> None:
    with pytest.raises(BadSettings, match="KAFKA__BOOTSTRAP_SERVERS"):
        build_kafka(KafkaArgs())


def test_the_stack_speaks_to_kafka_only_where_there_are_brokers() -> None:
    settings = Settings(_env_file=None)
    assert "kafka" not in [each["name"] for each in serve_file(settings)["applications"]]
    brokers = settings.model_copy(update={"kafka": KafkaSettings(bootstrap_servers=["127.0.0.1:9092"])})
    assert "kafka" in [each["name"] for each in serve_file(brokers)["applications"]]


def test_the_language_models_deployment_has_its_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLSCRIBE_LLM__API_KEY", "of-the-test")
    content = yaml.safe_load((ROOT / "cluster" / "serve.embedded.yaml").read_text(encoding="utf-8"))
    (application,) = [item for item in content["applications"] if item["name"] == "llm"]
    graph = build_app(build_llm(LlmArgs.model_validate(application["args"])), name="llm")
    assert [block["name"] for block in application["deployments"]] == [part.name for part in graph.deployments]


def test_a_language_model_without_a_key_says_what_to_do() -> None:
    with pytest.raises(BadSettings, match="LLM__API_KEY"):
        build_llm(LlmArgs(model="gemma3-270m-base"))


def test_the_stack_has_pages_unless_it_is_told_not_to() -> None:
    settings = Settings(_env_file=None)
    assert "ui" in [each["name"] for each in serve_file(settings)["applications"]]
    bare = settings.model_copy(update={"pages": False})
    assert "ui" not in [each["name"] for each in serve_file(bare)["applications"]]


def test_the_stack_runs_the_profile_that_is_set() -> None:
    content = serve_file(Settings(_env_file=None, profile=Profile.CPU))
    (graph,) = [each for each in content["applications"] if each["name"] == "callscribe"]
    assert BuildArgs.model_validate(graph["args"]).profile is Profile.CPU
