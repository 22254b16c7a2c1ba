"""What an operator can set of Kontur Talk, as ``CALLSCRIBE_KONTUR_TALK__<NAME>``."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from callscribe.setting_types import Key, Secret, checked_url


def _space(name: str) -> str:
    if not re.fullmatch(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", name):
        raise ValueError("it should be the first part of the space's address: acme of https://acme.ktalk.ru")
    return name


def _header(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9-]+", name):
        raise ValueError("it should be an HTTP header's name: letters, digits and hyphens")
    return name


def _without_userinfo(url: str) -> str:
    if "@" in urlsplit(url).netloc:
        raise ValueError("it should have no user and no password: Kontur Talk knows us by TOKEN alone")
    return url


class KonturTalkSettings(BaseModel):
    """The space whose recordings come in by themselves. Without ``token``: none."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    space: Annotated[str, AfterValidator(_space)] | None = Field(
        default=None, description="The first part of the space's address: acme of https://acme.ktalk.ru."
    )
    base_url: Annotated[str, checked_url("https", "http"), AfterValidator(_without_userinfo)] | None = Field(
        default=None, description="The space's whole address, where it is not that of SPACE."
    )
    token: Key | None = Field(default=None, description="The API key that the space's administrator has made.")

    webhook_url: Annotated[str, checked_url("https", "http"), Field(max_length=2048)] | None = Field(
        default=None, description="The webhook's address as Kontur Talk reaches it."
    )
    webhook_secret: Secret | None = Field(
        default=None, description="What proves that an event comes from Kontur Talk; without one, no webhook."
    )
    webhook_header: Annotated[str, AfterValidator(_header)] = Field(
        default="X-CallScribe-Secret", description="The header that carries it."
    )
    activation_needs_secret: bool = Field(
        default=True, description="Whether the message that activates the webhook must carry the secret too."
    )

    poll: bool = Field(default=True, description="Whether to look for recordings that no event has told of.")
    poll_period_seconds: float = Field(default=300, ge=1, description="Seconds from one look to the next.")
    poll_overlap_seconds: float = Field(
        default=6 * 3600, ge=0, description="Seconds that a look goes back behind what the one before has seen."
    )
    poll_from: AwareDatetime | None = Field(
        default=None, description="From when on recordings are taken; else from the first look on."
    )

    quality: str = Field(default="900p", min_length=1, description="Which file of a recording to take first.")
    downloads: int = Field(default=2, ge=1, le=16, description="Recordings that are fetched at a time.")
    requests_per_second: float = Field(default=5, gt=0, description="Requests that each process sends at most.")
    patience_seconds: float = Field(
        default=72 * 3600, gt=0, description="Seconds for which a recording that alone is refused is tried again."
    )
    names: bool = Field(default=True, description="Whether Kontur Talk's own transcripts give speakers their names.")

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
