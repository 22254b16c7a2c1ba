"""What several settings have in common: URLs, keys and hosts, checked as they are read."""

from __future__ import annotations

import re
from collections.abc import Collection
from ipaddress import ip_address, ip_network
from typing import Annotated, Final, TypeVar
from urllib.parse import urlsplit

from limits import parse_many
from pydantic import AfterValidator, BeforeValidator, SecretStr
from pydantic_settings import NoDecode

WITH_HOST: Final = frozenset({"http", "https", "s3"})
"""The schemes whose URLs are nothing without a host, or a bucket in its place."""

SHORTEST_SECRET: Final = 16

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


def checked_secret(secret: SecretStr) -> SecretStr:
    """Let pass a key that is too long to be guessed."""
    if len(_key(secret).get_secret_value()) < SHORTEST_SECRET:
        raise ValueError(f"it should have {SHORTEST_SECRET} characters or more")
    return secret


def checked_host(text: str) -> str:
    """Let pass a host's name or an IPv4 address."""
    if not re.fullmatch(r"[\w.-]+", text):
        raise ValueError("it should be a host's name or an IPv4 address")
    return text


def listed(value: object) -> object:
    """Split at commas: a list in the environment need not be JSON."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _networks(names: list[str]) -> list[str]:
    try:
        return [str(ip_network(name)) for name in names]
    except ValueError as error:
        raise ValueError(f"it should be networks like 10.0.0.0/8, with commas between: {error}") from error


def checked_rate(text: str) -> str:
    """Let pass how often something may be done: ``600/minute``, with semicolons between several limits."""
    try:
        parse_many(text)
    except ValueError:
        raise ValueError("it should be how often in which time: 600/minute, or 20/second; 5000/hour") from None
    return text


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches what listens there."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


Key = Annotated[SecretStr, AfterValidator(_key)]
Secret = Annotated[SecretStr, AfterValidator(checked_secret)]
Networks = Annotated[list[str], NoDecode, BeforeValidator(listed), AfterValidator(_networks)]
