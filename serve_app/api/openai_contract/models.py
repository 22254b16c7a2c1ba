"""OpenAI's list of models."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class Model(BaseModel):
    """A model."""

    id: str = Field(examples=["callscribe"])
    object: Literal["model"] = "model"
    created: int = Field(default=0, description="Nobody has noted it.", examples=[0])
    owned_by: str = Field(default="callscribe", examples=["callscribe"])


class ModelList(BaseModel):
    """All of them."""

    object: Literal["list"] = "list"
    data: list[Model]
