"""The language model as a Serve application of its own: restarting it leaves the graph alone."""

# No `from __future__ import annotations` here: Serve reads the type of build_llm's argument at run time.
from pydantic import BaseModel, ConfigDict
from ray.serve import Application

from callscribe.errors import BadSettings
from callscribe.settings import Settings
from deployments.llm.deployment import Llm
from serve_app.binding import bound


class LlmArgs(BaseModel):
    """What a Serve configuration file says of the language model."""

    model_config = ConfigDict(extra="forbid")

    model: str


def build_llm(args: LlmArgs) -> Application:
    """Serve a model of the catalogue behind OpenAI's contract. Its resources are the configuration file's.

    Raises ``BadSettings`` without a key: whoever reaches the API's port would reach the model.
    """
    settings = Settings()
    if settings.llm.api_key is None:
        raise BadSettings(
            "CALLSCRIBE_LLM__API_KEY is not set: what this model asks of its callers, and the graph shows to it."
        )
    return bound(Llm, settings, args.model)
