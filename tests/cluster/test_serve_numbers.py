"""The numbers of serve_config.yaml fit each other, and what stands behind them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ray.serve._private.config import DeploymentConfig

from callscribe.settings import Profile, Settings
from callscribe.sizing import Costs, Node, ServeFile
from callscribe.sizing.nodes import nodes_for
from callscribe.sizing.serve_file import FILES
from serve_app.listening import CHUNKS_IN_FLIGHT

ROOT = Path(__file__).parents[2]
CONTENT = yaml.safe_load(FILES[Profile.GPU].read_text(encoding="utf-8"))
VLLM = json.loads((Path(__file__).parent / "vllm_arguments.json").read_text(encoding="utf-8"))
"""What Ray 2.60's vLLM, 0.29.0, takes: the fields of its AsyncEngineArgs and StructuredOutputsConfig."""

WRITTEN_OUT = {
    *("max_ongoing_requests", "max_queued_requests", "health_check_period_s", "health_check_timeout_s"),
    *("graceful_shutdown_wait_loop_s", "graceful_shutdown_timeout_s"),
}
SCALING = {"min_replicas", "max_replicas", "upscale_delay_s", "downscale_delay_s"}


def application(name: str) -> dict[str, Any]:
    (found,) = [each for each in CONTENT["applications"] if each["name"] == name]
    assert isinstance(found, dict)
    return found


def deployment(name: str) -> dict[str, Any]:
    return dict(blocks())[name]


def blocks() -> Iterator[tuple[str, dict[str, Any]]]:
    for each in CONTENT["applications"]:
        yield from ((block["name"], block) for block in each.get("deployments", ()))
    (llm,) = application("llm")["args"]["llm_configs"]
    resources = {"num_cpus": llm["placement_group_config"]["bundle_per_worker"]["CPU"]}
    yield "LLM", {"ray_actor_options": resources} | llm["deployment_config"]
    yield "LLM's ingress", application("llm")["args"]["ingress_deployment_config"]


each_block = pytest.mark.parametrize("block", [pytest.param(block, id=name) for name, block in blocks()])


@each_block
def test_every_block_is_written_out(block: dict[str, Any]) -> None:
    """What is added later restarts the application, or changes what runs without anybody asking for it."""
    assert block.keys() >= WRITTEN_OUT
    assert "num_cpus" in block["ray_actor_options"]
    assert ("num_replicas" in block) != ("autoscaling_config" in block)
    assert block.get("autoscaling_config", dict.fromkeys(SCALING)).keys() >= SCALING


@pytest.mark.parametrize("each", CONTENT["applications"], ids=lambda each: each["name"])
def test_every_application_is_written_out(each: dict[str, Any]) -> None:
    assert each.keys() >= {"name", "route_prefix", "import_path", "args", "runtime_env"}


@each_block
def test_bounds_are_in_order(block: dict[str, Any]) -> None:
    assert 0 < block["max_ongoing_requests"] <= block["max_queued_requests"]
    assert block["health_check_period_s"] <= block["health_check_timeout_s"]
    assert block["graceful_shutdown_wait_loop_s"] < block["graceful_shutdown_timeout_s"]
    scaling = block.get("autoscaling_config")
    if scaling:
        assert 1 <= scaling["min_replicas"] <= scaling["max_replicas"]
        assert scaling.get("target_ongoing_requests", 1) <= block["max_ongoing_requests"]
        assert scaling["upscale_delay_s"] < scaling["downscale_delay_s"]


def test_calls_at_a_time_are_enough_for_every_replica_of_the_models() -> None:
    """Else Serve would never add the last of them."""
    calls = deployment("Dispatcher")["num_replicas"] * Settings(_env_file=None, profile=Profile.GPU).tasks_at_a_time
    for name, sent in (("Diarizer", calls), ("Transcriber", calls * CHUNKS_IN_FLIGHT), ("Summarizer", calls)):
        scaling = deployment(name)["autoscaling_config"]
        assert sent >= scaling["max_replicas"] * scaling["target_ongoing_requests"], name


def test_what_one_stage_sends_the_next_one_takes() -> None:
    """``max_queued_requests`` is per caller, and each dispatcher is one."""
    tasks = Settings(_env_file=None, profile=Profile.GPU).tasks_at_a_time
    assert tasks * CHUNKS_IN_FLIGHT <= deployment("Transcriber")["max_queued_requests"]
    assert tasks <= deployment("Diarizer")["max_queued_requests"]
    assert tasks <= deployment("Summarizer")["max_queued_requests"]


def test_the_language_model_takes_what_its_ingress_lets_in_and_summarizers_ask_for() -> None:
    model, ingress = deployment("LLM"), deployment("LLM's ingress")
    assert model["max_ongoing_requests"] + model["max_queued_requests"] >= ingress["max_ongoing_requests"]
    summarizers = deployment("Summarizer")["autoscaling_config"]
    assert (
        summarizers["max_replicas"] * summarizers["target_ongoing_requests"]
        <= model["autoscaling_config"]["max_replicas"] * model["autoscaling_config"]["target_ongoing_requests"]
    )


def test_a_language_model_that_is_stopped_may_end_its_answer() -> None:
    llm = Settings(_env_file=None).llm
    assert llm.call_seconds <= deployment("LLM")["graceful_shutdown_timeout_s"]
    assert llm.call_seconds <= deployment("LLM's ingress")["graceful_shutdown_timeout_s"]


@pytest.mark.parametrize(
    ("profile", "seconds_an_hour", "longest_hours"),
    [(Profile.GPU, 3600 / 112, 12), (Profile.CPU, 218 / 2, 5)],
    ids=["gpu", "cpu"],
)
def test_a_replica_that_is_stopped_may_end_what_it_does(
    profile: Profile, seconds_an_hour: float, longest_hours: float
) -> None:
    """Uploads for as long as HAProxy lets them; the longest recordings but those that docs/operations.md names."""
    content = yaml.safe_load(FILES[profile].read_text(encoding="utf-8"))
    (graph,) = [each for each in content["applications"] if each["name"] == "callscribe"]
    graces = {block["name"]: block["graceful_shutdown_timeout_s"] for block in graph["deployments"]}
    image = (ROOT / "cluster" / "docker" / "Dockerfile").read_text(encoding="utf-8")
    (uploads,) = map(int, re.findall(r"RAY_SERVE_HAPROXY_HARD_STOP_AFTER_S=(\d+)", image))
    assert graces["Ingress"] >= uploads
    assert graces["Diarizer"] >= seconds_an_hour * longest_hours


def test_vllm_knows_every_argument_and_takes_no_more_memory_than_its_share() -> None:
    for config in application("llm")["args"]["llm_configs"]:
        arguments = config["engine_kwargs"]
        assert arguments.keys() <= set(VLLM["engine_kwargs"])
        assert arguments["structured_outputs_config"].keys() <= set(VLLM["structured_outputs_config"])
        assert arguments["gpu_memory_utilization"] <= config["placement_group_config"]["bundle_per_worker"]["GPU"]
        DeploymentConfig.model_validate(config["deployment_config"])
        assert config["deployment_config"].keys() <= DeploymentConfig.model_fields.keys()


def test_it_fits_the_nodes_that_the_page_names() -> None:
    page = (ROOT / "docs" / "sizing.md").read_text(encoding="utf-8")
    shown = r"wants (\d+) nodes of 16 cores, 64 GiB and one GPU for the models and (\d+) without .*? (\d+) and (\d+)\."
    (named,) = re.findall(shown, page.replace("\n", " "))
    memory = {name: cost.memory_gib for name, cost in Costs.load().of(Profile.GPU).items()}

    def nodes(*, most: bool) -> tuple[int, int]:
        replicas = [
            block.needs(memory.get(block.name, 0.5))
            for block in ServeFile.of(Profile.GPU).blocks
            for _ in range(block.max_replicas if most else block.min_replicas)
        ]
        models = nodes_for([each for each in replicas if not each.shuns_models], Node(16, 1, 64))
        return models, nodes_for([each for each in replicas if each.shuns_models], Node(16, 0, 64))

    assert (*nodes(most=False), *nodes(most=True)) == tuple(map(int, named))
