"""Replicas follow from costs and shares; nodes hold what is placed on them; what cannot be is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from callscribe.errors import BadSettings, DoesNotFit
from callscribe.settings import Profile
from callscribe.sizing import Costs, Node, Plan, ServeFile, Workload, plan
from callscribe.sizing.nodes import Needs, nodes_for
from callscribe.sizing.plan import Planned
from callscribe.sizing.serve_file import FILES

COSTS = Costs.load()
NODE = Node(16, 1, 64)
GPU_FILE = ServeFile.of(Profile.GPU)


def planned(workload: Workload, file: ServeFile | None = None, gpu_memory_gib: float = 80) -> Plan:
    return plan(Profile.GPU, workload, file or GPU_FILE, COSTS, node=NODE, gpu_memory_gib=gpu_memory_gib)


def deployment(made: Plan, name: str) -> Planned:
    (found,) = [each for each in made.deployments if each.name == name]
    return found


@given(st.floats(1, 100_000), st.floats(1, 24), st.floats(1, 120), st.floats(0.1, 0.9))
def test_the_days_calls_are_done_and_nothing_is_busier_than_it_may_be(
    hours: float, peak: float, minutes: float, utilisation: float
) -> None:
    workload = Workload(hours, peak, minutes, utilisation=utilisation)
    made = planned(workload)
    for cost in COSTS.gpu:
        each = deployment(made, cost.deployment)
        assert each.busy is not None
        assert 0 < each.busy <= utilisation + 1e-6
        assert 1 <= each.min_replicas <= each.max_replicas
    diarizer = deployment(made, "Diarizer")
    assert diarizer.max_replicas * diarizer.needs.gpus * 3600 >= 32.1 * hours / peak
    assert made.gpus <= made.nodes * NODE.gpus
    beside = sum(each.needs.cores * each.max_replicas for each in made.deployments if each.needs.shuns_models)
    assert beside <= made.nodes_beside * NODE.cores


def test_calls_in_work_at_a_time_are_littles() -> None:
    made = planned(Workload(1000))
    dispatcher = deployment(made, "Dispatcher")
    parts = {each.name: (each.seconds or 0) + (each.wait_seconds or 0) for each in made.deployments}
    decoding = 13.7 / 2
    beside = max(parts["Diarizer"], parts["Transcriber"])
    assert dispatcher.seconds == pytest.approx(decoding + beside + parts["Summarizer"] + parts["LLM"])
    at_a_time = 1000 / 8 / 0.5 / 3600 * (dispatcher.seconds or 0)
    assert dispatcher.busy == pytest.approx(at_a_time / (8 * dispatcher.max_replicas))
    assert deployment(planned(Workload(1000, concurrent_tasks=2)), "Dispatcher").max_replicas > dispatcher.max_replicas


def test_shares_come_from_the_serve_file(tmp_path: Path) -> None:
    content = yaml.safe_load(FILES[Profile.GPU].read_text(encoding="utf-8"))
    (diarizer,) = [each for each in content["applications"][0]["deployments"] if each["name"] == "Diarizer"]
    diarizer["ray_actor_options"]["num_gpus"] = 0.25
    path = tmp_path / "serve.yaml"
    path.write_text(yaml.safe_dump(content))
    halves, quarters = planned(Workload(10_000)), planned(Workload(10_000), ServeFile.read(path))
    assert deployment(halves, "Diarizer").max_replicas == 32
    assert deployment(quarters, "Diarizer").max_replicas == 64
    assert deployment(quarters, "Diarizer").needs.gpus == 0.25


def test_what_shuns_the_nodes_for_models_gets_nodes_of_its_own(tmp_path: Path) -> None:
    text = FILES[Profile.GPU].read_text(encoding="utf-8")
    path = tmp_path / "serve.yaml"
    path.write_text(text.replace('label_selector: {callscribe/for: "!models"}', "label_selector: {}"))
    made, together = planned(Workload(1000)), planned(Workload(1000), ServeFile.read(path))
    shunning = {each.name for each in made.deployments if each.needs.shuns_models}
    assert shunning == {"Ingress", "Dispatcher", "Summarizer", "Pages", "KonturTalk", "Kafka"}
    assert (made.nodes, made.nodes_beside) == (4, 1)
    assert (together.nodes, together.nodes_beside) == (4, 0)


def test_without_a_language_model_none_is_planned(tmp_path: Path) -> None:
    content = yaml.safe_load(FILES[Profile.GPU].read_text(encoding="utf-8"))
    content["applications"] = [each for each in content["applications"] if each["name"] != "llm"]
    path = tmp_path / "serve.yaml"
    path.write_text(yaml.safe_dump(content))
    made = planned(Workload(1000), ServeFile.read(path))
    assert "LLM" not in [each.name for each in made.deployments]
    assert made.call_seconds < planned(Workload(1000)).call_seconds


def test_storage_is_in_proportion_to_what_is_kept() -> None:
    made = planned(Workload(100, keep_days=10, media_mb=30))
    assert (made.database_gb, made.media_gb) == pytest.approx((1.35, 30))


def test_one_machine_has_the_memory_of_all_its_replicas() -> None:
    file = ServeFile.of(Profile.EMBEDDED)

    def on(memory_gib: float) -> Plan:
        return plan(Profile.EMBEDDED, Workload(8), file, COSTS, node=Node(2, 0, memory_gib), gpu_memory_gib=0)

    wanted = on(16).memory_gib
    assert on(wanted).nodes == 1
    with pytest.raises(DoesNotFit, match=rf"wants {wanted:.1f} GiB of memory"):
        on(wanted - 0.1)


@pytest.mark.parametrize("variation", [0, 1, 2])
def test_long_calls_keep_more_decoded_sound_for_longer(variation: float) -> None:
    made = plan(
        Profile.EMBEDDED,
        Workload(8, call_variation=variation),
        ServeFile.of(Profile.EMBEDDED),
        COSTS,
        node=Node(2, 0, 16),
        gpu_memory_gib=0,
    )
    # Two calls of 57.6 MB come in an hour, and two cores work on each for 875.1 / 2 / 2 seconds if all are as long.
    alike = 2 / 3600 * 875.1 / 4 * 0.0576
    assert made.decoded_gb == pytest.approx(alike * (1 + variation**2), rel=1e-3)


def test_a_gpu_that_is_too_small_is_refused() -> None:
    with pytest.raises(DoesNotFit, match=r"LLM wants 12 GiB of GPU memory, and 0\.5 of a GPU of 16 GiB"):
        planned(Workload(10), gpu_memory_gib=16)


def test_one_machine_is_filled_to_where_it_may_be() -> None:
    file = ServeFile.of(Profile.EMBEDDED)

    def on(cores: int, hours: float) -> Plan:
        return plan(Profile.EMBEDDED, Workload(hours), file, COSTS, node=Node(cores, 0, 16), gpu_memory_gib=0)

    # 875.1 seconds of a core for an hour; 70 % of two cores in eight hours.
    most = 8 * 3600 * 2 * 0.7 / 875.1
    assert on(2, most * 0.99).nodes == 1
    with pytest.raises(DoesNotFit, match=r"wants 2\.0 cores"):
        on(2, most * 1.01)
    assert on(4, most).wait_seconds < on(2, most * 0.99).wait_seconds


@pytest.mark.parametrize(
    "content", ["", "a: [", "applications: []", "applications: [{deployments: [{name: Diarizer}]}]", "applications: 1"]
)
def test_a_file_that_is_no_serve_file_of_ours_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "serve.yaml"
    path.write_text(content)
    with pytest.raises(BadSettings, match=r"serve\.yaml"):
        planned(Workload(10), ServeFile.read(path))
    with pytest.raises(BadSettings, match="cannot be read"):
        ServeFile.read(tmp_path / "absent.yaml")


@pytest.mark.parametrize(
    ("replicas", "nodes"),
    [
        ([Needs(1, 0.5, 1)] * 4, 2),
        ([Needs(1, 0.6, 1)] * 3, 3),
        ([Needs(1, 0.6, 1), Needs(1, 0.6, 1), Needs(1, 0.4, 1), Needs(1, 0.4, 1)], 2),
        ([Needs(1, 0.4, 1), Needs(1, 0.4, 1), Needs(1, 0.2, 1)], 1),
        ([Needs(10, 0, 1)] * 3, 3),
        ([Needs(1, 0, 40), Needs(1, 0, 24), Needs(1, 0, 40)], 2),
        ([], 0),
    ],
)
def test_replicas_share_nodes_as_far_as_they_fit(replicas: list[Needs], nodes: int) -> None:
    assert nodes_for(replicas, NODE) == nodes


@pytest.mark.parametrize("needs", [Needs(17, 0, 1), Needs(1, 2, 1), Needs(1, 0, 65)])
def test_a_replica_that_is_larger_than_a_node_is_refused(needs: Needs) -> None:
    with pytest.raises(DoesNotFit, match="more than a node"):
        nodes_for([needs], NODE)


def test_every_cost_says_where_it_is_from() -> None:
    text = Path(__file__).parents[2].joinpath("docs/performance.md").read_text(encoding="utf-8")
    for cost in (*COSTS.gpu, *COSTS.cpu, *COSTS.embedded):
        assert "docs/performance.md" in cost.source or cost.estimate, cost
    # The figures that the costs are made of stand there yet.
    for figure in ("112 × real time", "| 8 | 3887 | 8666 | 4047 | 8752 | 312 |", "embeddings 89 s", "12.5 s"):
        assert figure in text
    gpu = COSTS.of(Profile.GPU)
    assert gpu["Diarizer"].seconds == pytest.approx(3600 / 112, abs=0.1)
    assert gpu["Transcriber"].seconds == pytest.approx(3600 / 312, abs=0.1)
    assert gpu["Transcriber"].estimate, "torch was measured, and the profile's own weights run on ONNX Runtime"
    embedded = COSTS.of(Profile.EMBEDDED)
    assert embedded["Diarizer"].seconds == pytest.approx(2 * (20 + 89 + 0.2), abs=1)
    assert embedded["Transcriber"].seconds == pytest.approx(2 * 12.5 / 105 * 3600 - 218, abs=2)
    assert embedded["Dispatcher"].seconds == pytest.approx(0.4 / 105 * 3600, abs=0.1)
    assert embedded["Summarizer"].seconds == pytest.approx(0.1 / 105 * 3600, abs=0.1)
