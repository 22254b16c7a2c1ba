"""Reading a whole call: in one pass where it fits the LLM's context, else in windows whose notes become one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from callscribe.errors import LlmNonsense, LlmTimeout, LlmUnavailable
from deployments.summarizer.llm.endpoint import Endpoint, ServedModel, most_tokens
from deployments.summarizer.llm.ground import Ground
from deployments.summarizer.llm.lines import Line
from deployments.summarizer.llm.prompt import Prompt, numbers_at
from deployments.summarizer.llm.proven import Proven, digested, joined
from deployments.summarizer.llm.schema import Digest, Notes, texts
from deployments.summarizer.llm.windows import Window, by_salience, halved, windows

MAX_ANSWER_TOKENS = 4096
"""As much as the schema lets in at most."""
ANSWER_SHARE = 3
"""In a small context the answer may take a third."""
CHAT_TOKENS = 64
"""What a chat template adds to the text."""
MAX_HALVINGS = 2
"""How often a window that was answered with nonsense, or not in time, is cut in two and read again."""
READING_SHARE = 0.8
"""Of the time for all calls so much is for reading, the rest for making the notes one."""

Answer = TypeVar("Answer", Notes, Digest)
Result = TypeVar("Result")
Check = Callable[[Notes | Digest], Proven]
"""What is left of an answer when it has been held against the call."""


@dataclass(frozen=True, slots=True)
class Read:
    """What a call came to, how many of its words were read for it, and what ended the reading before its time."""

    proven: Proven
    words: int
    ended_by: LlmUnavailable | None = None


class _OutOfTime(Exception):
    """The time for this call's reading is over."""


def answer_tokens(model: ServedModel) -> int:
    """How long an answer of this model may be."""
    return min(MAX_ANSWER_TOKENS, model.context_tokens // ANSWER_SHARE)


class Reading:
    """Reads one call, and holds what the LLM says against it. ``weights`` say how much each turn matters."""

    def __init__(
        self,
        endpoint: Endpoint,
        model: ServedModel,
        prompt: Prompt,
        ground: Ground,
        check: Check,
        *,
        weights: Sequence[float],
        budget_seconds: float,
    ) -> None:
        self._endpoint, self._model, self._prompt = endpoint, model, prompt
        self._ground, self._check = ground, check
        self._weights = weights
        self._budget = budget_seconds
        self._begun = asyncio.get_running_loop().time()
        self._answer_tokens = answer_tokens(model)
        self._room = model.context_tokens - self._answer_tokens - CHAT_TOKENS
        self._notes: list[tuple[Window, Proven]] = []
        self._trouble: Exception | None = None
        self._counts = True

    async def read(self, lines: Sequence[Line]) -> Read:
        """Read as much as there is time for, and while the LLM is there. Raises ``LlmFailed`` where that is nothing."""
        ended_by = await self._read_all(tuple(lines))
        if not self._notes:
            raise ended_by or self._failure()
        self._notes.sort(key=lambda note: note[0][0].number)
        words = sum(self._ground.words_shown(window) for window, _ in self._notes)
        notes = [proven for _, proven in self._notes]
        if ended_by is None:
            try:
                return Read(await self._as_one(notes), words)
            except LlmUnavailable as away:
                ended_by = away
        return Read(joined(notes), words, ended_by)

    async def _read_all(self, lines: Window) -> LlmUnavailable | None:
        """Read window by window, as far as it goes; the failure that ended it, if the LLM went away."""
        try:
            parts = await windows(lines, self._measure, self._room)
            share = READING_SHARE if len(parts) > 1 else 1
            for window in by_salience(parts, self._weights):
                await self._read(window, MAX_HALVINGS, self._seconds_left(share))
        except _OutOfTime as trouble:
            self._trouble = trouble
        except LlmUnavailable as away:
            return away
        return None

    def _seconds_left(self, share: float) -> Callable[[], float]:
        ends = self._begun + share * self._budget
        return lambda: ends - asyncio.get_running_loop().time()

    def _failure(self) -> Exception:
        if isinstance(self._trouble, LlmNonsense | LlmTimeout):
            return self._trouble
        if isinstance(self._trouble, _OutOfTime):
            return LlmTimeout("The LLM did not answer in time.")
        return LlmNonsense("The LLM's context is too small for this call.")

    async def _read(self, window: Window, halvings: int, left: Callable[[], float]) -> None:
        """Take notes of a window, or of its halves where the LLM makes nothing of it, or not in time.

        That there is nothing to report is believed of a half, and of what cannot be halved.
        """
        if await self._measure(window) > self._room:
            return
        try:
            notes = await self._ask(self._prompt.notes(window, self._ground.shown), Notes, left())
            if not any(texts(notes)) and halvings == MAX_HALVINGS and len(window) > 1:
                message = "The LLM's answer is empty."
                raise LlmNonsense(message)
        except (LlmNonsense, LlmTimeout) as trouble:
            if isinstance(trouble, LlmTimeout) and not halvings:
                raise _OutOfTime from trouble  # a quarter took too long as well
            self._trouble = trouble
            for half in halved(window) if halvings and len(window) > 1 else ():
                await self._read(half, halvings - 1, left)
            return
        self._notes.append((window, await asyncio.to_thread(self._check, notes)))

    async def _ask(self, request: str, shape: type[Answer], seconds: float) -> Answer:
        return await _within(
            seconds,
            self._endpoint.answer(self._prompt.rules, request, shape, self._model, max_tokens=self._answer_tokens),
        )

    async def _measure(self, window: Window) -> int:
        return await self._count(self._prompt.notes(window, self._ground.shown))

    async def _count(self, request: str) -> int:
        """Count a request's tokens; by its letters, once the server has been too slow for it."""
        text = f"{self._prompt.rules}\n{request}"
        if self._counts:
            try:
                return await _within(self._seconds_left(1)(), self._endpoint.count_tokens(text, self._model))
            except LlmTimeout:
                self._counts = False
        return most_tokens(text)

    async def _as_one(self, notes: Sequence[Proven]) -> Proven:
        """Merge the notes of parts, as many at a time as fit, until they are one or no two of them fit together."""
        telling = [note for note in notes if note.says_anything]
        if len(telling) < 2:  # noqa: PLR2004 - one note needs no other
            return joined(notes)
        try:
            groups = await self._groups(telling)
            if len(groups) == len(telling):
                return joined(notes)
            merged = [group[0] if len(group) == 1 else await self._digest(group) for group in groups]
        except (LlmNonsense, LlmTimeout, _OutOfTime):
            return joined(notes)
        return await self._as_one([*merged, *(note for note in notes if not note.says_anything)])

    async def _groups(self, notes: Sequence[Proven]) -> list[list[Proven]]:
        groups: list[list[Proven]] = [[notes[0]]]
        for note in notes[1:]:
            if await self._count(self._digest_request([*groups[-1], note])) <= self._room:
                groups[-1].append(note)
            else:
                groups.append([note])
        return groups

    async def _digest(self, group: Sequence[Proven]) -> Proven:
        digest = await self._ask(self._digest_request(group), Digest, self._seconds_left(1)())
        return digested(group, await asyncio.to_thread(self._check, digest))

    def _digest_request(self, group: Sequence[Proven]) -> str:
        return self._prompt.digest([self._told(proven) for proven in group])

    def _told(self, proven: Proven) -> str:
        points = (
            f"- {point.text} {list(numbers_at(point.at, self._ground.lines))}"
            for point in (*proven.key_points, *proven.decisions)
        )
        return "\n".join([" ".join(proven.summary), *points])


async def _within(seconds: float, call: Awaitable[Result]) -> Result:
    try:
        async with asyncio.timeout(max(seconds, 0)):
            return await call
    except TimeoutError as error:
        raise _OutOfTime from error
