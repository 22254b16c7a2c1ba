"""What an operator can set of outgoing webhooks, as ``CALLSCRIBE_WEBHOOK__<NAME>``."""

from __future__ import annotations

import base64
import binascii
from datetime import timedelta
from ipaddress import ip_address
from typing import Annotated, Final, Self

import httpx
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

from callscribe.addresses import AddressPolicy
from callscribe.setting_types import Networks, is_url

LONGEST_URL: Final = 2048
SECRET_BYTES: Final = range(24, 65)
"""How long a secret may be, by the Standard Webhooks specification."""


def _secret(secret: SecretStr) -> SecretStr:
    try:
        key = base64.b64decode(secret.get_secret_value().removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) not in SECRET_BYTES:
        raise ValueError(
            "it should be whsec_ and 24 to 64 random bytes in base64, as `openssl rand -base64 32` makes them"
        )
    return secret


Secret = Annotated[SecretStr, AfterValidator(_secret)]


class WebhookSettings(BaseModel):
    """Who is told over HTTP that a task has ended. Without ``secret``: nobody."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: Annotated[str, Field(max_length=LONGEST_URL)] | None = Field(
        default=None, description="The address that is told of every task; uploads may name another beside it."
    )
    secret: Secret | None = Field(default=None, description="What every webhook is signed with.")
    previous_secret: Secret | None = Field(
        default=None, description="What it is signed with too, while some receivers do not know the new one yet."
    )
    networks: Networks = Field(
        default=[], description="Networks that are not the public Internet's and may be reached all the same."
    )
    seconds: float = Field(default=15, gt=0, description="Seconds that one try may take.")
    log_days: float = Field(default=30, gt=0, description="Days for which the log keeps what has ended.")

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.secret is None and self.previous_secret is not None:
            raise ValueError("there is the secret of before (PREVIOUS_SECRET), but no new one (SECRET)")
        if self.url is not None:
            self.require_addressee(self.url)
        return self

    @property
    def secrets(self) -> tuple[SecretStr, ...]:
        """All that is signed with; without any, nobody is told."""
        return tuple(secret for secret in (self.secret, self.previous_secret) if secret is not None)

    @property
    def log_age(self) -> timedelta:
        """For how long the log keeps what has ended."""
        return timedelta(days=self.log_days)

    @property
    def longest_try(self) -> timedelta:
        """How long sending one may take."""
        return timedelta(seconds=self.seconds)

    def policy(self, scheme: str) -> AddressPolicy:
        """Which addresses may be told: by ``http``, which everybody on the way can read, those of networks alone."""
        return AddressPolicy(self.networks, public=scheme == "https")

    def require_addressee(self, url: str) -> None:
        """Raise ``ValueError`` unless this may be told of tasks, as far as an address says without looking it up."""
        if self.secret is None:
            raise ValueError("there is nothing to sign with: set CALLSCRIBE_WEBHOOK__SECRET")
        try:
            parsed = httpx.URL(url)
        except (httpx.InvalidURL, ValueError) as error:
            raise ValueError("it is no URL") from error
        # httpx, which sends, does not overlook what stands before the scheme.
        if not (is_url(url, ("https", "http")) and parsed.scheme and parsed.host):
            raise ValueError("it should be a URL that begins with https:// and names a host")
        if parsed.userinfo:
            raise ValueError("it should have no user and no password: what is sent is signed")
        if not self._may_be_told(parsed):
            raise ValueError(
                "it is in a private network that is not among CALLSCRIBE_WEBHOOK__NETWORKS"
                if parsed.scheme == "https"
                else "it should begin with https://: http:// is for addresses in CALLSCRIBE_WEBHOOK__NETWORKS alone"
            )

    def _may_be_told(self, url: httpx.URL) -> bool:
        """Whether its address may be connected to; a name's is known when it is told."""
        address = "127.0.0.1" if url.host == "localhost" else url.host
        try:
            ip_address(address)
        except ValueError:
            return url.scheme == "https" or bool(self.networks)
        return self.policy(url.scheme).admits(address)
