"""Apache Kafka as one process in KRaft mode: broker and controller, on loopback addresses."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import psutil

from callscribe.lifeline import tied
from callscribe.ports import free_port

JARS: Final = Path(__file__).parents[2] / "tools" / "kafka"
"""Where `make kafka-jars` puts them."""

START_SECONDS: Final = 120
STOP_SECONDS: Final = 60
CLUSTER_ID: Final = "Y2FsbHNjcmliZS1sb2NhbA"

# A broker that is alone keeps everything once, and has nobody to wait for.
ALONE: Final = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "1",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "group.initial.rebalance.delay.ms": "0",
    "broker.session.timeout.ms": "3000",  # so long does a killed one's successor wait
    "broker.heartbeat.interval.ms": "500",
    "num.partitions": "3",
}


class BrokerFailed(Exception):
    """The broker did not start; the message says what to do."""


class LocalBroker:
    """A broker over a folder: a child of this process, which may kill it and start it again, and takes it along.

    ``properties`` are the broker's own, over those of one that is alone; ``listeners`` among them are further ones.
    """

    def __init__(self, folder: Path, *, port: int, properties: Mapping[str, str] | None = None) -> None:
        self.address = f"127.0.0.1:{port}"
        self._port = port
        self._log = folder / "broker.log"
        self._properties = folder / "broker.properties"
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)
        _require_what_it_stands_on()
        written = _written(folder, self.address, properties or {})
        self._properties.write_text("".join(f"{name}={value}\n" for name, value in written.items()), encoding="utf-8")
        self._format()

    def start(self) -> None:
        """Start, again after a kill; returns when clients may connect. Raises ``BrokerFailed``."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                tied(_java("kafka.Kafka", str(self._properties))), stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._listens():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise BrokerFailed(f"Kafka did not start:\n{self._last_words()}")
            time.sleep(0.1)

    def stop(self) -> None:
        """Stop in good order."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """``kill -9``."""
        self._end(signal.SIGKILL)

    def _listens(self) -> bool:
        """Whether it is this process that listens there, and not another that has the port."""
        assert self._process is not None  # noqa: S101 - it was started just now
        try:
            sockets = psutil.Process(self._process.pid).net_connections("tcp")
        except psutil.Error:
            return False
        return self._port in {each.laddr.port for each in sockets if each.status == psutil.CONN_LISTEN}

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(timeout=STOP_SECONDS)

    def _format(self) -> None:
        """Make the folder a node's, unless it is one already."""
        command = _java("kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-g", "-c", str(self._properties))
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise BrokerFailed(f"Kafka's folder could not be made:\n{done.stdout}{done.stderr}")

    def _last_words(self) -> str:
        return "\n".join(self._log.read_text(encoding="utf-8", errors="replace").splitlines()[-20:])


def can_run() -> str | None:
    """Why no broker can run here, if none can."""
    if shutil.which("java") is None:
        return "Java 17 or newer is missing; on Debian: apt install openjdk-17-jre-headless"
    if not any(JARS.glob("kafka_*.jar")):
        return "Kafka's jars are missing: `make kafka-jars` fetches them with Maven; on Debian: apt install maven"
    return None


def _require_what_it_stands_on() -> None:
    if (why := can_run()) is not None:
        raise BrokerFailed(f"{why}.")


def _written(folder: Path, address: str, properties: Mapping[str, str]) -> dict[str, str]:
    """All of the broker's properties."""
    controller = f"127.0.0.1:{free_port()}"
    listeners = [f"PLAINTEXT://{address}", f"CONTROLLER://{controller}"]
    return {
        **ALONE,
        **properties,
        "listeners": ",".join([*listeners, *filter(None, [properties.get("listeners")])]),
        "controller.listener.names": "CONTROLLER",
        "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL",
        "controller.quorum.voters": f"1@{controller}",
        "log.dirs": str(folder / "data"),
    }


def _java(program: str, *arguments: str) -> list[str]:
    return [
        "java",
        "-Xmx512m",
        "-XX:TieredStopAtLevel=1",  # what starts in seconds and lives for minutes gains nothing from more
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
        "-cp",
        f"{JARS}/*",
        program,
        *arguments,
    ]
