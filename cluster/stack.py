"""The whole stack on this machine: PostgreSQL, Ray and the graph, started in order and stopped in reverse."""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib.resources import files
from pathlib import Path
from secrets import randbelow, token_hex
from typing import Any

import httpx
import yaml
from filelock import FileLock, Timeout
from tenacity import retry, retry_if_exception_message, stop_after_attempt

from callscribe.ports import free_port
from callscribe.priority import SHORT_WAITS
from callscribe.settings import Settings, is_catalogued
from cluster.haproxy import mended
from cluster.postgres import EmbeddedPostgres, PostgresFailed
from cluster.serve_files import fitted

START_TIMEOUT_SECONDS = 300
OBJECT_STORE_BYTES = 256 * 1024 * 1024
"""Enough for the chunks that are in flight; recordings travel through the blob store."""

MODELS = ("Diarizer", "Transcriber", "Llm")
"""The deployments that compute: their engines use as many threads as their replica has CPUs."""

RAY_METRICS = "ray_metrics.json"
"""Where Ray's own metrics are, in the data folder, as Prometheus reads it (``file_sd_configs``)."""

SCRATCH_PLACE = Path("/tmp")  # noqa: S108 - sockets' paths must be short, and the folder in it is nobody else's
SCRATCH_PREFIX = "callscribe-"

REPLICAS_PORTS = range(30_000, 32_750)
"""From where Serve begins to where Linux takes ports for connections."""
PORTS_OF_A_STACK = 100
"""Serve rests each for as long as an old HAProxy may ask there."""

Say = Callable[[str], None]


class StackFailed(Exception):
    """The stack did not start; the message says what to do."""


@contextmanager
def running_stack(settings: Settings, say: Say) -> Iterator[str]:
    """Start what ``settings`` do not name already, yield the API's address, and stop it all at the end.

    Raises ``StackFailed``.
    """
    data = settings.data_dir.absolute()
    data.mkdir(parents=True, exist_ok=True)
    with ExitStack() as started:
        started.enter_context(_alone_in(data))
        scratch = started.enter_context(_scratch(data))
        environment = _serve_environment(scratch) | mended(scratch) | llm_environment(settings) | whole_paths(settings)
        if settings.database_url is None:
            say("Starting PostgreSQL …")
            environment["CALLSCRIBE_DATABASE_URL"] = started.enter_context(_postgres(data / "postgres", scratch))
        os.environ.update(environment)
        say("Starting Ray …")
        started.enter_context(_ray())
        _tell_prometheus_of_ray(data / RAY_METRICS)
        say("Starting the graph: diarizer, transcriber, summarizer, dispatcher, API …")
        if settings.llm.serve is not None:
            say(f"Starting the language model {settings.llm.serve} …")
        url = _deploy(settings)
        _wait_until_ready(url)
        yield url


@contextmanager
def database_alone(settings: Settings) -> Iterator[str]:
    """Start the embedded PostgreSQL and nothing else, yield how to connect, and stop it at the end.

    Raises ``StackFailed``, where the stack runs for instance.
    """
    data = settings.data_dir.absolute()
    data.mkdir(parents=True, exist_ok=True)
    with _alone_in(data), _scratch(data) as scratch, _postgres(data / "postgres", scratch) as dsn:
        yield dsn


@contextmanager
def _alone_in(data: Path) -> Iterator[None]:
    """Hold the data folder; the lock ends with this process, however it ends."""
    try:
        with FileLock(data / "stack.lock", timeout=0):
            yield
    except Timeout as error:
        message = f"Another CallScribe runs in {data}. Stop it, or set CALLSCRIBE_DATA_DIR to another folder."
        raise StackFailed(message) from error


@contextmanager
def _scratch(data: Path) -> Iterator[Path]:
    """Make the folder of the stack's sockets, and remove that of a stack that was killed: ``data`` remembers it."""
    note = data / "scratch"
    if note.exists():
        _remove_abandoned(Path(note.read_text(encoding="utf-8")))
    with tempfile.TemporaryDirectory(prefix=SCRATCH_PREFIX, dir=SCRATCH_PLACE) as folder:
        note.write_text(folder, encoding="utf-8")
        scratch = Path(folder)
        scratch.chmod(0o711)  # PostgreSQL runs as a user of its own where we are root
        yield scratch
    note.unlink()


def _remove_abandoned(scratch: Path) -> None:
    if scratch.parent == SCRATCH_PLACE and scratch.name.startswith(SCRATCH_PREFIX):
        shutil.rmtree(scratch, ignore_errors=True)


@contextmanager
def _postgres(folder: Path, scratch: Path) -> Iterator[str]:
    try:
        postgres = EmbeddedPostgres(folder, scratch / "postgres")
    except PostgresFailed as error:
        raise StackFailed(str(error)) from error
    try:
        yield postgres.dsn
    finally:
        postgres.stop()


def _serve_environment(scratch: Path) -> dict[str, str]:
    """Give Serve's processes their settings; each stack has its own HAProxy, so that two can run side by side."""
    # HAProxy lets everybody who reaches its admin socket command it. The name is short for what Serve adds to it.
    proxy = scratch / "ha"
    proxy.mkdir(mode=0o700)
    return {
        # Despite its name, it has Ray listen on the loopback address instead of every network's.
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
        # Replicas listen on every address all the same, for whoever shows this stack's token.
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": token_hex(),
        "RAY_USAGE_STATS_ENABLED": "0",
        # Ray puts all its workers behind every other process: here only the models put themselves there.
        "RAY_worker_niceness": "0",
        **SHORT_WAITS,
        "RAY_SERVE_ENABLE_HA_PROXY": "1",
        "RAY_SERVE_DIRECT_INGRESS_MIN_DRAINING_PERIOD_S": "1",
        # An upload outlasts a change of replicas by ten minutes: HAProxy's old process would end with it after two.
        "RAY_SERVE_HAPROXY_HARD_STOP_AFTER_S": "600",
        **_replicas_ports(),
        # On a slow or busy machine the first start of a process takes longer than Serve expects.
        "RAY_SERVE_PROXY_READY_CHECK_TIMEOUT_S": "60",
        "RAY_SERVE_PROXY_HEALTH_CHECK_TIMEOUT_S": "30",
        "RAY_SERVE_HAPROXY_CONFIG_FILE_LOC": str(proxy / "haproxy.cfg"),
        "RAY_SERVE_HAPROXY_SOCKET_PATH": str(proxy / "admin.sock"),
        "RAY_SERVE_HAPROXY_SERVER_STATE_BASE": str(proxy),
        "RAY_SERVE_HAPROXY_SERVER_STATE_FILE": str(proxy / "server-state"),
        "RAY_SERVE_HAPROXY_METRICS_SOCKET_PATH": str(proxy / "metrics"),
        "RAY_SERVE_HAPROXY_METRICS_PORT": str(free_port()),
        "RAY_SERVE_HAPROXY_STATS_PORT": str(free_port()),
        # Whom HAProxy asks while no replica can be. By its usual port it would be another stack's as well.
        "RAY_SERVE_FALLBACK_PROXY_HTTP_PORT": str(free_port()),
        "RAY_SERVE_FALLBACK_PROXY_GRPC_PORT": str(free_port()),
    }


def _replicas_ports() -> dict[str, str]:
    """Draw the ports of this stack's replicas, so that none takes one that another stack's has just left.

    A precaution, which was not seen to be needed: HAProxy's old processes go on asking there for what they have begun.
    """
    first = REPLICAS_PORTS.start + PORTS_OF_A_STACK * randbelow(len(REPLICAS_PORTS) // PORTS_OF_A_STACK)
    return {
        "RAY_SERVE_DIRECT_INGRESS_MIN_HTTP_PORT": str(first),
        "RAY_SERVE_DIRECT_INGRESS_MAX_HTTP_PORT": str(first + PORTS_OF_A_STACK - 1),
    }


def whole_paths(settings: Settings) -> dict[str, str]:
    """Name what the replicas read by its whole path: they work in folders of their own."""
    weights = {"CALLSCRIBE_GIGAAM": settings.gigaam, "CALLSCRIBE_PARAKEET": settings.parakeet}
    files = {name: model for name, model in weights.items() if model and not is_catalogued(model)}
    glossary = {} if settings.glossary is None else {"CALLSCRIBE_GLOSSARY": str(settings.glossary)}
    return {"CALLSCRIBE_DATA_DIR": str(settings.data_dir.absolute())} | files | glossary


def llm_environment(settings: Settings) -> dict[str, str]:
    """Point the graph at the model that this stack serves, unless the operator has pointed it elsewhere.

    Who reaches the API's port reaches the model too: it asks for a key that this stack draws, or the operator's.
    A file is named by its whole path: the replicas work in folders of their own.
    """
    if settings.llm.serve is None:
        return {}
    key = settings.llm.api_key.get_secret_value() if settings.llm.api_key else token_hex()
    served = {"CALLSCRIBE_LLM__SERVE": settings.llm.serve, "CALLSCRIBE_LLM__API_KEY": key}
    url = {"CALLSCRIBE_LLM__URL": f"http://{settings.host}:{settings.port}/llm/v1"}
    return served | (url if settings.llm.url is None else {})


# Ray gives its own start half a minute, which a machine that is busy may not keep to.
@retry(retry=retry_if_exception_message(match=".*timed out during startup"), stop=stop_after_attempt(2), reraise=True)
def _start_ray() -> None:
    import ray

    ray.init(
        # Or it would join the cluster that somebody has started on this machine by `ray start`.
        address="local",
        # Ray counts shares here, not cores: the models that share this machine may each use all of it.
        num_cpus=len(MODELS) * _cores() + 1,
        object_store_memory=OBJECT_STORE_BYTES,
        include_dashboard=False,
        log_to_driver=False,
        logging_level=logging.WARNING,
    )


@contextmanager
def _ray() -> Iterator[None]:
    # Ray reads its environment when it is imported.
    import ray
    from ray import serve

    ours = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    _start_ray()
    for number, handler in ours.items():
        signal.signal(number, handler)  # Ray's own would end us before PostgreSQL has been stopped
    try:
        yield
    finally:
        serve.shutdown()  # type: ignore[no-untyped-call]
        ray.shutdown()


def _tell_prometheus_of_ray(file: Path) -> None:
    """Write down the port that Ray has drawn, as its dashboard would, which does not run here."""
    import ray

    nodes = ray.nodes()  # type: ignore[no-untyped-call]
    targets = [f"{node['NodeManagerAddress']}:{node['MetricsExportPort']}" for node in nodes]
    file.write_text(json.dumps([{"targets": targets}]), encoding="utf-8")


def _deploy(settings: Settings) -> str:
    """Apply the profile's Serve file, as ``serve deploy`` does on a cluster, and return the API's address."""
    from ray.serve._private.api import serve_start
    from ray.serve.schema import ServeDeploySchema

    config = ServeDeploySchema.model_validate(serve_file(settings))
    client = serve_start(
        http_options={"host": settings.host, "port": settings.port},
        proxy_location=config.proxy_location,
        global_logging_config=config.logging_config,
    )
    client.deploy_apps(config)
    return f"http://{settings.host}:{settings.port}"


def serve_file(settings: Settings) -> Mapping[str, Any]:
    """Read the Serve file of the stack on this machine, fitted to the settings, and with its address and cores."""
    text = files("cluster").joinpath("serve.embedded.yaml").read_text(encoding="utf-8")
    config = fitted(yaml.safe_load(text), settings)
    config["http_options"] |= {"host": settings.host, "port": settings.port}
    for application in config["applications"]:
        for deployment in application["deployments"]:
            if deployment["name"] in MODELS:
                deployment["ray_actor_options"]["num_cpus"] = _cores()
    return config


def _cores() -> int:
    return len(os.sched_getaffinity(0))


def _wait_until_ready(url: str) -> None:
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    reason = "no answer yet"
    while time.monotonic() < deadline:
        try:
            answer = httpx.get(f"{url}/readyz", timeout=5)
        except httpx.TransportError as error:
            reason = str(error)
        else:
            reason = answer.text
            if answer.status_code == httpx.codes.OK:
                if not (starting := _starting()):
                    return
                reason = f"{', '.join(starting)} still starting"
        _raise_if_failed()
        time.sleep(0.2)
    message = f"The graph was not ready after {START_TIMEOUT_SECONDS} s: {reason}"
    raise StackFailed(message)


def _starting() -> list[str]:
    from ray import serve

    return [name for name, application in serve.status().applications.items() if application.status != "RUNNING"]


def _raise_if_failed() -> None:
    from ray import serve

    for name, application in serve.status().applications.items():
        if application.status == "DEPLOY_FAILED":
            causes = [part.message.strip() for part in application.deployments.values() if part.message]
            message = "\n".join([f"Ray Serve could not deploy {name}: {application.message}", *causes])
            raise StackFailed(message)
