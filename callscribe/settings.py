"""Every setting, read once from the environment at the composition root and passed down from there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

import platformdirs
from pydantic import (
    AfterValidator,
    AnyHttpUrl,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    TypeAdapter,
    ValidationError,
    field_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from callscribe.api_keys import ApiKeys
from callscribe.errors import BadSettings
from callscribe.glossary import Glossary
from callscribe.kafka_settings import KafkaSettings
from callscribe.kontur_talk_settings import KonturTalkSettings
from callscribe.setting_types import Key, checked_host, checked_rate, checked_url, is_loopback
from callscribe.webhook_settings import WebhookSettings

MEBIBYTE = 1024 * 1024
PREFIX: Final = "CALLSCRIBE_"
GGUF: Final = ".gguf"
GGUF_MAGIC: Final = b"GGUF"
WEIGHT_FILES: Final = (GGUF, ".onnx", ".ckpt")
"""How files of weights are named that an operator may have; other names are the catalogue's."""

WITHOUT_LLM_SECONDS: Final = 900
"""The linguistic layer's longest, with others' transcripts before it: it takes seconds for an hour of call."""


class Profile(StrEnum):
    """A named choice of engines and resources."""

    EMBEDDED = "embedded"
    CPU = "cpu"
    GPU = "gpu"


ON_ONE_MACHINE: Final = frozenset({Profile.EMBEDDED, Profile.CPU})
"""The profiles that `callscribe up` can run: to replicas there it gives no GPU."""


class AsrMode(StrEnum):
    """How Russian is heard: by two engines voted, by the fast one of them alone, or by GigaAM."""

    VOTED = "voted"
    FAST = "fast"
    GIGAAM = "gigaam"


class EnglishEngine(StrEnum):
    """Who hears English."""

    WHISPER = "whisper"
    PARAKEET = "parakeet"


class DiarizerChoice(StrEnum):
    """Who tells voices apart: Senko, made for processors, or pyannote.audio, for GPUs."""

    SENKO = "senko"
    PYANNOTE = "pyannote"


class OnnxProvider(StrEnum):
    """What ONNX Runtime computes on."""

    CPU = "cpu"
    CUDA = "cuda"
    TENSORRT = "tensorrt"


@dataclass(frozen=True, slots=True)
class Engines:
    """Which engines run, and GigaAM's weights: a model of the catalogue, or a file."""

    asr: AsrMode
    diarizer: DiarizerChoice
    gigaam: str


_OF_PROFILES: Final = {
    Profile.EMBEDDED: Engines(AsrMode.VOTED, DiarizerChoice.SENKO, "gigaam-v3-e2e-ctc-int8"),
    Profile.CPU: Engines(AsrMode.GIGAAM, DiarizerChoice.SENKO, "gigaam-v3-e2e-ctc-int8"),
    Profile.GPU: Engines(AsrMode.GIGAAM, DiarizerChoice.PYANNOTE, "gigaam-v3-e2e-ctc"),
}


TASKS_AT_A_TIME: Final = {Profile.EMBEDDED: 2, Profile.CPU: 2, Profile.GPU: 8}
"""How many tasks a dispatcher works on where the operator does not say: on a cluster with GPUs, so many that all models
may have as many replicas as serve_config.yaml lets them."""


class DecodeLimits(BaseModel):
    """What the process that decodes a recording may use before it is stopped."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    wall_seconds: float = Field(default=900, gt=0, description="Seconds from start to end of one decoding.")
    cpu_seconds: int = Field(default=600, gt=0, description="Processor seconds.")
    memory_bytes: int = Field(default=1024 * MEBIBYTE, gt=0, description="Address space.")
    duration_seconds: float = Field(default=12 * 3600, gt=0, description="Length of a recording's audio.")


def is_catalogued(model: str) -> bool:
    """Whether a model's name means one of the catalogue, and not a file."""
    return not model.endswith(WEIGHT_FILES)


def _whole(path: Path) -> Path:
    """Give a path's whole: replicas work in folders of their own."""
    return path.expanduser().absolute()


def _weights(model: str) -> str:
    """Let the catalogue's names pass, and files by their whole paths."""
    return model if is_catalogued(model) else str(_whole(Path(model)))


def _gguf(path: Path) -> Path:
    """Let only what llama.cpp can begin to read pass: it would end the whole process over anything else."""
    whole = _whole(path)
    try:
        with whole.open("rb") as file:
            begins = file.read(len(GGUF_MAGIC))
    except OSError as error:
        raise ValueError(f"{whole} cannot be read: {error.strerror}") from error
    if begins != GGUF_MAGIC:
        raise ValueError(f"{whole} is not a GGUF file")
    return whole


def _glossary(path: Path) -> Path:
    """Let a file pass that can be read as a glossary, by its whole path."""
    whole = _whole(path)
    Glossary.read(whole)
    return whole


class LlmSettings(BaseModel):
    """The LLM that improves protocols: any endpoint of OpenAI's chat completions. Without ``url``: none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str | None = Field(default=None, description="Base URL of the endpoint, up to and including /v1.")
    model: str | None = Field(default=None, description="The model to ask for; else the endpoint's first.")
    api_key: Key | None = None
    serve: str | None = Field(
        default=None, description="What llama.cpp serves here: a model of the catalogue, or a .gguf file."
    )
    serve_context_tokens: int = Field(default=8192, gt=0, description="Context window of the GGUF served here.")
    call_seconds: float = Field(default=120, gt=0, description="Seconds that one call may take.")
    budget_seconds: float = Field(default=600, gt=0, description="Seconds that all calls of one protocol may take.")
    retry_seconds: float = Field(default=30, gt=0, description="Seconds that an endpoint which is away is left alone.")
    context_tokens: int | None = Field(default=None, gt=0, description="Context window, where the endpoint hides it.")

    @field_validator("url")
    @classmethod
    def _is_an_address(cls, url: str | None) -> str | None:
        if url is not None:
            TypeAdapter(AnyHttpUrl).validate_python(url)
        return url

    @field_validator("serve")
    @classmethod
    def _is_a_model(cls, serve: str | None) -> str | None:
        return serve if serve is None or is_catalogued(serve) else str(_gguf(Path(serve)))


class Settings(BaseSettings):
    """What an operator can set, as ``CALLSCRIBE_<NAME>`` or in ``.env``; ``.env.example`` explains each."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    profile: Profile = Profile.EMBEDDED
    data_dir: Path = Field(default_factory=lambda: platformdirs.user_data_path("callscribe"))
    models_dir: Path | None = None
    database_url: Annotated[SecretStr, checked_url("postgresql", "postgres")] | None = None
    blob_url: Annotated[str, checked_url("file", "s3")] | None = None
    blob_options: dict[str, str] = Field(default_factory=dict)

    host: Annotated[str, AfterValidator(checked_host)] = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    public_url: Annotated[str, checked_url("https", "http")] | None = None
    api_keys: ApiKeys = Field(default_factory=dict)
    rate_limit: Annotated[str, AfterValidator(checked_rate)] | None = None
    upload_rate_limit: Annotated[str, AfterValidator(checked_rate)] | None = None
    max_upload_bytes: int = Field(default=500 * MEBIBYTE, gt=0)
    queue_limit: int = Field(default=1000, ge=0)

    asr: AsrMode | None = None
    gigaam: Annotated[str, AfterValidator(_weights)] | None = None
    english: EnglishEngine = EnglishEngine.WHISPER
    parakeet: Annotated[str, AfterValidator(_weights)] = "parakeet-tdt-0.6b-v3-int8"
    onnx_provider: OnnxProvider | None = None
    diarizer: DiarizerChoice | None = None
    pyannote: str = "pyannote/speaker-diarization-community-1"
    glossary: Annotated[Path, AfterValidator(_glossary)] | None = None
    hub_url: Annotated[str, checked_url("https", "http")] = "https://huggingface.co"
    hub_token: Key | None = None
    package_index_url: Annotated[str, checked_url("https", "http", "file")] | None = None

    pages: bool = True
    gives_way: bool = True
    lease_seconds: float = Field(default=30, gt=0)
    max_attempts: int = Field(default=5, ge=1)
    concurrent_tasks: int | None = Field(default=None, ge=1)
    decode: DecodeLimits = DecodeLimits()
    llm: LlmSettings = LlmSettings()
    kontur_talk: KonturTalkSettings = KonturTalkSettings()
    kafka: KafkaSettings = KafkaSettings()
    webhook: WebhookSettings = WebhookSettings()

    server: Annotated[str, checked_url("http", "https")] | None = None
    api_key: Key | None = None

    @property
    def engines(self) -> Engines:
        """The engines that the operator has chosen, and for the rest the profile's."""
        own = _OF_PROFILES[self.profile]
        return Engines(self.asr or own.asr, self.diarizer or own.diarizer, self.gigaam or own.gigaam)

    @property
    def tasks_at_a_time(self) -> int:
        """How many tasks one dispatcher works on."""
        return self.concurrent_tasks or TASKS_AT_A_TIME[self.profile]

    @property
    def models_path(self) -> Path:
        """Where the models' weights are kept."""
        return self.models_dir or self.data_dir / "models"

    @property
    def is_open_to_a_network(self) -> bool:
        """Whether others than this machine reach the API, and need no key."""
        return not self.api_keys and not is_loopback(self.host)

    @property
    def blobs(self) -> str:
        """The blob store's URL: ``file:///…`` or ``s3://bucket/prefix``."""
        return self.blob_url or (self.data_dir / "blobs").absolute().as_uri()

    @property
    def api(self) -> str:
        """Where the API's paths begin for whoever is told of them: its public address, or nothing."""
        return (self.public_url or "").rstrip("/")

    @property
    def names(self) -> tuple[str, ...]:
        """What is known of the hosts' names by which the API is asked."""
        return tuple(name for name in (self.host, urlsplit(self.api).hostname) if name)

    @property
    def lease(self) -> timedelta:
        """How long a claim lasts when nobody renews it."""
        return timedelta(seconds=self.lease_seconds)

    @property
    def longest_protocol(self) -> timedelta:
        """How long the making of one protocol may take: all calls of the LLM, and what is done without it."""
        return timedelta(seconds=self.llm.budget_seconds + WITHOUT_LLM_SECONDS)


def read_settings(**overrides: Any) -> Settings:  # noqa: ANN401 - of the fields' types, checked as they are
    """Read the settings, some of them overridden by name. Raises ``BadSettings``."""
    try:
        return Settings(**overrides)
    except ValidationError as error:
        sentences = [_sentence("__".join(map(str, fault["loc"])), fault["msg"]) for fault in error.errors()]
    except SettingsError as error:
        # Only its message tells which.
        found = re.search(r'field "(\w+)"', str(error))
        sentences = [_sentence(found.group(1) if found else "…", "it should be JSON")]
    except (OSError, UnicodeDecodeError) as error:
        sentences = [f".env cannot be read: {error}. Mend it or remove it."]
    raise BadSettings(*sentences)


def _sentence(name: str, fault: str) -> str:
    fault = fault.removeprefix("Value error, ")
    return f"{PREFIX}{name.upper()} is set wrongly: {fault[0].lower()}{fault[1:]}. Mend it, or leave it out."


def require_one_machine(settings: Settings) -> None:
    """Raise ``BadSettings`` if the profile is for a cluster."""
    if settings.profile not in ON_ONE_MACHINE:
        there = " or ".join(sorted(ON_ONE_MACHINE))
        raise BadSettings(
            f"{PREFIX}PROFILE={settings.profile} is for a cluster with GPUs, as serve_config.yaml has it. "
            f"For this machine set it to {there}, or leave it out."
        )
