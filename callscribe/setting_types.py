"""What several settings have in common: URLs, keys and hosts, checked as they are read."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Annotated, Final, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, SecretStr

WITH_HOST: Final = frozenset({"http", "https", "s3"})
"""The schemes whose URLs are nothing without a host, or a bucket in its place."""

Text = TypeVar("Text", str, SecretStr)


def checked_url(*schemes: str) -> AfterValidator:
    """Let URLs of these schemes pass only."""

    def checked(text: Text) -> Text:
        # What was set is not repeated: it may hold a password.
        url = text if isinstance(text, str) else text.get_secret_value()
        if "file" in schemes and url.startswith("file:") and not is_url(url, ("file",)):
            raise ValueError("a folder's URL has three slashes and the whole path, as file:///var/lib/callscribe")
        if not is_url(url, schemes):
            raise ValueError(f"it should be a URL that begins with {' or '.join(f'{each}://' for each in schemes)}")
        return text

    return AfterValidator(checked)


def is_url(text: str, schemes: Collection[str]) -> bool:
    """Whether this is a URL of one of these schemes, with a host, or for ``file`` an absolute path and no host."""
    try:
        parts = urlsplit(text)
        if parts.scheme == "file":
            return "file" in schemes and not parts.netloc and parts.path.startswith("/")
        if parts.scheme not in WITH_HOST:
            return parts.scheme in schemes
        _ = parts.port  # raises ValueError where it is none
    except ValueError:
        return False
    return parts.scheme in schemes and bool(parts.hostname)


def _key(key: SecretStr) -> SecretStr:
    """Let pass what an HTTP header can carry."""
    if not re.fullmatch(r"[\x21-\x7e]+", key.get_secret_value()):
        raise ValueError("a key has printable ASCII characters only, and no blanks")
    return key


def checked_host(text: str) -> str:
    """Let pass a host's name or an IPv4 address."""
    if not re.fullmatch(r"[\w.-]+", text):
        raise ValueError("it should be a host's name or an IPv4 address")
    return text


Key = Annotated[SecretStr, AfterValidator(_key)]
