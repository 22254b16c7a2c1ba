"""Every setting, read once from the environment at the composition root and passed down from there."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from pathlib import Path

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

MEBIBYTE = 1024 * 1024


class Profile(StrEnum):
    """A named choice of engines and resources."""

    EMBEDDED = "embedded"
    CPU = "cpu"
    GPU = "gpu"


class AsrMode(StrEnum):
    """How the embedded profile hears Russian: two engines voted, or the fast one alone."""

    VOTED = "voted"
    FAST = "fast"


class DecodeLimits(BaseModel):
    """What the process that decodes a recording may use before it is stopped."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    wall_seconds: float = Field(default=900, gt=0, description="Seconds from start to end of one decoding.")
    cpu_seconds: int = Field(default=600, gt=0, description="Processor seconds.")
    memory_bytes: int = Field(default=1024 * MEBIBYTE, gt=0, description="Address space.")
    duration_seconds: float = Field(default=12 * 3600, gt=0, description="Length of a recording's audio.")


class LlmSettings(BaseModel):
    """The LLM that improves protocols: any endpoint of OpenAI's chat completions. Without ``url``: none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str | None = Field(default=None, description="Base URL of the endpoint, up to and including /v1.")
    model: str | None = Field(default=None, description="The model to ask for; else the endpoint's first.")
    api_key: SecretStr | None = None
    serve: str | None = Field(default=None, description="A GGUF of the catalogue to serve here, by llama.cpp.")
    serve_context_tokens: int = Field(default=8192, gt=0, description="Context window of the GGUF served here.")
    call_seconds: float = Field(default=120, gt=0, description="Seconds that one call may take.")
    budget_seconds: float = Field(default=600, gt=0, description="Seconds that all calls of one protocol may take.")
    context_tokens: int | None = Field(default=None, gt=0, description="Context window, where the endpoint hides it.")


class Settings(BaseSettings):
    """What an operator can set, as ``CALLSCRIBE_<NAME>`` or in ``.env``; ``.env.example`` explains each."""

    model_config = SettingsConfigDict(
        env_prefix="CALLSCRIBE_", env_nested_delimiter="__", env_file=".env", extra="ignore", frozen=True
    )

    profile: Profile = Profile.EMBEDDED
    data_dir: Path = Field(default_factory=lambda: platformdirs.user_data_path("callscribe"))
    models_dir: Path | None = None
    database_url: SecretStr | None = None
    blob_url: str | None = None
    blob_options: dict[str, str] = Field(default_factory=dict)

    host: str = "127.0.0.1"
    port: int = 8000
    max_upload_bytes: int = 500 * MEBIBYTE
    queue_limit: int = 1000

    asr: AsrMode = AsrMode.VOTED
    hub_url: str = "https://huggingface.co"
    hub_token: SecretStr | None = None
    package_index_url: str | None = None

    lease_seconds: float = Field(default=30, gt=0)
    max_attempts: int = Field(default=5, ge=1)
    concurrent_tasks: int = Field(default=2, ge=1)
    decode: DecodeLimits = DecodeLimits()
    llm: LlmSettings = LlmSettings()

    @property
    def models_path(self) -> Path:
        """Where the models' weights are kept."""
        return self.models_dir or self.data_dir / "models"

    @property
    def blobs(self) -> str:
        """The blob store's URL: ``file:///…`` or ``s3://bucket/prefix``."""
        return self.blob_url or (self.data_dir / "blobs").absolute().as_uri()

    @property
    def lease(self) -> timedelta:
        """How long a claim lasts when nobody renews it."""
        return timedelta(seconds=self.lease_seconds)
