"""What servers of OpenAI's contract say beside it: llama.cpp, vLLM, Ray Serve LLM and Ollama."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

OLLAMA = "ollama"


class _Reply(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


OWNERS = {"llamacpp": "llama.cpp", "vllm": "vllm", "organization-owner": "vllm", "library": OLLAMA}
"""Engines by the owner that they give their models. Ray Serve LLM, which runs vLLM, gives them an organization's."""


class Meta(_Reply):
    """llama.cpp's word on its model: the context that it serves, and the one that the model was trained with."""

    n_ctx: int | None = None
    n_ctx_train: int | None = None


class Metadata(_Reply):
    """Ray Serve LLM's word on its model."""

    max_request_context_length: int | None = None


class ModelCard(_Reply):
    """An entry of ``/v1/models``."""

    id: str
    owned_by: str | None = None
    max_model_len: int | None = None
    meta: Meta | None = None
    metadata: Metadata | None = None

    @property
    def engine(self) -> str | None:
        """What runs the model, where the entry tells."""
        return OWNERS.get(self.owned_by or "")

    @property
    def served_tokens(self) -> int | None:
        """The context window, where the entry names the one that is served."""
        served = (
            self.max_model_len,
            self.meta and self.meta.n_ctx,
            self.metadata and self.metadata.max_request_context_length,
        )
        return next((tokens for tokens in served if tokens), None)

    @property
    def trained_tokens(self) -> int | None:
        """The context window that the model could have."""
        return self.meta.n_ctx_train if self.meta else None


class ModelList(_Reply):
    """The answer of ``/v1/models``."""

    data: list[ModelCard]


class _Generation(_Reply):
    n_ctx: int


class Props(_Reply):
    """The answer of llama.cpp's ``/props``."""

    default_generation_settings: _Generation


class Version(_Reply):
    """The answer of Ollama's ``/api/version``."""

    version: str


class Tokens(_Reply):
    """The answer of ``/tokenize``: llama.cpp lists the tokens, vLLM counts them too."""

    tokens: list[Any] = Field(default_factory=list)
    count: int | None = None

    @property
    def number(self) -> int:
        """How many there are."""
        return len(self.tokens) if self.count is None else self.count
