"""From a day's calls to replicas, nodes and disks."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from callscribe.errors import BadSettings, DoesNotFit
from callscribe.settings import TASKS_AT_A_TIME, Profile
from callscribe.sizing.costs import Costs, Device, StageCost
from callscribe.sizing.nodes import Needs, Node, nodes_for
from callscribe.sizing.queueing import late_wait, mean_wait
from callscribe.sizing.serve_file import Block, ServeFile

DAY_HOURS = 24
DISPATCHER = "Dispatcher"
BESIDE = ("Diarizer", "Transcriber")
"""The two that work on a call side by side; all others one after another."""


@dataclass(frozen=True, slots=True)
class Workload:
    """What comes in: ``hours_a_day`` of recordings within ``peak_hours`` of the day, in calls whose lengths vary.

    ``utilisation`` is how busy replicas may be then, ``media_mb`` how large an hour of recording is as it comes.
    """

    hours_a_day: float
    peak_hours: float = 8
    call_minutes: float = 30
    call_variation: float = 1
    utilisation: float = 0.7
    keep_days: int = 365
    media_mb: float = 58
    concurrent_tasks: int = TASKS_AT_A_TIME[Profile.GPU]

    @property
    def peak(self) -> float:
        """Hours of recording that come in an hour of the peak."""
        return self.hours_a_day / self.peak_hours

    @property
    def mean(self) -> float:
        """Hours of recording that come in an hour, over the whole day."""
        return self.hours_a_day / DAY_HOURS

    @property
    def call_hours(self) -> float:
        """A call's mean length, in hours."""
        return self.call_minutes / 60

    @property
    def rate(self) -> float:
        """Calls a second at the peak."""
        return self.peak / self.call_hours / 3600


@dataclass(frozen=True, slots=True)
class Planned:
    """One deployment: its replicas off the peak and at it, what each takes, how busy they are and how long calls wait.

    ``busy`` and ``wait_seconds`` are ``None`` where no stage's cost tells of the deployment: it stays as configured.
    ``seconds`` is a mean call's time in it, waiting left out.
    """

    name: str
    fixed: bool
    min_replicas: int
    max_replicas: int
    needs: Needs
    busy: float | None = None
    wait_seconds: float | None = None
    late_wait_seconds: float | None = None
    seconds: float | None = None
    estimate: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole, at the peak; storage in gigabytes (10^9 bytes).

    ``nodes`` have the planned shape, ``nodes_beside`` the same without GPUs: for replicas that shun models' nodes.
    """

    profile: Profile
    deployments: tuple[Planned, ...]
    nodes: int
    nodes_beside: int
    cores: float
    gpus: float
    memory_gib: float
    wait_seconds: float
    late_wait_seconds: float
    call_seconds: float
    database_gb: float
    media_gb: float
    decoded_gb: float


def plan(
    profile: Profile, workload: Workload, file: ServeFile, costs: Costs, *, node: Node, gpu_memory_gib: float
) -> Plan:
    """Plan for a day's calls. Raises ``DoesNotFit``, ``BadSettings`` where the file lacks a deployment."""
    by_name = costs.of(profile)
    missing = by_name.keys() - {block.name for block in file.blocks} - {"LLM"}
    if missing:
        raise BadSettings(f"{file.path} has no deployment {', '.join(sorted(missing))}.")
    _check_gpu_memory(file.blocks, by_name, gpu_memory_gib)
    if profile is Profile.EMBEDDED:
        planned = _on_one_machine(workload, file.blocks, by_name, costs, node)
    else:
        planned = _on_a_cluster(workload, file.blocks, by_name, costs)
    dispatcher = next(each for each in planned if each.name == DISPATCHER)
    replicas = [each.needs for each in planned for _ in range(each.max_replicas)]
    nodes, beside = (1, 0) if profile is Profile.EMBEDDED else _nodes(replicas, node)
    call_seconds = (dispatcher.seconds or 0) + (dispatcher.wait_seconds or 0)
    storage = costs.storage
    return Plan(
        profile=profile,
        deployments=planned,
        nodes=nodes,
        nodes_beside=beside,
        cores=sum(needs.cores for needs in replicas),
        gpus=sum(needs.gpus for needs in replicas),
        memory_gib=sum(needs.memory_gib for needs in replicas),
        wait_seconds=dispatcher.wait_seconds or 0,
        late_wait_seconds=dispatcher.late_wait_seconds or 0,
        call_seconds=call_seconds,
        database_gb=workload.hours_a_day * workload.keep_days * storage.database_mb / 1000,
        media_gb=workload.hours_a_day * workload.keep_days * workload.media_mb / 1000,
        decoded_gb=_decoded_hours(workload, dispatcher) * storage.decoded_mb / 1000,
    )


def _nodes(replicas: Collection[Needs], node: Node) -> tuple[int, int]:
    """How many nodes of that shape, and how many without GPUs for what shuns them. Raises ``DoesNotFit``."""
    beside = [needs for needs in replicas if needs.shuns_models]
    among_models = [needs for needs in replicas if not needs.shuns_models]
    return nodes_for(among_models, node), nodes_for(beside, replace(node, gpus=0))


def _decoded_hours(workload: Workload, dispatcher: Planned) -> float:
    """Hours of sound that lie decoded at the peak, that of calls which wait for a worker not among them.

    A long call has more of it and has it for longer: the mean of the squared lengths counts (Little's law).
    """
    return workload.rate * (dispatcher.seconds or 0) * workload.call_hours * (1 + workload.call_variation**2)


def _on_a_cluster(
    workload: Workload, blocks: Iterable[Block], costs: Mapping[str, StageCost], all_costs: Costs
) -> tuple[Planned, ...]:
    planned = {}
    for block in blocks:
        cost = costs.get(block.name)
        if cost is None:
            planned[block.name] = _as_configured(block, all_costs.storage.other_memory_gib)
        elif block.name != DISPATCHER:
            planned[block.name] = _stage(workload, block, cost)
    whole = {block.name: block for block in blocks}[DISPATCHER]
    working = [each for each in planned.values() if each.seconds is not None]
    planned[DISPATCHER] = _dispatcher(workload, whole, costs[DISPATCHER], working)
    return tuple(planned[block.name] for block in blocks)


def _as_configured(block: Block, memory_gib: float) -> Planned:
    return Planned(block.name, block.fixed, block.min_replicas, block.min_replicas, block.needs(memory_gib))


def _stage(workload: Workload, block: Block, cost: StageCost) -> Planned:
    share = block.gpus if cost.device is Device.GPU else block.cores
    most = _replicas(cost.devices(workload.peak), share, workload)
    busy = cost.devices(workload.peak) / (most * share)
    seconds = cost.seconds_for(workload.call_hours, share)
    wait = late = 0.0
    if cost.shared:
        # Many share a replica (M/G/1-PS): each is slower by all others (L. Kleinrock, Queueing Systems II, 4.4).
        seconds /= 1 - busy
    else:
        wait = mean_wait(most, workload.rate, seconds, workload.call_variation)
        late = late_wait(most, workload.rate, seconds, workload.call_variation)
    return Planned(
        block.name,
        block.fixed,
        min(most, _replicas(cost.devices(workload.mean), share, workload)),
        most,
        block.needs(cost.memory_gib),
        busy=busy,
        wait_seconds=wait,
        late_wait_seconds=late,
        seconds=seconds,
        estimate=cost.estimate,
    )


def _dispatcher(workload: Workload, block: Block, cost: StageCost, stages: Iterable[Planned]) -> Planned:
    """As many as hold the calls that are worked on at a time (Little's law), and decode them."""
    taken = {each.name: (each.seconds or 0) + (each.wait_seconds or 0) for each in stages}
    beside = max(taken.pop(name) for name in BESIDE)
    seconds = cost.seconds_for(workload.call_hours, share=1) + beside + sum(taken.values())
    places = math.ceil(workload.rate * seconds / workload.utilisation)
    decoding = _replicas(cost.devices(workload.peak), block.cores, workload)
    most = max(math.ceil(places / workload.concurrent_tasks), decoding)
    least = max(1, math.ceil(workload.mean / workload.peak * most))
    slots = most * workload.concurrent_tasks
    return Planned(
        block.name,
        block.fixed,
        most if block.fixed else least,
        most,
        block.needs(cost.memory_gib),
        busy=workload.rate * seconds / slots,
        wait_seconds=mean_wait(slots, workload.rate, seconds, workload.call_variation),
        late_wait_seconds=late_wait(slots, workload.rate, seconds, workload.call_variation),
        seconds=seconds,
        estimate=cost.estimate,
    )


def _replicas(devices: float, share: float, workload: Workload) -> int:
    return max(1, math.ceil(devices / (share * workload.utilisation) - 1e-9))


def _on_one_machine(
    workload: Workload, blocks: Iterable[Block], costs: Mapping[str, StageCost], all_costs: Costs, node: Node
) -> tuple[Planned, ...]:
    """All stages share one machine's cores, of which Ray's shares say nothing: a queue before one server."""
    cores = sum(cost.devices(workload.peak) for cost in costs.values())
    if cores > workload.utilisation * node.cores:
        raise DoesNotFit(
            f"This wants {cores / workload.utilisation:.1f} cores, and one machine of {node.cores:g} is planned: name "
            "a larger one with --node-cores, or plan for the profile cpu or gpu, which spread over several."
        )
    seconds = sum(cost.seconds_for(workload.call_hours, node.cores) for cost in costs.values())
    planned = []
    for block in blocks:
        cost = costs.get(block.name)
        each = _as_configured(block, cost.memory_gib if cost else all_costs.storage.other_memory_gib)
        used = cost.devices(workload.peak) if cost else 0.0
        each = replace(each, needs=replace(each.needs, cores=used), busy=used / node.cores if cost else None)
        if block.name == DISPATCHER:
            each = replace(
                each,
                wait_seconds=mean_wait(1, workload.rate, seconds, workload.call_variation),
                late_wait_seconds=late_wait(1, workload.rate, seconds, workload.call_variation),
                seconds=seconds,
            )
        planned.append(each)
    _check_memory(planned, node)
    return tuple(planned)


def _check_memory(planned: Iterable[Planned], node: Node) -> None:
    wanted = sum(each.needs.memory_gib * each.max_replicas for each in planned)
    if wanted > node.memory_gib:
        raise DoesNotFit(
            f"This wants {wanted:.1f} GiB of memory, and one machine of {node.memory_gib:g} GiB is planned: name a "
            "larger one with --node-memory, or plan for the profile cpu or gpu, which spread over several."
        )


def _check_gpu_memory(blocks: Iterable[Block], costs: Mapping[str, StageCost], gpu_memory_gib: float) -> None:
    for block in blocks:
        cost = costs.get(block.name)
        if cost is not None and block.gpus and cost.gpu_memory_gib > block.gpus * gpu_memory_gib:
            raise DoesNotFit(
                f"{block.name} wants {cost.gpu_memory_gib:g} GiB of GPU memory, and {block.gpus:g} of a GPU of "
                f"{gpu_memory_gib:g} GiB is less: give it a larger share in the Serve file, or plan larger GPUs."
            )
