"""Which file of the catalogue is the model."""

from __future__ import annotations

from callscribe.errors import ModelUnavailable
from callscribe.models import Installation
from callscribe.settings import Settings
from deployments.llm.llama import Llama


def load_engine(settings: Settings, model: str, *, threads: int = 1) -> Llama:
    """Start llama.cpp on ``threads`` processors; ``ModelUnavailable`` when the model's weights are not here."""
    folder = Installation(settings.models_path).path(model)
    gguf = next(folder.glob("*.gguf"), None)
    if gguf is None:
        raise ModelUnavailable(f"{model} is not a language model: name one in CALLSCRIBE_LLM__SERVE.")
    return Llama(gguf, name=model, context_tokens=settings.llm.serve_context_tokens, threads=threads)
