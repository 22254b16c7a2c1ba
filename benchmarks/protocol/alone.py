"""The LLM alone: given the transcript, believed whatever it says. What the two layers are measured beside."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from functools import partial

from callscribe.domain import ActionItem, Brief, Point, Protocol, ProtocolStatus
from callscribe.settings import LlmSettings
from deployments.summarizer.linguistic.salience import turn_weights
from deployments.summarizer.llm.endpoint import Endpoint, OnAnswer
from deployments.summarizer.llm.ground import Ground
from deployments.summarizer.llm.lines import lines_of
from deployments.summarizer.llm.prompt import Prompt, names_of
from deployments.summarizer.llm.proven import Proven
from deployments.summarizer.llm.reader import Reader
from deployments.summarizer.llm.reading import Reading, answer_tokens
from deployments.summarizer.llm.schema import Digest, Limits, Notes
from deployments.summarizer.llm.windows import coverage


class LlmAlone:
    """The LLM layer's prompts, schema and windows, without names and candidates found before and without its proof."""

    def __init__(self, settings: LlmSettings, on_answer: OnAnswer) -> None:
        self._endpoint = Endpoint(settings, on_answer=on_answer)
        self._budget_seconds = settings.budget_seconds

    async def summarize(self, brief: Brief) -> Protocol:
        """Make the protocol. Raises ``LlmFailed``."""
        nothing = Protocol(ProtocolStatus.PENDING, "llm", coverage=0.0)
        lines, names = lines_of(brief.transcript), names_of(brief, nothing)
        model = await self._endpoint.served()
        ground = await asyncio.to_thread(Ground, lines, names, Reader(brief.transcript.language))
        reading = Reading(
            self._endpoint,
            model,
            Prompt(brief, nothing, names, Limits.within(answer_tokens(model)).sentences),
            ground,
            partial(unchecked, ground=ground),
            weights=turn_weights(brief.transcript, nothing),
            budget_seconds=self._budget_seconds,
        )
        read = await reading.read(lines)
        return Protocol(
            ProtocolStatus.COMPLETE,
            model.name,
            coverage(read.words, brief.transcript),
            " ".join(read.proven.summary),
            read.proven.key_points,
            read.proven.decisions,
            read.proven.action_items,
            llm=model.name,
        )

    async def close(self) -> None:
        """Let the endpoint's connections go."""
        await self._endpoint.close()


def unchecked(answer: Notes | Digest, *, ground: Ground) -> Proven:
    """Take everything that an answer says for proven; where it cites turns that there are not, it shows no seconds."""
    decisions, items = (answer.decisions, answer.action_items) if isinstance(answer, Notes) else ([], [])
    return Proven(
        tuple(answer.summary),
        tuple(Point(said.text, _seconds(said.turns, ground)) for said in answer.key_points),
        tuple(Point(said.text, _seconds(said.turns, ground)) for said in decisions),
        tuple(ActionItem(said.task, said.owner, said.due, _seconds(said.turns, ground)) for said in items),
    )


def _seconds(turns: Collection[int], ground: Ground) -> tuple[float, ...]:
    return ground.seconds(turns) if ground.has(turns) else ()
