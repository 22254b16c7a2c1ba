"""The fields of OpenAI's form."""

from __future__ import annotations

from enum import StrEnum
from hashlib import sha256
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.config import JsonDict

from callscribe.blobs import StoredBlob
from callscribe.domain import Language, RequestedLanguage
from callscribe.schemas.recordings import UploadFields

MODEL = "callscribe"


class AnswerFormat(StrEnum):
    """How a transcript may be answered."""

    JSON = "json"
    TEXT = "text"
    SRT = "srt"
    VTT = "vtt"
    VERBOSE_JSON = "verbose_json"
    DIARIZED_JSON = "diarized_json"


WHOLE: Final = frozenset({AnswerFormat.SRT, AnswerFormat.VTT, AnswerFormat.VERBOSE_JSON})
"""What cannot be streamed."""

_WHOLE_STREAMED: Final[JsonDict] = {
    "properties": {
        "stream": {"const": True},
        "response_format": {"enum": [format_.value for format_ in sorted(WHOLE)]},
    },
    "required": ["stream", "response_format"],
}


class TranscriptionForm(BaseModel):
    """What a client may send beside the file."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra={"not": _WHOLE_STREAMED})

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
        if self.stream and self.response_format in WHOLE:
            raise ValueError(f"{self.response_format} cannot be streamed: ask for json, text or diarized_json.")
        return self

    def recording(self) -> UploadFields:
        """What it says of the recording."""
        language = RequestedLanguage.AUTO if self.language is None else RequestedLanguage(self.language)
        return UploadFields(language=language)

    def key(self, stored: StoredBlob) -> str:
        """Name what was asked for, so that a client that tries again after a timeout finds the first try's task."""
        asked = f"{stored.sha256} {self.language or RequestedLanguage.AUTO}"
        return f"openai-{sha256(asked.encode()).hexdigest()}"


SCHEMA: Final = TranscriptionForm.model_json_schema(ref_template="#/components/schemas/{model}")
"""The form as OpenAPI describes it; ``$defs`` are schemas that it refers to."""
