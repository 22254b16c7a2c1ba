"""The message that brings a recording."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Annotated, Literal, Self
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, ConfigDict, FailFast, Field, StringConstraints, ValidationError, field_validator

from callscribe.blobs.keys import INCOMING, checked
from callscribe.errors import InvalidMessage
from callscribe.schemas.recordings import MOST_SPEAKERS, RecordingFields, title_of
from callscribe.setting_types import is_url

BLOB = "blob:"
MOST_BYTES = 128 * 1024
"""Of a message: whatever its fields hold fits, and reading one that is all wrong takes no time."""
MOST_FAULTS = 10
"""Told of a message."""

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class Media(BaseModel):
    """Where the recording is."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    url: str = Field(
        max_length=8192,
        json_schema_extra={"pattern": f"^([Hh][Tt][Tt][Pp][Ss]?://|{BLOB}{INCOMING}/)"},
        description="`https://…` or `http://…` of a host that the operator has allowed, or "
        f"`{BLOB}{INCOMING}/…`, a key of CallScribe's own blob store: such a blob belongs to its message, and is "
        "removed when the recording is taken.",
        examples=["https://records.example.com/2026/03/02/4711.mp3", f"{BLOB}{INCOMING}/4711.mp3"],
    )
    sha256: str | None = Field(
        default=None, pattern=r"^[0-9a-f]{64}$", description="Its SHA-256, hexadecimal: other content is refused."
    )

    @field_validator("url")
    @classmethod
    def _is_reachable(cls, url: str) -> str:
        if url.startswith(BLOB):
            key = checked(url.removeprefix(BLOB))
            if PurePosixPath(key).parts[0] != INCOMING:
                raise ValueError(f"a blob's key should begin with {INCOMING}/")
        elif not is_url(url, ("http", "https")):
            raise ValueError(f"it should begin with https://, http:// or {BLOB}{INCOMING}/")
        return url

    @property
    def key(self) -> str | None:
        """The blob's key, if it is a blob."""
        return self.url.removeprefix(BLOB) if self.url.startswith(BLOB) else None

    @property
    def filename(self) -> str:
        """The last part of the path."""
        return PurePosixPath(unquote(urlsplit(self.url).path)).name


class RecordingMessage(RecordingFields):
    """A recording to take in. The same ``source_id`` is the same recording, however often it comes."""

    model_config = ConfigDict(strict=True)

    version: Literal[1] = Field(description="Of this contract.")
    source_id: str = Field(
        min_length=1,
        max_length=400,
        description="The recording's name at its source: a second message with it makes no second task.",
        examples=["pbx-7/2026-03-02/4711"],
    )
    media: Media
    meeting_id: str | None = Field(default=None, max_length=400, description="The meeting that was recorded.")
    participants: Annotated[tuple[Name, ...], FailFast()] = Field(
        default=(), max_length=MOST_SPEAKERS, description="Names of who took part, as they are to be spelled."
    )

    @classmethod
    def parse(cls, value: bytes | None) -> Self:
        """Read a message's bytes. Raises ``InvalidMessage``, which names its faults by their fields."""
        if value is not None and len(value) > MOST_BYTES:
            raise InvalidMessage(f"message: It has {len(value)} bytes, and may have {MOST_BYTES} at most.")
        try:
            return cls.model_validate_json(value or b"")
        except ValidationError as error:
            faults = [
                f"{'.'.join(map(str, fault['loc'])) or 'message'}: {fault['msg']}"
                for fault in error.errors()[:MOST_FAULTS]
            ]
            raise InvalidMessage("; ".join(faults)) from error

    @property
    def shown_title(self) -> str:
        """The title that was given, or else the media's name."""
        return title_of(self.title, self.media.filename)
