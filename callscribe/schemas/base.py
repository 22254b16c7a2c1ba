"""What the models of the contract have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class View(BaseModel):
    """An answer: immutable. A client may meet fields that a newer server has added, and reads past them."""

    model_config = ConfigDict(extra="ignore", frozen=True)
