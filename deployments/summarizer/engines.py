"""Which summarizer a profile uses."""

from __future__ import annotations

from callscribe.metrics import Measured
from callscribe.models import Installation
from callscribe.settings import Settings
from callscribe.store import Recorder
from deployments.summarizer.engine import SummarizerEngine
from deployments.summarizer.hiding import hidden


def load_engine(settings: Settings, recorder: Recorder | None = None) -> SummarizerEngine:
    """Build the engine: the linguistic layer, and the LLM's where an endpoint is set, whose answers the recorder times.

    PyTorch is there for the diarizer. spaCy would load it, and half a gigabyte with it, and never use it.
    """
    with hidden("torch"):
        from deployments.summarizer.layers import Layers
        from deployments.summarizer.linguistic.engine import LinguisticEngine
        from deployments.summarizer.linguistic.salience import turn_weights
        from deployments.summarizer.llm.endpoint import Spent
        from deployments.summarizer.llm.layer import LlmLayer

    def on_answer(spent: Spent) -> None:
        if recorder is not None:
            recorder.measured(Measured.LLM, spent.seconds, spent.engine)

    llm = LlmLayer(settings.llm, turn_weights, on_answer) if settings.llm.url else None
    return Layers(LinguisticEngine(Installation(settings.models_path)), llm)
