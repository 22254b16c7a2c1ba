"""Which summarizer a profile uses."""

from __future__ import annotations

from callscribe.settings import Settings
from deployments.summarizer.engine import SummarizerEngine


def load_engine(settings: Settings) -> SummarizerEngine:
    """Build the profile's engine: for now the extractive one in each of them."""
    from deployments.summarizer.lexrank import LexRankEngine

    del settings
    return LexRankEngine()
