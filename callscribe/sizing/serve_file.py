"""What a Serve configuration file says of each deployment's resources and replicas: the one source of both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import yaml

from callscribe.errors import BadSettings
from callscribe.settings import Profile
from callscribe.sizing.nodes import Needs

ROOT: Final = Path(__file__).parents[2]
FILES: Final = {
    Profile.GPU: ROOT / "serve_config.yaml",
    Profile.CPU: ROOT / "cluster" / "serve.cpu.yaml",
    Profile.EMBEDDED: ROOT / "cluster" / "serve.embedded.yaml",
}

LABEL: Final = "callscribe/for"
"""Nodes for models have it with the value ``models`` (docs/operations.md)."""

LLM: Final = "LLM"
LLM_INGRESS: Final = "LLM's ingress"


@dataclass(frozen=True, slots=True)
class Block:
    """One deployment: what a replica takes, and how many there may be; ``fixed`` where their number is one number.

    ``shuns_models``: its replicas stand on no node for models.
    """

    name: str
    cores: float
    gpus: float
    min_replicas: int
    max_replicas: int
    fixed: bool
    shuns_models: bool = False

    def needs(self, memory_gib: float) -> Needs:
        """What a replica takes that has so much memory."""
        return Needs(self.cores, self.gpus, memory_gib, self.shuns_models)


@dataclass(frozen=True, slots=True)
class ServeFile:
    """The deployments of all applications, in the file's order."""

    path: Path
    blocks: tuple[Block, ...]

    @classmethod
    def of(cls, profile: Profile) -> ServeFile:
        """The file that comes with CallScribe for a profile. Raises ``BadSettings``."""
        return cls.read(FILES[profile])

    @classmethod
    def read(cls, path: Path) -> ServeFile:
        """Read a file. Raises ``BadSettings`` where it is none of ours."""
        try:
            content = yaml.safe_load(path.read_text(encoding="utf-8"))
            blocks = tuple(block for each in content["applications"] for block in _blocks(each))
        except OSError as error:
            raise BadSettings(f"{path} cannot be read: {error.strerror}. Name a Serve file with --config.") from error
        except (yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
            raise BadSettings(f"{path} is no Serve file with the graph's deployments: {error!r}.") from error
        return cls(path, blocks)


def _blocks(application: Mapping[str, Any]) -> Iterator[Block]:
    for config in (application.get("args") or {}).get("llm_configs", ()):
        bundle = config["placement_group_config"]["bundle_per_worker"]
        yield _block(LLM, config["deployment_config"], bundle["CPU"], bundle["GPU"])
        ingress = application["args"]["ingress_deployment_config"]
        yield _block(LLM_INGRESS, ingress, ingress["ray_actor_options"]["num_cpus"], 0)
    for deployment in application.get("deployments", ()):
        resources = deployment["ray_actor_options"]
        block = _block(deployment["name"], deployment, resources["num_cpus"], resources.get("num_gpus", 0))
        yield replace(block, shuns_models=resources.get("label_selector", {}).get(LABEL) == "!models")


def _block(name: str, config: Mapping[str, Any], cores: float, gpus: float) -> Block:
    scaling = config.get("autoscaling_config")
    if scaling is None:
        count = int(config["num_replicas"])
        return Block(name, float(cores), float(gpus), count, count, fixed=True)
    return Block(
        name, float(cores), float(gpus), int(scaling["min_replicas"]), int(scaling["max_replicas"]), fixed=False
    )
