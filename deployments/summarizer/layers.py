"""Two layers, evidence first: the linguistic one is always there, an LLM may improve on it and never costs it."""

from __future__ import annotations

import asyncio
import logging
import threading

from callscribe.domain import Brief, Protocol
from callscribe.errors import LlmFailed, LlmNonsense
from deployments.summarizer.linguistic.engine import LinguisticEngine
from deployments.summarizer.llm.layer import LlmLayer, degraded

log = logging.getLogger(__name__)


class Layers:
    """The linguistic engine, one transcript at a time and off the event loop, then the LLM where there is one."""

    def __init__(self, linguistic: LinguisticEngine, llm: LlmLayer | None) -> None:
        self._linguistic = linguistic
        self._llm = llm
        self._turn = threading.Lock()

    @property
    def name(self) -> str:
        """The layers, as results name them."""
        return self._linguistic.name if self._llm is None else f"{self._linguistic.name} + LLM"

    async def summarize(self, brief: Brief) -> Protocol:
        """Make the protocol; ``degraded`` with its reason where the LLM fails."""
        protocol = await asyncio.to_thread(self._read, brief)
        if self._llm is None:
            return protocol
        try:
            return await self._llm.improve(brief, protocol)
        except LlmFailed as failure:
            log.warning("the linguistic protocol stands", exc_info=True)
            return degraded(protocol, failure)
        except Exception:
            log.exception("the linguistic protocol stands")
            return degraded(protocol, LlmNonsense("The language model's answer could not be read."))

    def _read(self, brief: Brief) -> Protocol:
        # Held by the thread that works: a call that is cancelled leaves its thread at work.
        with self._turn:
            return self._linguistic.summarize(brief)
