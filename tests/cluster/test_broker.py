"""The Kafka broker on this machine: where it cannot run, and when it ends. That it runs, the Kafka tests show."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import psutil
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


@pytest.fixture
def real(tmp_path: Path) -> Path:
    """A folder for a broker, where one can run."""
    if (why_not := broker.can_run()) is not None:
        pytest.skip(why_not)
    return tmp_path


def test_a_port_that_another_has_is_not_its_own(real: Path) -> None:
    """Somebody answers there: it is not the broker that was asked for."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        asked_for = LocalBroker(real / "kafka", port=other.getsockname()[1])
        with pytest.raises(BrokerFailed, match="in use"):
            asked_for.start()


@pytest.mark.faults
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent is gone")
def test_it_does_not_outlive_a_killed_parent(real: Path) -> None:
    command = [sys.executable, "-m", "cluster.broker", "--port", str(free_port()), "--folder", str(real)]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as parent:
        assert parent.stderr is not None
        assert b"Kafka is ready" in parent.stderr.readline()
        (java,) = psutil.Process(parent.pid).children()
        parent.kill()
    _, alive = psutil.wait_procs([java], timeout=10)
    assert not alive
