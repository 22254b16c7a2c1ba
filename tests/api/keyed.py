"""Keys for an API that asks for them."""

from __future__ import annotations

from typing import Final

from pydantic import SecretStr

ANNA: Final = "anna-0123456789abcdef"
CRM: Final = "crm-0123456789abcdef"
KEYS: Final = {"anna": SecretStr(ANNA), "crm": SecretStr(CRM)}


def bearer(key: str) -> dict[str, str]:
    """Show a key."""
    return {"Authorization": f"Bearer {key}"}
