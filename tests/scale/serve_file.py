"""serve_config.yaml as it stands, but for what one machine without a GPU cannot have."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

FILE = Path(__file__).parents[2] / "serve_config.yaml"
GRAPH = "callscribe"
NOTHING: Mapping[str, Any] = MappingProxyType({})

GPU = "gpu"
"""The resource that stands in a GPU's place: fractions of it are given out in the same way."""

SOON = {"upscale_delay_s": 1, "downscale_delay_s": 3, "look_back_period_s": 3, "metrics_interval_s": 1}
"""Delays of autoscaling that a test can wait for."""

DRAIN_SECONDS = 40
"""How long a model's replica may take to end, one that has never found room included: Serve replaces none meanwhile."""


def graphs_file(door: int, runtime_env: Mapping[str, Any] = NOTHING) -> dict[str, Any]:
    """Leave the graph alone of the applications, with the embedded profile's engines and GPUs by another name."""
    file: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    file["http_options"] |= {"host": "127.0.0.1", "port": door}
    (graph,) = file["applications"] = [each for each in file["applications"] if each["name"] == GRAPH]
    graph["args"]["profile"] = "embedded"
    graph["runtime_env"] = dict(runtime_env)
    for deployment in graph["deployments"]:
        options = deployment["ray_actor_options"]
        if (fraction := options.pop("num_gpus", None)) is not None:
            options["resources"] = {GPU: fraction}
            deployment["graceful_shutdown_timeout_s"] = DRAIN_SECONDS
        if "autoscaling_config" in deployment:
            deployment["autoscaling_config"] |= SOON
    return file
