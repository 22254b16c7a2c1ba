"""The language model as a Serve application of its own: restarting it leaves the graph alone."""

# No `from __future__ import annotations` here: Serve reads the type of build_llm's argument at run time.
from pydantic import BaseModel, ConfigDict
from ray.serve import Application

from callscribe.settings import Settings
from deployments.llm.deployment import Llm
from serve_app.binding import bound


class LlmArgs(BaseModel):
    """What a Serve configuration file says of the language model."""

    model_config = ConfigDict(extra="forbid")

    model: str


def build_llm(args: LlmArgs) -> Application:
    """Serve a model of the catalogue behind OpenAI's contract. Its resources are the configuration file's."""
    return bound(Llm, Settings(), args.model)
