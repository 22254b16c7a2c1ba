"""The Kafka broker on this machine: what it says where it cannot run. That it runs, the Kafka tests show."""

from __future__ import annotations

from pathlib import Path

import pytest

from callscribe.ports import free_port
from cluster.broker import BrokerFailed, LocalBroker, broker


def test_without_java_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BrokerFailed, match="openjdk-17"):
        LocalBroker(tmp_path / "kafka", port=free_port())


def test_without_its_jars_it_says_how_to_fetch_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    java = tmp_path / "java"
    java.write_text("#!/bin/sh\n")
    java.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(broker, "JARS", tmp_path / "nothing")
    with pytest.raises(BrokerFailed, match="make kafka-jars"):
        LocalBroker(tmp_path / "kafka", port=free_port())
    assert not (tmp_path / "kafka" / "broker.properties").exists()
