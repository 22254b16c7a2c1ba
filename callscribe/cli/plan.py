"""``callscribe plan``: what so many hours of calls a day want."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from callscribe.cli.console import explained, stdout
from callscribe.cli.wording import WORDS
from callscribe.settings import TASKS_AT_A_TIME, Profile
from callscribe.sizing import Costs, Node, Plan, ServeFile, Workload
from callscribe.sizing import plan as planned_for
from callscribe.sizing.plan import Planned

MOST_HOURS = 1_000_000
LONGEST_CALL_MINUTES = 12 * 60
"""What the decoder takes (CALLSCRIBE_DECODE__DURATION_SECONDS)."""


def plan(
    *,
    hours_a_day: Annotated[float, typer.Option(help=WORDS.plan_hours, min=0.1, max=MOST_HOURS)],
    profile: Annotated[Profile, typer.Option(help=WORDS.plan_profile)] = Profile.GPU,
    config: Annotated[Path | None, typer.Option(help=WORDS.plan_config)] = None,
    peak_hours: Annotated[float, typer.Option(help=WORDS.plan_peak, min=0.5, max=24)] = 8,
    mean_call_minutes: Annotated[float, typer.Option(help=WORDS.plan_call, min=0.1, max=LONGEST_CALL_MINUTES)] = 30,
    call_variation: Annotated[float, typer.Option(help=WORDS.plan_variation, min=0, max=10)] = 1,
    utilisation: Annotated[float, typer.Option(help=WORDS.plan_utilisation, min=0.05, max=0.95)] = 0.7,
    keep_days: Annotated[int, typer.Option(help=WORDS.plan_keep, min=1, max=36500)] = 365,
    media_mb: Annotated[float, typer.Option(help=WORDS.plan_media, min=1, max=10000)] = 58,
    concurrent_tasks: Annotated[int | None, typer.Option(help=WORDS.plan_tasks, min=1, max=1000)] = None,
    gpu_memory: Annotated[float, typer.Option(help=WORDS.plan_gpu_memory, min=1)] = 80,
    node_cores: Annotated[float, typer.Option(help=WORDS.plan_node, min=1)] = 16,
    node_gpus: Annotated[int, typer.Option(min=0)] = 1,
    node_memory: Annotated[float, typer.Option(min=1)] = 64,
    as_json: Annotated[bool, typer.Option("--json", help=WORDS.plan_json)] = False,
) -> None:
    """Plan, and print it."""
    workload = Workload(
        hours_a_day,
        peak_hours,
        mean_call_minutes,
        call_variation,
        utilisation,
        keep_days,
        media_mb,
        concurrent_tasks or TASKS_AT_A_TIME[profile],
    )
    with explained():
        file = ServeFile.read(config) if config is not None else ServeFile.of(profile)
        node = Node(node_cores, node_gpus if profile is Profile.GPU else 0, node_memory)
        made = planned_for(profile, workload, file, Costs.load(), node=node, gpu_memory_gib=gpu_memory)
    if as_json:
        stdout().print_json(json.dumps(asdict(made)))
    else:
        _show(made, workload, node, file)


def _show(made: Plan, workload: Workload, node: Node, file: ServeFile) -> None:
    console = stdout()
    console.print(WORDS.plan_asked.format(hours=workload.hours_a_day, peak=workload.peak, workload=workload))
    console.print(_table(made))
    if any(each.estimate for each in made.deployments):
        console.print(WORDS.plan_estimate)
    console.print(WORDS.plan_nodes.format(count=made.nodes, node=node, made=made), soft_wrap=True)
    if made.nodes_beside:
        console.print(WORDS.plan_nodes_beside.format(count=made.nodes_beside, node=node), soft_wrap=True)
    console.print(WORDS.plan_wait.format(made=made), soft_wrap=True)
    console.print(WORDS.plan_disk.format(made=made, days=workload.keep_days), soft_wrap=True)
    if made.profile is not Profile.EMBEDDED:
        console.print(f"\n{WORDS.plan_values.format(file=file.path.name)}")
        for line in _values(made):
            console.print(line)


def _table(made: Plan) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column(WORDS.plan_deployment)
    for heading in (
        WORDS.plan_replicas,
        WORDS.plan_gpus,
        WORDS.plan_cores,
        WORDS.plan_memory,
        WORDS.plan_busy,
        WORDS.plan_queue,
    ):
        table.add_column(heading, justify="right")
    for each in made.deployments:
        table.add_row(f"{each.name}{'*' if each.estimate else ''}", *_cells(each))
    table.add_row("", "", f"{made.gpus:.2f}", f"{made.cores:.1f}", f"{made.memory_gib:.1f}", "", "", style="bold")
    return table


def _cells(each: Planned) -> Iterator[str]:
    yield str(each.max_replicas)
    needs = each.needs
    yield f"{each.max_replicas * needs.gpus:.2f}" if needs.gpus else ""
    yield f"{each.max_replicas * needs.cores:.1f}"
    yield f"{each.max_replicas * needs.memory_gib:.1f}"
    yield "" if each.busy is None else f"{each.busy:.0%}"
    yield "" if each.wait_seconds is None else f"{each.wait_seconds:.1f}"


def _values(made: Plan) -> Iterator[str]:
    """The lines that the Serve file should have."""
    for each in made.deployments:
        if each.busy is None:
            continue
        if each.fixed:
            yield f"  {each.name}: num_replicas: {each.max_replicas}"
        else:
            yield f"  {each.name}: min_replicas: {each.min_replicas}, max_replicas: {each.max_replicas}"
