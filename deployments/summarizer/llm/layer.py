"""The LLM layer: it improves a linguistic protocol, and where it fails that protocol stands."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import PurePosixPath

from callscribe.domain import Brief, Language, Protocol, ProtocolStatus, Transcript
from callscribe.errors import LlmFailed
from callscribe.settings import GGUF, LlmSettings
from deployments.summarizer.brevity import fitting
from deployments.summarizer.llm.breaker import Breaker
from deployments.summarizer.llm.endpoint import Endpoint, OnAnswer, ServedModel
from deployments.summarizer.llm.ground import Ground
from deployments.summarizer.llm.lines import Line, lines_of
from deployments.summarizer.llm.merging import Merging
from deployments.summarizer.llm.prompt import Prompt, names_of
from deployments.summarizer.llm.proof import Proof
from deployments.summarizer.llm.proven import prove
from deployments.summarizer.llm.reader import Reader
from deployments.summarizer.llm.reading import Read, Reading, answer_tokens
from deployments.summarizer.llm.schema import Limits
from deployments.summarizer.llm.windows import Salience, coverage


class LlmLayer:
    """One endpoint's LLM. ``salience`` says which turns to read first where time is short."""

    def __init__(self, settings: LlmSettings, salience: Salience, on_answer: OnAnswer = lambda _: None) -> None:
        self._endpoint = Endpoint(settings, on_answer)
        self._breaker = Breaker(settings.retry_seconds)
        self._budget_seconds = settings.budget_seconds
        self._salience = salience
        self._readers: dict[Language, Reader] = {}

    async def improve(self, brief: Brief, linguistic: Protocol) -> Protocol:
        """Add to a linguistic protocol what the LLM says and can prove; ``degraded`` where it went away in the middle.

        Raises ``LlmFailed`` where nothing came of it, at once where the endpoint has left the protocols before without
        an answer.
        """
        if not (lines := lines_of(brief.transcript)):
            return linguistic
        return await self._breaker.call(lambda: self._improve(brief, linguistic, lines))

    async def close(self) -> None:
        """Let the endpoint's connections go."""
        await self._endpoint.close()

    async def _improve(self, brief: Brief, linguistic: Protocol, lines: tuple[Line, ...]) -> Protocol:
        names = names_of(brief, linguistic)
        model = await self._endpoint.served()
        proof = await asyncio.to_thread(self._proof, brief, lines, names)
        reading = Reading(
            self._endpoint,
            model,
            Prompt(brief, linguistic, names, Limits.within(answer_tokens(model)).sentences),
            proof.ground,
            partial(prove, proof=proof),
            weights=await asyncio.to_thread(self._salience, brief.transcript, linguistic),
            budget_seconds=self._budget_seconds,
        )
        read = await reading.read(lines)
        return await asyncio.to_thread(_improved, linguistic, read, proof, model, brief.transcript)

    def _proof(self, brief: Brief, lines: Sequence[Line], names: Mapping[int, str]) -> Proof:
        language = brief.transcript.language
        if language not in self._readers:
            self._readers[language] = Reader(language)
        reader = self._readers[language]
        return Proof(Ground(lines, names, reader), reader, brief.glossary)


def degraded(protocol: Protocol, failure: LlmFailed) -> Protocol:
    """A protocol, saying why no LLM improved it, or not to the end."""
    return replace(protocol, status=ProtocolStatus.DEGRADED, reason=str(failure), reason_code=failure.code)


def _improved(linguistic: Protocol, read: Read, proof: Proof, model: ServedModel, transcript: Transcript) -> Protocol:
    merging, proven, name = Merging(proof), read.proven, _short(model.name)
    improved = replace(
        linguistic,
        status=ProtocolStatus.COMPLETE,
        engine=f"{linguistic.engine.removesuffix(f' + {linguistic.llm}')} + {name}",
        coverage=coverage(read.words, transcript),
        summary=" ".join(proven.summary) if _tells_all(read) else linguistic.summary,
        key_points=merging.points(linguistic.key_points, proven.key_points),
        decisions=merging.points(linguistic.decisions, proven.decisions),
        action_items=merging.items(linguistic.action_items, proven.action_items),
        llm=name,
        rejected=proven.rejected,
    )
    return degraded(improved, read.ended_by) if read.ended_by else improved


def _tells_all(read: Read) -> bool:
    """Whether it is a summary of all that was read, with nothing left to read or to cut."""
    summary = read.proven.summary
    return read.proven.has_summary and read.ended_by is None and fitting(summary) == [*summary]


def _short(model: str) -> str:
    """llama.cpp may name a model by its file."""
    return PurePosixPath(model).stem if model.endswith(GGUF) else model
