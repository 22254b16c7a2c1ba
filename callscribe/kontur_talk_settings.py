"""What an operator can set of Kontur Talk, as ``CALLSCRIBE_KONTUR_TALK__<NAME>``."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, SecretStr, model_validator

from callscribe.setting_types import Key, checked_url

SHORTEST_SECRET = 16


def _space(name: str) -> str:
    if not re.fullmatch(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", name):
        raise ValueError("it should be the first part of the space's address: acme of https://acme.ktalk.ru")
    return name


def _header(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9-]+", name):
        raise ValueError("it should be an HTTP header's name: letters, digits and hyphens")
    return name


def _secret(secret: SecretStr) -> SecretStr:
    if len(secret.get_secret_value()) < SHORTEST_SECRET:
        raise ValueError(f"it should have {SHORTEST_SECRET} characters or more")
    return secret


class KonturTalkSettings(BaseModel):
    """The space whose recordings come in by themselves. Without ``token``: none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    space: Annotated[str, AfterValidator(_space)] | None = None
    base_url: Annotated[str, checked_url("https", "http")] | None = None
    token: Key | None = None

    webhook_url: Annotated[str, checked_url("https", "http"), Field(max_length=2048)] | None = None
    webhook_secret: Annotated[Key, AfterValidator(_secret)] | None = None
    webhook_header: Annotated[str, AfterValidator(_header)] = "X-CallScribe-Secret"
    activation_needs_secret: bool = True

    poll: bool = True
    poll_period_seconds: float = Field(default=300, ge=1)
    poll_overlap_seconds: float = Field(default=6 * 3600, ge=0)
    poll_from: AwareDatetime | None = None

    quality: str = Field(default="900p", min_length=1)
    downloads: int = Field(default=2, ge=1, le=16)
    requests_per_second: float = Field(default=5, gt=0)
    patience_seconds: float = Field(default=72 * 3600, gt=0)
    names: bool = True

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.token is None and (self.space or self.base_url or self.webhook_secret):
            raise ValueError("the space is named, but the key to it (CALLSCRIBE_KONTUR_TALK__TOKEN) is not there")
        if self.token is not None and not (self.space or self.base_url):
            raise ValueError("there is a key, but its space (CALLSCRIBE_KONTUR_TALK__SPACE) is not named")
        return self

    @property
    def enabled(self) -> bool:
        """Whether recordings are to be fetched at all."""
        return self.token is not None

    @property
    def url(self) -> str:
        """The space's address, without a slash at its end."""
        return (self.base_url or f"https://{self.space}.ktalk.ru").rstrip("/")

    @property
    def patience(self) -> timedelta:
        """How long a recording that cannot be fetched is tried for."""
        return timedelta(seconds=self.patience_seconds)
