"""The summarizer as a Ray Serve deployment."""

from __future__ import annotations

import asyncio

from ray import serve

from callscribe.domain import Protocol, Transcript
from callscribe.settings import Settings
from deployments.summarizer.engines import load_engine


@serve.deployment
class Summarizer:
    """A replica: one engine, off the event loop."""

    def __init__(self, settings: Settings) -> None:
        self._engine = load_engine(settings)

    async def name(self) -> str:
        """Say which engine answers."""
        return self._engine.name

    async def summarize(self, transcript: Transcript) -> Protocol:
        """Make the protocol of a transcript."""
        return await asyncio.to_thread(self._engine.summarize, transcript)
