"""What an hour of recording costs, as it was measured."""

from __future__ import annotations

import tomllib
from enum import StrEnum
from importlib.resources import files
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from callscribe.settings import Profile

HOUR: Final = 3600.0


class Device(StrEnum):
    """What a stage's time is that of."""

    GPU = "gpu"
    CORES = "cores"


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StageCost(_Data):
    """One stage's cost: ``seconds`` of a whole GPU or of a core for an hour of recording (costs.toml says the rest)."""

    stage: str
    deployment: str
    device: Device
    seconds: float = Field(gt=0)
    own_seconds: float = Field(default=0, ge=0)
    shared: bool = False
    memory_gib: float = Field(ge=0)
    gpu_memory_gib: float = Field(default=0, ge=0)
    estimate: bool = False
    source: str

    def devices(self, hours_an_hour: float) -> float:
        """How many GPUs or cores are busy where so many hours of recording come in an hour."""
        return hours_an_hour * self.seconds / HOUR

    def seconds_for(self, recording_hours: float, share: float) -> float:
        """Seconds that a recording takes in a replica that has that share of a GPU, or so many cores, alone."""
        return recording_hours * max(self.seconds / share, self.own_seconds)


class StorageCost(_Data):
    """Megabytes (10^6 bytes) for an hour of recording, and GiB of memory of a replica that no stage's cost tells of."""

    other_memory_gib: float = Field(gt=0)
    database_mb: float = Field(gt=0)
    database_source: str
    decoded_mb: float = Field(gt=0)
    decoded_source: str


class Costs(_Data):
    """The costs of every profile."""

    storage: StorageCost
    gpu: tuple[StageCost, ...]
    cpu: tuple[StageCost, ...]
    embedded: tuple[StageCost, ...]

    @classmethod
    def load(cls) -> Costs:
        """Read those of this release."""
        text = files("callscribe.sizing").joinpath("costs.toml").read_text(encoding="utf-8")
        return cls.model_validate(tomllib.loads(text))

    def of(self, profile: Profile) -> dict[str, StageCost]:
        """A profile's costs by deployment."""
        by_profile = {Profile.GPU: self.gpu, Profile.CPU: self.cpu, Profile.EMBEDDED: self.embedded}
        return {cost.deployment: cost for cost in by_profile[profile]}
