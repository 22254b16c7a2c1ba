"""The fields of OpenAI's form."""

from __future__ import annotations

from enum import StrEnum
from hashlib import sha256
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from callscribe.blobs import StoredBlob
from callscribe.domain import Language, RequestedLanguage
from callscribe.schemas.recordings import RecordingFields

MODEL = "callscribe"


class AnswerFormat(StrEnum):
    """How a transcript may be answered."""

    JSON = "json"
    TEXT = "text"
    SRT = "srt"
    VTT = "vtt"
    VERBOSE_JSON = "verbose_json"
    DIARIZED_JSON = "diarized_json"


class TranscriptionForm(BaseModel):
    """What a client may send beside the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = Field(default=MODEL, description="Any name is taken: there is one system, whatever it is called.")
    language: Language | None = Field(default=None, description="The language spoken; else the recording decides.")
    response_format: AnswerFormat = AnswerFormat.JSON
    granularities: frozenset[Literal["word", "segment"]] = Field(
        default=frozenset({"segment"}),
        alias="timestamp_granularities[]",
        description="Of what `verbose_json` says when it was said.",
    )
    stream: bool = Field(default=False, description="Send server-sent events: the turns, and at last the whole text.")
    prompt: str | None = Field(default=None, description="Taken, and not used.")
    temperature: float | None = Field(default=None, ge=0, le=1, description="Taken, and not used.")
    chunking_strategy: str | None = Field(default=None, description="Taken, and not used.")

    @model_validator(mode="after")
    def _streams_what_can_be_streamed(self) -> TranscriptionForm:
        streamed = (AnswerFormat.JSON, AnswerFormat.TEXT, AnswerFormat.DIARIZED_JSON)
        if self.stream and self.response_format not in streamed:
            raise ValueError(f"{self.response_format} cannot be streamed: ask for json, text or diarized_json.")
        return self

    def recording(self) -> RecordingFields:
        """What it says of the recording."""
        language = RequestedLanguage.AUTO if self.language is None else RequestedLanguage(self.language)
        return RecordingFields(language=language)

    def key(self, stored: StoredBlob) -> str:
        """Name what was asked for, so that a client that tries again after a timeout finds the first try's task."""
        asked = f"{stored.sha256} {self.language or RequestedLanguage.AUTO}"
        return f"openai-{sha256(asked.encode()).hexdigest()}"


SCHEMA: Final = TranscriptionForm.model_json_schema(ref_template="#/components/schemas/{model}")
"""The form as OpenAPI describes it; ``$defs`` are schemas that it refers to."""
