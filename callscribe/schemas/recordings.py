"""What may be said of a recording beside its media, whichever way it comes in."""

from __future__ import annotations

from pathlib import PurePosixPath

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from callscribe.domain import RequestedLanguage, Template
from callscribe.schemas.moments import Moment
from callscribe.webhook_settings import LONGEST_URL, WebhookSettings

MAX_TITLE = 300
MOST_SPEAKERS = 30


class RecordingFields(BaseModel):
    """The fields that an upload's form and a Kafka message share."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    language: RequestedLanguage = Field(
        default=RequestedLanguage.AUTO, description="The language spoken; `auto` lets the recording decide."
    )
    num_speakers: int | None = Field(
        default=None, ge=1, le=MOST_SPEAKERS, description="How many voices there are, where that is known."
    )
    template: Template = Field(
        default=Template.MEETING, description="The kind of call, which says what the protocol dwells on."
    )
    title: str | None = Field(
        default=None, max_length=MAX_TITLE, description="Else the file's name without its extension."
    )
    started_at: Moment | None = Field(
        default=None, description="When the call began, with its offset from UTC: `2026-03-02T12:30:00+03:00`."
    )


class UploadFields(RecordingFields):
    """The fields of an upload's form, validated in the context of ``WebhookSettings``."""

    webhook_url: str | None = Field(
        default=None,
        max_length=LONGEST_URL,
        json_schema_extra={"format": "uri"},
        description="Is told when the task has completed or failed, beside the address that the installation tells.",
    )

    @field_validator("webhook_url")
    @classmethod
    def _may_be_told(cls, url: str | None, info: ValidationInfo) -> str | None:
        assert isinstance(info.context, WebhookSettings)  # noqa: S101 - this tells the type checker
        if url is not None:
            info.context.require_addressee(url)
        return url


def title_of(given: str | None, filename: str) -> str:
    """Clean the title that was given, or else take the file's name without folders and extension."""
    name = PurePosixPath(filename.replace("\\", "/"))
    return _cleaned(given or "") or _cleaned(name.stem) or _cleaned(name.name) or "Recording"


def _cleaned(text: str) -> str:
    printable = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(printable.split())[:MAX_TITLE]
