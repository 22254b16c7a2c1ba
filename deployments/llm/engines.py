"""Which file is the model: one of the catalogue, or the operator's own."""

from __future__ import annotations

from pathlib import Path

from callscribe.errors import ModelUnavailable
from callscribe.models import Installation
from callscribe.settings import Settings, is_catalogued
from deployments.llm.llama import Llama


def load_engine(settings: Settings, model: str, *, threads: int = 1) -> Llama:
    """Start llama.cpp on ``threads`` processors; ``ModelUnavailable`` when the model's weights are not here."""
    gguf = _of_catalogue(settings, model) if is_catalogued(model) else Path(model)
    name = model if is_catalogued(model) else gguf.stem
    key = settings.llm.api_key.get_secret_value() if settings.llm.api_key else None
    return Llama(gguf, name=name, context_tokens=settings.llm.serve_context_tokens, threads=threads, key=key)


def _of_catalogue(settings: Settings, model: str) -> Path:
    folder = Installation(settings.models_path).path(model)
    gguf = next(folder.glob("*.gguf"), None)
    if gguf is None:
        raise ModelUnavailable(f"{model} is not a language model: name one in CALLSCRIBE_LLM__SERVE.")
    return gguf
