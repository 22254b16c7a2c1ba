"""What the summarizer knows of each kind of call, which stands as data in ``templates/``."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Self

from pydantic import BaseModel, ConfigDict

from callscribe.domain import Language, Template


class TemplateContent(BaseModel):
    """A template in one language, as its file says it.

    ``topic`` holds the lemmas of what such calls turn on: the linguistic layer prefers sentences that have them. All
    else is for the LLM: what to look for, and what each section is to dwell on.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    about: str
    summary: str
    key_points: str
    decisions: str
    action_items: str
    look_for: tuple[str, ...]
    topic: tuple[str, ...] = ()

    @classmethod
    def load(cls, language: Language, template: Template) -> Self:
        """Read the file that ships with the package."""
        text = files(__package__).joinpath(f"templates/{language}/{template}.toml").read_text("utf-8")
        return cls.model_validate(tomllib.loads(text))
