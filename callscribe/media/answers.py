"""What the decoding process answers, as JSON lines. It may have been taken over by a recording: nothing is believed."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Progress(_Answer):
    """Seconds decoded so far."""

    kind: Literal["progress"]
    seconds: float = Field(ge=0)


class Probed(_Answer):
    """What the container says."""

    kind: Literal["probed"]
    container: str
    codec: str
    media_type: str
    channels: int
    sample_rate: int
    duration_seconds: float | None


class Decoded(_Answer):
    """What was written."""

    kind: Literal["decoded"]
    duration_seconds: float
    peak_dbfs: float
    truncated: bool


class Failed(_Answer):
    """The code of one of ``callscribe.errors`` and its sentence."""

    kind: Literal["failed"]
    code: str
    message: str
    fault: str = Field(default="", max_length=4000, description="Where our own code broke, for our log.")


Answer = Annotated[Progress | Probed | Decoded | Failed, Field(discriminator="kind")]
"""One line."""

ANSWERS: TypeAdapter[Progress | Probed | Decoded | Failed] = TypeAdapter(Answer)
"""Reads one line."""
