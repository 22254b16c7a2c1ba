"""Protocols made by each system, and what they are worth and cost."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import reduce
from operator import add

from benchmarks.protocol.alone import LlmAlone
from benchmarks.protocol.findings import Tally
from benchmarks.protocol.meetings import Meeting
from benchmarks.protocol.said import Said
from benchmarks.protocol.scoring import ProtocolScore, score
from callscribe.domain import Brief, Protocol, ProtocolStatus, Transcript
from callscribe.errors import LlmFailed
from callscribe.settings import LlmSettings
from deployments.summarizer.layers import Layers
from deployments.summarizer.linguistic.engine import LinguisticEngine
from deployments.summarizer.linguistic.salience import turn_weights
from deployments.summarizer.llm.endpoint import OnAnswer, Spent
from deployments.summarizer.llm.layer import LlmLayer


class System(StrEnum):
    """Who makes the protocol."""

    LINGUISTIC = "linguistic"
    ALONE = "LLM alone"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Figures:
    """What one protocol, or several together, are worth and cost. ``read`` counts the call's words."""

    score: ProtocolScore = field(default_factory=ProtocolScore)
    read: Tally = field(default_factory=Tally)
    rejected: int = 0
    seconds: float = 0.0
    spent: Spent = field(default_factory=lambda: Spent(0.0))

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.score + other.score,
            self.read + other.read,
            self.rejected + other.rejected,
            self.seconds + other.seconds,
            _together((self.spent, other.spent)),
        )

    @property
    def tokens_per_second(self) -> float | None:
        """Tokens that the LLM wrote, by the seconds of its answers, reading included; ``None`` where it told none."""
        return self.spent.completion_tokens / self.spent.seconds if self.spent.completion_tokens else None


@dataclass(frozen=True, slots=True)
class Measured:
    """One system's protocol of one meeting."""

    meeting: str
    system: System
    protocol: Protocol
    figures: Figures


@dataclass(frozen=True, slots=True)
class Bench:
    """What protocols are made with; without ``llm`` there is the linguistic layer alone."""

    engine: LinguisticEngine
    llm: LlmSettings | None

    @property
    def systems(self) -> tuple[System, ...]:
        """Those that can be measured."""
        return (System.LINGUISTIC,) if self.llm is None else tuple(System)

    async def measure(self, system: System, meeting: Meeting, transcript: Transcript) -> Measured:
        """Make the protocol of what was heard of a meeting, and score it. No failure outlasts its meeting."""
        answers: list[Spent] = []
        started = time.perf_counter()
        brief = Brief(transcript, template=meeting.template)
        protocol = await self._protocol(system, brief, answers.append)
        seconds = time.perf_counter() - started
        figures = Figures(
            score(meeting, Said(transcript), protocol),
            _read(protocol, transcript),
            protocol.rejected,
            seconds,
            _together(answers),
        )
        return Measured(meeting.name, system, protocol, figures)

    async def _protocol(self, system: System, brief: Brief, on_answer: OnAnswer) -> Protocol:
        if system is System.LINGUISTIC or self.llm is None:
            return await Layers(self.engine, None).summarize(brief)
        if system is System.ALONE:
            return await _alone(self.llm, brief, on_answer)
        layer = LlmLayer(self.llm, turn_weights, on_answer)
        try:
            return await Layers(self.engine, layer).summarize(brief)
        finally:
            await layer.close()


def pooled(measured: Iterable[Measured]) -> Figures:
    """The figures of several protocols as one."""
    return reduce(add, (one.figures for one in measured), Figures())


async def _alone(llm: LlmSettings, brief: Brief, on_answer: OnAnswer) -> Protocol:
    alone = LlmAlone(llm, on_answer)
    try:
        return await alone.summarize(brief)
    except LlmFailed as failure:
        return Protocol(ProtocolStatus.FAILED, "llm", coverage=0.0, reason=str(failure), reason_code=failure.code)
    finally:
        await alone.close()


def _read(protocol: Protocol, transcript: Transcript) -> Tally:
    """How many words were read by whom a system is named for: none where its LLM has failed."""
    words = transcript.word_count
    share = protocol.coverage if protocol.status is ProtocolStatus.COMPLETE else 0.0
    return Tally(round(share * words), words)


def _together(answers: Sequence[Spent]) -> Spent:
    return Spent(
        sum(one.seconds for one in answers),
        sum(one.prompt_tokens for one in answers),
        sum(one.completion_tokens for one in answers),
    )
