"""Two layers, evidence first: the linguistic one is always there, an LLM may improve on it and never costs it."""

from __future__ import annotations

import asyncio
import logging
import threading
from dataclasses import replace

from callscribe.domain import Brief, Protocol, ProtocolStatus
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
        return await self.improve(brief, await asyncio.to_thread(self._read, brief))

    async def improve(self, brief: Brief, protocol: Protocol) -> Protocol:
        """Let the LLM, where there is one, improve a linguistic protocol; ``degraded`` where it fails."""
        linguistic = replace(protocol, status=ProtocolStatus.COMPLETE, reason=None, reason_code=None)
        if self._llm is None:
            return linguistic
        try:
            return await self._llm.improve(brief, linguistic)
        except LlmFailed as failure:
            log.warning("the linguistic protocol stands", exc_info=True)
            return degraded(linguistic, failure)
        except Exception:
            log.exception("the linguistic protocol stands")
            return degraded(linguistic, LlmNonsense("The language model's answer could not be read."))

    def _read(self, brief: Brief) -> Protocol:
        # Held by the thread that works: a call that is cancelled leaves its thread at work.
        with self._turn:
            return self._linguistic.summarize(brief)
