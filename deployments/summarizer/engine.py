"""What a summarizer must do."""

from __future__ import annotations

from typing import Protocol

from callscribe.domain import Brief
from callscribe.domain import Protocol as CallProtocol


class SummarizerEngine(Protocol):
    """One implementation of the protocol's making."""

    @property
    def name(self) -> str:
        """The engine and its version, as results name it."""
        ...

    async def summarize(self, brief: Brief) -> CallProtocol:
        """The protocol of a transcript. Calls may overlap."""
        ...

    async def improve(self, brief: Brief, protocol: CallProtocol) -> CallProtocol:
        """Add to a degraded protocol what it lacks, without making it anew; degraded again where that fails."""
        ...
