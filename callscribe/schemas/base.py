"""What the models of the contract have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class View(BaseModel):
    """An answer: immutable, and without fields that the contract does not name."""

    model_config = ConfigDict(extra="forbid", frozen=True)
