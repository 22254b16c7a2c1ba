"""Settings become a client's arguments, and a broker that asks who is there lets the right one in."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
import trustme
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from pydantic import SecretStr

from callscribe.errors import BadSettings
from callscribe.kafka_settings import KafkaSettings, SaslMechanism
from callscribe.settings import read_settings
from ingest.kafka.client import connection, consuming, producing
from tests.brokers import PASSWORD, USER, Broker
from tests.ingest.kafka.house import House

SERVERS = ["kafka-1:9092", "kafka-2:9092"]


def test_plain_brokers_need_nothing_more() -> None:
    arguments = connection(KafkaSettings(bootstrap_servers=SERVERS))
    assert arguments["bootstrap_servers"] == SERVERS
    assert arguments["security_protocol"] == "PLAINTEXT"
    assert arguments["ssl_context"] is None
    assert not any(name.startswith("sasl") for name in arguments)


@pytest.mark.parametrize("mechanism", SaslMechanism)
@pytest.mark.parametrize(("tls", "protocol"), [(False, "SASL_PLAINTEXT"), (True, "SASL_SSL")])
def test_a_name_and_a_password_go_by_sasl(mechanism: SaslMechanism, protocol: str, *, tls: bool) -> None:
    settings = KafkaSettings(
        bootstrap_servers=SERVERS, tls=tls, sasl_mechanism=mechanism, username="anna", password=SecretStr("secret")
    )
    arguments = connection(settings)
    assert arguments["security_protocol"] == protocol
    assert arguments["sasl_mechanism"] == mechanism.value
    assert (arguments["sasl_plain_username"], arguments["sasl_plain_password"]) == ("anna", "secret")
    assert "secret" not in repr(settings)


def test_tls_trusts_whom_the_operator_names(tmp_path: Path) -> None:
    authority = trustme.CA()
    ours = authority.issue_cert("callscribe")
    paths = {name: tmp_path / f"{name}.pem" for name in ("ca_file", "cert_file", "key_file")}
    authority.cert_pem.write_to_path(paths["ca_file"])
    ours.cert_chain_pems[0].write_to_path(paths["cert_file"])
    ours.private_key_pem.write_to_path(paths["key_file"])
    context = connection(KafkaSettings(bootstrap_servers=SERVERS, tls=True, **paths))["ssl_context"]
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert len(context.get_ca_certs()) == 1


def test_nothing_is_committed_by_itself_and_nothing_acknowledged_by_half() -> None:
    settings = KafkaSettings(bootstrap_servers=SERVERS)
    assert consuming(settings)["enable_auto_commit"] is False
    assert consuming(settings)["auto_offset_reset"] == "earliest"
    assert producing(settings)["acks"] == "all"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("BOOTSTRAP_SERVERS", "kafka", "host:port"),
        ("EVENTS_TOPIC", "с кириллицей", "a topic's name"),
        ("EVENTS_TOPIC", "callscribe.recordings", "must differ"),
        ("SASL_MECHANISM", "NTLM", "SASL_MECHANISM"),
        ("USERNAME", "anna", "PASSWORD"),
        ("CA_FILE", "/nowhere.pem", "CA_FILE"),
        ("MEDIA__NETWORKS", "10.0.0.1/8", "networks like"),
        ("MEDIA__HOSTS", "http://x", "names of hosts"),
        ("MEDIA__HOSTS", "x,*", "names of hosts"),
        ("MEDIA__HOSTS", "x:port", "names of hosts"),
        ("MEDIA__HOSTS", "x:70000", "names of hosts"),
        ("MEDIA__HOSTS", "x:0", "names of hosts"),
        ("MEDIA__HOSTS", "-x.рф", "names of hosts"),
        ("MEDIA__HOSTS", "::1", "names of hosts"),
        ("MEDIA__MAX_BYTES", "0", "MAX_BYTES"),
        ("SERVERS", "x", "SERVERS"),
    ],
)
def test_bad_settings_are_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: str) -> None:
    monkeypatch.setenv(f"CALLSCRIBE_KAFKA__{name}", value)
    with pytest.raises(BadSettings, match="CALLSCRIBE_KAFKA") as raised:
        read_settings()
    (sentence,) = raised.value.sentences
    assert words in sentence


@pytest.fixture
def pems(tmp_path: Path) -> dict[str, Path]:
    """An authority, a certificate of ours, its key plain and encrypted, a key of another, and a file that is no PEM."""
    authority = trustme.CA()
    ours, other = authority.issue_cert("callscribe"), authority.issue_cert("other")
    key = load_pem_private_key(ours.private_key_pem.bytes(), None)
    encrypted = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"right"))
    written = {
        "ca": authority.cert_pem.bytes(),
        "cert": ours.cert_chain_pems[0].bytes(),
        "key": ours.private_key_pem.bytes(),
        "locked": encrypted,
        "other": other.private_key_pem.bytes(),
        "junk": b"-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----\n",
        "empty": b"",
    }
    paths = {name: tmp_path / f"{name}.pem" for name in written}
    for name, content in written.items():
        paths[name].write_bytes(content)
    return paths


@pytest.mark.parametrize(
    ("files", "password", "named"),
    [
        ({"CA_FILE": "junk"}, None, "CA_FILE"),
        ({"CA_FILE": "empty"}, None, "CA_FILE"),
        ({"CA_FILE": "key"}, None, "CA_FILE"),
        ({"CERT_FILE": "junk", "KEY_FILE": "key"}, None, "CERT_FILE"),
        ({"CERT_FILE": "cert", "KEY_FILE": "empty"}, None, "KEY_FILE"),
        ({"CERT_FILE": "cert", "KEY_FILE": "other"}, None, "KEY_FILE"),
        ({"CERT_FILE": "cert", "KEY_FILE": "locked"}, "wrong", "KEY_PASSWORD"),
        ({"CERT_FILE": "cert", "KEY_FILE": "locked"}, None, "KEY_PASSWORD"),
        ({"CA_FILE": "ca", "CERT_FILE": "cert", "KEY_FILE": "locked"}, "right", None),
        ({"CA_FILE": "ca", "CERT_FILE": "cert", "KEY_FILE": "key"}, "needless", None),
    ],
)
def test_files_and_passwords_that_are_of_no_use_stop_the_start(
    monkeypatch: pytest.MonkeyPatch,
    pems: dict[str, Path],
    files: dict[str, str],
    password: str | None,
    named: str | None,
) -> None:
    values = {name: str(pems[file]) for name, file in files.items()}
    values |= {"TLS": "true"} | ({"KEY_PASSWORD": password} if password else {})
    for name, value in values.items():
        monkeypatch.setenv(f"CALLSCRIBE_KAFKA__{name}", value)
    if named is None:
        assert read_settings().kafka.ssl_context() is not None
        return
    with pytest.raises(BadSettings, match=named) as raised:
        read_settings()
    assert "CALLSCRIBE_KAFKA" in str(raised.value)
    assert "wrong" not in str(raised.value).replace("set wrongly", "")


def test_lists_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLSCRIBE_KAFKA__BOOTSTRAP_SERVERS", "kafka-1:9092, kafka-2:9092")
    monkeypatch.setenv("CALLSCRIBE_KAFKA__MEDIA__HOSTS", "*.Example.com, Пример.РФ:8443,[::1]:80")
    monkeypatch.setenv("CALLSCRIBE_KAFKA__MEDIA__NETWORKS", "10.0.0.0/8,fd00::/8")
    settings = read_settings().kafka
    assert settings.bootstrap_servers == SERVERS
    assert settings.media.hosts == ["*.example.com", "xn--e1afmkfd.xn--p1ai:8443", "[::1]:80"]
    assert settings.media.networks == ["10.0.0.0/8", "fd00::/8"]


def secured(settings: KafkaSettings, broker: Broker, password: str) -> KafkaSettings:
    """The same topics, by the broker's door that asks who is there."""
    return settings.model_copy(
        update={
            "bootstrap_servers": [broker.secure_address],
            "tls": True,
            "ca_file": broker.authority,
            "sasl_mechanism": SaslMechanism.PLAIN,
            "username": USER,
            "password": SecretStr(password),
        }
    )


async def test_messages_come_over_tls_from_who_has_the_password(house: House, real_broker: Broker) -> None:
    await house.send([house.message("4711"), b"poison"])
    house.kafka, plain = secured(house.kafka, real_broker, PASSWORD), house.kafka
    async with house.consuming():
        house.kafka = plain
        await house.settled()
    assert [task.source_id for task in await house.tasks()] == ["4711"]
    assert len(await house.dead_letters()) == 1


async def test_a_wrong_password_and_an_unknown_authority_are_refused(kafka: KafkaSettings, real_broker: Broker) -> None:
    async with AIOKafkaProducer(**producing(secured(kafka, real_broker, PASSWORD))):
        pass
    for refused in (
        secured(kafka, real_broker, "guessed"),
        secured(kafka, real_broker, PASSWORD).model_copy(update={"ca_file": None}),
    ):
        producer = AIOKafkaProducer(**producing(refused))
        with pytest.raises(KafkaError):
            await producer.start()
        await producer.stop()
