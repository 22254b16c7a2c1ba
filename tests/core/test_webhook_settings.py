"""Which addresses may be told, as far as they say by themselves."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from callscribe.webhook_settings import WebhookSettings

SECRET = SecretStr("whsec_QSBzZWNyZXQgdGhhdCBvbmx5IHRlc3RzIGtub3c=")
OURS = WebhookSettings(secret=SECRET, networks=["10.20.0.0/16"])


@pytest.mark.parametrize(
    "url",
    [
        "https://crm.example.com/hooks?key=1#part",
        "https://crm.example.com:8443",
        "https://пример.рф/",
        "https://93.184.216.34/",
        "https://10.20.1.2/",
        "http://10.20.1.2:8080/",
        "http://crm.local/",  # whether it is in the network is known when it is told
    ],
)
def test_an_address_that_may_be_told(url: str) -> None:
    OURS.require_addressee(url)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("crm.example.com/hooks", "begins with https://"),
        ("ftp://crm.example.com/", "begins with https://"),
        ("https://", "begins with https://"),
        (" https://crm.example.com/", "begins with https://"),
        ("https://crm.example.com:99999/", "begins with https://"),
        ("https://crm.exam\nple.com/", "no URL"),
        ("https://user:word@crm.example.com/", "no user and no password"),
        ("https://10.1.2.3/", "private network"),
        ("https://localhost:8000/", "private network"),
        ("https://[::1]/", "private network"),
        ("https://[::ffff:169.254.169.254]/", "private network"),
        ("http://93.184.216.34/", "http:// is for"),
    ],
)
def test_one_that_must_not_is_refused(url: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        OURS.require_addressee(url)


def test_without_networks_nobody_is_told_in_clear() -> None:
    with pytest.raises(ValueError, match="http:// is for"):
        WebhookSettings(secret=SECRET).require_addressee("http://crm.example.com/")
