"""The keys of those who may use the API, as an operator names them."""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_settings import NoDecode

from callscribe.setting_types import checked_secret

FORM: Final = "it should be name:key, with commas between several"


def _pairs(text: object) -> object:
    """Take the names and the keys apart. What was set is never repeated: it may be a key."""
    if not isinstance(text, str):
        return text
    pairs = [pair.strip().partition(":") for pair in text.split(",")]
    if not all(colon for _, colon, _ in pairs):
        raise ValueError(FORM)
    keys = {name: key for name, _, key in pairs}
    if len(keys) < len(pairs):
        raise ValueError("of two keys of one name only one would be taken: name each another way")
    return keys


def _checked(keys: dict[str, SecretStr]) -> dict[str, SecretStr]:
    """Let pass keys that cannot be guessed, each under a name that a line of a log can bear."""
    for name, key in keys.items():
        if not re.fullmatch(r"[\w.-]{1,64}", name, re.ASCII):
            raise ValueError(f"{FORM}: a name has letters, digits, '.', '_' and '-' only")
        try:
            checked_secret(key)
        except ValueError as error:
            raise ValueError(f"the key of {name} cannot be taken: {error}") from None
    if len({key.get_secret_value() for key in keys.values()}) < len(keys):
        raise ValueError("two names have the same key: make one for each, to tell them apart")
    return keys


ApiKeys = Annotated[dict[str, SecretStr], NoDecode, BeforeValidator(_pairs), AfterValidator(_checked)]
"""Keys by the names of those who have them."""
