"""An LLM's endpoint: OpenAI's chat completions, spoken by the official client, each call with its time."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import openai
from openai import AsyncOpenAI
from openai.types.chat import ChatCompletion
from pydantic import BaseModel, ValidationError

from callscribe.errors import LlmNonsense, LlmUnavailable
from callscribe.logs import request_id
from callscribe.settings import LlmSettings
from deployments.summarizer.llm.contract import OLLAMA, ModelCard, ModelList, Props, Tokens, Version
from deployments.summarizer.llm.failures import OtherLanguage, patience, within
from deployments.summarizer.llm.repetition import repeats
from deployments.summarizer.llm.schema import Digest, Limits, Notes, json_schema, texts

SAFE_CONTEXT_TOKENS = 4096
"""The context window of a server that does not tell: Ollama's own default, and less than any other's."""
LETTERS_A_TOKEN = 2
"""Where nothing counts tokens: Gemma and Qwen make a token of 2.2-3 letters of Russian, and of 4 of English."""
OTHER = "other"
"""An engine that does not say which it is."""
LOOK_SECONDS = 10
"""How long a question about the model may take, or the counting of tokens."""


Reply = TypeVar("Reply", bound=BaseModel)
Answer = TypeVar("Answer", Notes, Digest)


@dataclass(frozen=True, slots=True)
class ServedModel:
    """The model that answers, how many tokens it can hold, question and answer together, and what runs it."""

    name: str
    context_tokens: int
    engine: str = OTHER


@dataclass(frozen=True, slots=True)
class Spent:
    """What one answer took of an engine: wall seconds, and the tokens read and written where the server tells them."""

    seconds: float
    prompt_tokens: int = 0
    completion_tokens: int = 0
    engine: str = OTHER


OnAnswer = Callable[[Spent], None]
"""Told what each answer took, useful or not."""


class Endpoint:
    """One endpoint. Every method raises ``LlmUnavailable`` where it is away, slow, or refuses."""

    def __init__(self, settings: LlmSettings, on_answer: OnAnswer = lambda _: None) -> None:
        if settings.url is None:  # the client would ask OpenAI itself, and send it what was said
            message = "An LLM needs its endpoint's URL."
            raise ValueError(message)
        key = settings.api_key.get_secret_value() if settings.api_key else "none"
        self._settings = settings
        self._on_answer = on_answer
        self._client = AsyncOpenAI(base_url=settings.url, api_key=key, timeout=settings.call_seconds, max_retries=0)
        self._root = settings.url.rstrip("/").removesuffix("/v1")

    async def close(self) -> None:
        """Let its connections go."""
        await self._client.close()

    async def served(self) -> ServedModel:
        """Ask which model answers."""
        cards = (await within(LOOK_SECONDS, self._get("/models", ModelList))).data
        wanted = self._settings.model
        card = next((card for card in cards if wanted in (None, card.id)), ModelCard(id=wanted) if wanted else None)
        if card is None:
            message = "The LLM's endpoint serves no model."
            raise LlmUnavailable(message)
        context_tokens = self._settings.context_tokens or await self._context_tokens(card)
        return ServedModel(card.id, context_tokens, card.engine or await self._engine())

    async def count_tokens(self, text: str, model: ServedModel) -> int:
        """Count with the model's own tokenizer; where the server has no such route, an upper bound by letters."""
        counted = await within(LOOK_SECONDS, _where_there(self._tokens(text, model)))
        return counted.number if counted else most_tokens(text)

    async def answer(
        self, instructions: str, request: str, shape: type[Answer], model: ServedModel, *, max_tokens: int
    ) -> Answer:
        """Ask for an answer of a shape, again where the server is busy for a moment.

        Raises ``LlmNonsense`` where the answer is cut, no JSON, or the same over and over.
        """
        asked = time.monotonic()
        completion: ChatCompletion = await within(
            self._settings.call_seconds, patience()(self._complete, instructions, request, shape, model, max_tokens)
        )
        self._on_answer(_spent(completion, time.monotonic() - asked, model.engine))
        return _read(completion, shape)

    async def _context_tokens(self, card: ModelCard) -> int:
        if card.served_tokens:
            return card.served_tokens
        props = await within(LOOK_SECONDS, _where_there(self._get(f"{self._root}/props", Props)))
        if props:
            return props.default_generation_settings.n_ctx
        return min(card.trained_tokens or SAFE_CONTEXT_TOKENS, SAFE_CONTEXT_TOKENS)

    async def _engine(self) -> str:
        """Ollama's models may belong to anybody; it alone has this route."""
        version = await within(LOOK_SECONDS, _where_there(self._get(f"{self._root}/api/version", Version)))
        return OLLAMA if version else OTHER

    async def _get(self, path: str, shape: type[Reply]) -> Reply:
        return _parsed(await self._client.get(path, cast_to=object), shape)

    async def _tokens(self, text: str, model: ServedModel) -> Tokens:
        """Each server reads the field that it knows: llama.cpp ``content``, vLLM ``prompt``."""
        body = {"content": text, "model": model.name, "prompt": text}
        return _parsed(await self._client.post(f"{self._root}/tokenize", cast_to=object, body=body), Tokens)

    async def _complete(
        self, instructions: str, request: str, shape: type[Answer], model: ServedModel, max_tokens: int
    ) -> ChatCompletion:
        completion: object = await self._client.chat.completions.create(
            model=model.name,
            messages=[{"role": "system", "content": instructions}, {"role": "user", "content": request}],
            response_format={
                "type": "json_schema",
                "json_schema": {
                    "name": shape.__name__.lower(),
                    "schema": json_schema(shape, Limits.within(max_tokens)),
                    "strict": True,
                },
            },
            temperature=0,
            max_tokens=max_tokens,
            extra_headers={"X-Request-ID": named} if (named := request_id()) else None,
        )
        if not isinstance(completion, ChatCompletion):
            raise OtherLanguage
        return completion


def most_tokens(text: str) -> int:
    """An upper bound of a text's tokens, by its letters."""
    return len(text) // LETTERS_A_TOKEN + 1


async def _where_there(reply: Awaitable[Reply]) -> Reply | None:
    """A reply that is beside OpenAI's contract, so that a server may do without it."""
    try:
        return await reply
    except (openai.APIStatusError, json.JSONDecodeError, OtherLanguage):
        return None


def _parsed(reply: object, shape: type[Reply]) -> Reply:
    try:
        return shape.model_validate(reply)
    except ValidationError as error:
        raise OtherLanguage from error


def _spent(completion: ChatCompletion, seconds: float, engine: str) -> Spent:
    usage = completion.usage
    read, written = (usage.prompt_tokens, usage.completion_tokens) if usage else (0, 0)
    return Spent(seconds, read, written, engine)


def _read(completion: ChatCompletion, shape: type[Answer]) -> Answer:
    choice = completion.choices[0] if completion.choices else None
    if choice is None or not choice.message.content:
        message = "The LLM answered nothing."
        raise LlmNonsense(message)
    if choice.finish_reason == "length":
        message = "The LLM's answer did not come to its end."
        raise LlmNonsense(message)
    try:
        answer = shape.model_validate_json(choice.message.content)
    except ValidationError as error:
        message = "The LLM's answer does not have the form that was asked for."
        raise LlmNonsense(message) from error
    if repeats(texts(answer)):
        message = "The LLM says the same over and over."
        raise LlmNonsense(message)
    return answer
