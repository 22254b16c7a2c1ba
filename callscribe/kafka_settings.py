"""Kafka's settings: where the brokers are, who we are to them, and where media may be fetched from."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from ssl import SSLContext, create_default_context
from typing import Annotated, Final, Self

import httpx
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    FilePath,
    SecretStr,
    model_validator,
)
from pydantic_settings import NoDecode

from callscribe.setting_types import Networks, listed

LARGEST_PORT: Final = 65_535


def _brokers(addresses: list[str]) -> list[str]:
    if not all(re.fullmatch(r"(?:[\w.-]+|\[[0-9a-fA-F:.]+\]):\d{1,5}", address) for address in addresses):
        raise ValueError("it should be host:port, with commas between several")
    return addresses


def _hosts(names: list[str]) -> list[str]:
    try:
        return [_host(name) for name in names]
    except (httpx.InvalidURL, ValueError) as error:
        raise ValueError(
            f"it should be names of hosts, or *.name for all below one, each with :port where it is not the usual one, "
            f"with commas between: {error}"
        ) from error


def _host(name: str) -> str:
    """The host as a request has it: пример.рф is xn--e1afmkfd.xn--p1ai."""
    found = re.fullmatch(r"(\*\.)?([^\s/?#@%*]+)", name)
    if found is None:
        raise ValueError(f"{name!r} is none")
    url = httpx.URL(f"//{found.group(2)}")
    if not url.host or (url.port is not None and not 0 < url.port <= LARGEST_PORT):
        raise ValueError(f"{name!r} is none")
    return (found.group(1) or "") + url.netloc.decode()


def _topic(name: str) -> str:
    if not re.fullmatch(r"[\w.-]{1,249}", name, re.ASCII):
        raise ValueError("a topic's name has letters, digits, '.', '_' and '-' only")
    return name


Topic = Annotated[str, AfterValidator(_topic)]
Brokers = Annotated[list[str], NoDecode, BeforeValidator(listed), AfterValidator(_brokers)]
Hosts = Annotated[list[str], NoDecode, BeforeValidator(listed), AfterValidator(_hosts)]


def _absolute(path: Path) -> Path:
    """The whole path: replicas work in folders of their own."""
    return path.absolute()


def _authorities(path: Path) -> Path:
    """Let pass a file of certificates."""
    try:
        create_default_context(cafile=path)
    except OSError as error:
        raise ValueError(f"{path} holds no certificates in PEM: {error.strerror}") from error
    return path


PemFile = Annotated[FilePath, AfterValidator(_absolute)]
Authorities = Annotated[PemFile, AfterValidator(_authorities)]


class SaslMechanism(StrEnum):
    """How we say who we are."""

    PLAIN = "PLAIN"
    SCRAM_SHA_256 = "SCRAM-SHA-256"
    SCRAM_SHA_512 = "SCRAM-SHA-512"


class MediaLimits(BaseModel):
    """What may be fetched for a message that names its media by a URL. Without ``hosts``: nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hosts: Hosts = Field(
        default=[],
        description="Hosts that media may come from, by the usual ports or its own; *.name means all below it.",
    )
    networks: Networks = Field(
        default=[], description="Networks that are not the public Internet's and may be reached all the same."
    )
    max_bytes: int = Field(default=2 * 1024**3, gt=0, description="The largest recording that is fetched.")
    seconds: float = Field(default=3600, gt=0, description="Seconds that fetching one recording may take.")
    patience_seconds: float = Field(
        default=3600, ge=0, description="Seconds for which a host that is away is tried again before it is given up."
    )
    incoming_days: float = Field(
        default=14,
        gt=0,
        description="Days after which a blob under incoming/ is removed that no message has brought in.",
    )


class KafkaSettings(BaseModel):
    """Kafka as a way in and a way out. Without ``bootstrap_servers``: neither."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    bootstrap_servers: Brokers = Field(default=[], description="host:port of some brokers, with commas between.")
    recordings_topic: Topic = "callscribe.recordings"
    dead_letters_topic: Topic = "callscribe.recordings.dlq"
    events_topic: Topic = "callscribe.events"
    group: str = Field(default="callscribe", min_length=1, description="The consumers' group.")
    outbox_events: int = Field(
        default=100_000,
        gt=0,
        description="Events that may wait for the brokers before each task keeps its newest alone.",
    )
    tls: bool = Field(default=False, description="Whether to speak TLS to the brokers.")
    ca_file: Authorities | None = Field(default=None, description="PEM of who vouches for them; else the system's.")
    cert_file: PemFile | None = Field(default=None, description="PEM of our certificate, where brokers ask for one.")
    key_file: PemFile | None = Field(default=None, description="PEM of its key.")
    key_password: SecretStr | None = Field(default=None, description="What the key is encrypted with.")
    sasl_mechanism: SaslMechanism = SaslMechanism.SCRAM_SHA_512
    username: str | None = Field(default=None, description="Who we are by SASL; without one, nobody.")
    password: SecretStr | None = None
    media: MediaLimits = MediaLimits()

    @property
    def enabled(self) -> bool:
        """Whether there are brokers to talk to."""
        return bool(self.bootstrap_servers)

    def ssl_context(self) -> SSLContext | None:
        """How TLS is spoken, where it is. Raises ``OSError`` for files that are no PEM or do not go together."""
        if not self.tls:
            return None
        context = create_default_context(cafile=self.ca_file)
        if self.cert_file is not None:
            # Without a password OpenSSL would ask for one on the terminal.
            password = self.key_password.get_secret_value() if self.key_password else ""
            context.load_cert_chain(self.cert_file, self.key_file, password)
        return context

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        """Refuse halves: they would be found out by a broker's refusal, much later."""
        if (self.username is None) != (self.password is None):
            raise ValueError("of USERNAME and PASSWORD one is missing")
        if (self.cert_file is None) != (self.key_file is None):
            raise ValueError("of CERT_FILE and KEY_FILE one is missing")
        if not self.tls and (self.ca_file or self.cert_file):
            raise ValueError("certificates are of no use without TLS=true")
        try:
            self.ssl_context()
        except OSError as error:
            raise ValueError(
                "of CERT_FILE and KEY_FILE one is no PEM, they are no pair, or KEY_PASSWORD is not the key's: "
                f"{error.strerror}"
            ) from error
        topics = (self.recordings_topic, self.dead_letters_topic, self.events_topic)
        if len(set(topics)) < len(topics):
            raise ValueError("the three topics must differ")
        return self
