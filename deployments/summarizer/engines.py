"""Which summarizer a profile uses."""

from __future__ import annotations

from callscribe.models import Installation
from callscribe.settings import Settings
from deployments.summarizer.engine import SummarizerEngine
from deployments.summarizer.hiding import hidden


def load_engine(settings: Settings) -> SummarizerEngine:
    """Build the engine: the linguistic layer, and the LLM's where an endpoint is set.

    PyTorch is there for the diarizer. spaCy would load it, and half a gigabyte with it, and never use it.
    """
    with hidden("torch"):
        from deployments.summarizer.layers import Layers
        from deployments.summarizer.linguistic.engine import LinguisticEngine
        from deployments.summarizer.linguistic.salience import turn_weights
        from deployments.summarizer.llm.layer import LlmLayer

    llm = LlmLayer(settings.llm, turn_weights) if settings.llm.url else None
    return Layers(LinguisticEngine(Installation(settings.models_path)), llm)
