"""What a summarizer must do."""

from __future__ import annotations

from typing import Protocol

from callscribe.domain import Protocol as CallProtocol
from callscribe.domain import Transcript


class SummarizerEngine(Protocol):
    """One implementation of the protocol's making."""

    @property
    def name(self) -> str:
        """The engine and its version, as results name it."""
        ...

    def summarize(self, transcript: Transcript) -> CallProtocol:
        """The protocol of a transcript."""
        ...
