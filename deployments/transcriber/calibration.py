"""Confidences made comparable: what an engine's number has meant on labelled speech."""

from __future__ import annotations

from importlib.resources import files
from math import exp, log
from typing import Self

from pydantic import BaseModel, ConfigDict

_LEAST = 1e-3


class Curve(BaseModel):
    """Platt scaling: P(right) = σ(offset + slope · logit(confidence))."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    offset: float
    slope: float

    def __call__(self, confidence: float) -> float:
        """Give the probability that a word of this confidence is right."""
        return 1 / (1 + exp(-(self.offset + self.slope * logit(confidence))))


class Calibration(BaseModel):
    """A curve for words that both heard, and for each engine one where they differ and one where it is alone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    made_by: str
    agreed: Curve
    vosk: Curve
    whisper: Curve

    @classmethod
    def load(cls) -> Self:
        """Read the curves that ship with the package."""
        return cls.model_validate_json(files(__package__).joinpath("calibration.json").read_bytes())


def logit(confidence: float) -> float:
    """Map 0..1 to the real line, its ends pulled in a little."""
    clipped = min(max(confidence, _LEAST), 1 - _LEAST)
    return log(clipped / (1 - clipped))
