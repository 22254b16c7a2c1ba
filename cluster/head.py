"""``python -m cluster.head FILE``: Ray's head with the graph of a Serve file on it, until a signal stops both.

For containers. Whoever starts the head again starts the graph again with it: nobody has to deploy anything by hand.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final

import httpx
import typer
import yaml
from pydantic import ValidationError
from ray.serve.schema import ServeDeploySchema

from callscribe.errors import BadSettings
from callscribe.lifeline import tied
from callscribe.settings import read_settings
from cluster.serve_files import fitted

START_SECONDS: Final = 180
STOP_SECONDS: Final = 30
LOOK_EVERY_SECONDS: Final = 0.5
ANSWER_WITHIN_SECONDS: Final = 60


class HeadFailed(Exception):
    """Ray's head did not start, or the file is none of Serve's; the message says what to do."""


def main(
    file: Annotated[Path, typer.Argument(help="The Serve file; what the settings do not name is left out of it.")],
    options: Annotated[list[str] | None, typer.Argument(help="Options for `ray start --head`, after --.")] = None,
    dashboard_port: Annotated[int, typer.Option(help="Where Ray's dashboard listens, which takes orders.")] = 8265,
) -> None:
    """Start Ray's head and deploy the graph; on SIGINT or SIGTERM let both end what they have begun."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        config = _read(file)
        ordered = [f"--dashboard-port={dashboard_port}", *(options or [])]
        with _head(ordered) as ray, _client(f"http://127.0.0.1:{dashboard_port}/api/serve") as serve:
            _deploy(serve, config, ray, stop)
            _say(f"Deployed {', '.join(each['name'] for each in config['applications'])}.")
            while not stop.wait(LOOK_EVERY_SECONDS):
                _require_running(ray)
            _say("Stopping: replicas end the calls that they have begun …")
            _withdraw(serve, config)
    except (BadSettings, HeadFailed) as error:
        sys.exit(str(error))


def _read(file: Path) -> dict[str, Any]:
    """A Serve file, fitted to the settings. Raises ``HeadFailed``, ``BadSettings``."""
    try:
        config = fitted(yaml.safe_load(file.read_text(encoding="utf-8")), read_settings())
        ServeDeploySchema.model_validate(config)
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise HeadFailed(f"{file} is no Serve file: {error}") from error
    return config


@contextmanager
def _head(options: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``ray start --head`` as a child, and stop it with all that it has started."""
    # A session of its own: a Ctrl-C is for us, who stop Serve first.
    command = ["ray", "start", "--head", "--block", "--disable-usage-stats", *options]
    with subprocess.Popen(tied(command), start_new_session=True) as process:
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def _client(api: str) -> httpx.Client:
    """Speak to Ray's REST API for Serve, version 2."""
    token = os.environ.get("RAY_AUTH_TOKEN")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return httpx.Client(base_url=api, headers=headers, timeout=ANSWER_WITHIN_SECONDS)


def _deploy(
    serve: httpx.Client, config: Mapping[str, Any], ray: subprocess.Popen[bytes], stop: threading.Event
) -> None:
    """Hand Serve the file as soon as the head takes it. Raises ``HeadFailed``."""
    deadline = time.monotonic() + START_SECONDS
    reason = "no answer yet"
    while time.monotonic() < deadline and not stop.is_set():
        _require_running(ray)
        try:
            answer = serve.put("/applications/", json=config)
        except httpx.TransportError as error:
            reason = str(error)
        else:
            if answer.is_success:
                return
            reason = answer.text
        stop.wait(LOOK_EVERY_SECONDS)
    if not stop.is_set():
        raise HeadFailed(f"Ray's head took no applications within {START_SECONDS} s: {reason}")


def _withdraw(serve: httpx.Client, config: Mapping[str, Any]) -> None:
    """Take all applications away and wait until their replicas are gone. Whoever sent the signal bounds that.

    ``serve shutdown`` would end the proxies at once, and with them the calls of clients.
    """
    try:
        serve.put("/applications/", json={**config, "applications": []}).raise_for_status()
        while has_replicas(serve.get("/applications/").raise_for_status().json()["applications"]):
            time.sleep(LOOK_EVERY_SECONDS)
    except httpx.HTTPError as error:
        _say(f"Serve could not be asked to let its calls end: {error}")


def has_replicas(applications: Mapping[str, Any]) -> bool:
    """Whether any replica stands on a node: one that never found room has no calls, yet Serve waits out its drain."""
    deployments = [deployment for each in applications.values() for deployment in each["deployments"].values()]
    return any(replica["node_id"] for deployment in deployments for replica in deployment["replicas"])


def _require_running(ray: subprocess.Popen[bytes]) -> None:
    if (code := ray.poll()) is not None:
        raise HeadFailed(f"Ray's head has ended with exit code {code}; its log is in /tmp/ray/session_latest/logs.")


def _say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


if __name__ == "__main__":
    typer.run(main)
