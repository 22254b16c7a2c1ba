"""Sessions: how a browser comes in by a key."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from callscribe.schemas.base import View


class SessionOrder(BaseModel):
    """What opens a session."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"key": "anna's key"}]})

    key: SecretStr = Field(min_length=1, max_length=1000, description="One of the keys of `CALLSCRIBE_API_KEYS`.")


class SessionView(View):
    """Whether a key is needed, who has come in by one, and what they may send."""

    required: bool = Field(description="Whether calls need a key, or a session.")
    name: str | None = Field(description="The name of whose session this is.", examples=["anna"])
    max_upload_bytes: int = Field(description="How large a recording may be.", examples=[524288000])
