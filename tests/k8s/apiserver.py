"""Kubernetes' own API server with its etcd, on this machine's loopback address: it checks what no schema tells."""

from __future__ import annotations

import ssl
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from secrets import token_hex
from typing import Any

import httpx
import trustme

from callscribe.ports import free_port
from tests.k8s.rendering import Resource, tool

APPLY = "application/apply-patch+yaml"
CERTIFICATE, KEY, TOKENS = "server.pem", "server.key", "tokens.csv"
START_SECONDS = 60
ESTABLISH_SECONDS = 60


def programs() -> tuple[str, str] | None:
    """The API server and its etcd, as `make kube-apiserver` builds them."""
    server, etcd = tool("kube-apiserver"), tool("etcd")
    return (server, etcd) if server and etcd else None


class Refused(Exception):
    """What the server says of a resource that it does not take."""


class Cluster:
    """What ``kubectl apply --server-side`` would do, without kubectl."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self.warnings: list[str] = []
        self._kinds: dict[tuple[str, str], Mapping[str, Any]] = {}

    def apply(self, resource: Resource, *, dry_run: bool = False) -> Resource:
        """Apply a resource, no field of which may be unknown. Raises ``Refused``."""
        answer = self._client.patch(
            self._path(resource),
            params={"fieldManager": "tests", "fieldValidation": "Strict", "force": "true"}
            | ({"dryRun": "All"} if dry_run else {}),
            headers={"Content-Type": APPLY},
            json=resource,
        )
        if answer.is_error:
            raise Refused(answer.json()["message"])
        self.warnings += answer.headers.get_list("Warning")
        applied: Resource = answer.json()
        return applied

    def wait_for(self, definitions: Sequence[Resource]) -> None:
        """Wait until resources of these definitions can be applied."""
        deadline = time.monotonic() + ESTABLISH_SECONDS
        for definition in definitions:
            while not _established(self._client.get(self._path(definition)).json()):
                assert time.monotonic() < deadline, f"{definition['metadata']['name']} is not established"
                time.sleep(0.1)
        for definition in definitions:
            spec = definition["spec"]
            for version in spec["versions"]:
                path = f"/apis/{spec['group']}/{version['name']}"
                while self._client.get(path).status_code != httpx.codes.OK:
                    assert time.monotonic() < deadline, f"{path} is not served"
                    time.sleep(0.1)

    def _path(self, resource: Resource) -> str:
        version = resource["apiVersion"]
        root = f"/apis/{version}" if "/" in version else f"/api/{version}"
        kind = self._kind(root, resource["kind"])
        within = f"/namespaces/{resource['metadata']['namespace']}" if kind["namespaced"] else ""
        return f"{root}{within}/{kind['name']}/{resource['metadata']['name']}"

    def _kind(self, root: str, kind: str) -> Mapping[str, Any]:
        if (root, kind) not in self._kinds:
            for found in self._client.get(root).raise_for_status().json()["resources"]:
                if "/" not in found["name"]:
                    self._kinds[root, found["kind"]] = found
        return self._kinds[root, kind]


def _established(definition: Resource) -> bool:
    conditions = definition.get("status", {}).get("conditions") or []
    return any(each["type"] == "Established" and each["status"] == "True" for each in conditions)


@contextmanager
def running_cluster(folder: Path) -> Iterator[Cluster]:
    """A server without anything in it, and a client that may do everything there."""
    found = programs()
    assert found is not None
    server, etcd = found
    trust = _certified(folder)
    (folder / TOKENS).write_text(f"{token_hex()},tests,1,system:masters\n", encoding="utf-8")
    port, store = free_port(), f"http://127.0.0.1:{free_port()}"
    with ExitStack() as started:
        started.enter_context(_process(folder / "etcd.log", _etcd(etcd, folder, store)))
        process = started.enter_context(_process(folder / "apiserver.log", _apiserver(server, folder, store, port)))
        client = started.enter_context(_client(folder, port, trust, process))
        yield Cluster(client)


def _etcd(program: str, folder: Path, address: str) -> list[str]:
    peers = f"http://127.0.0.1:{free_port()}"
    return [
        program,
        f"--data-dir={folder / 'etcd'}",
        f"--listen-client-urls={address}",
        f"--advertise-client-urls={address}",
        f"--listen-peer-urls={peers}",
        f"--initial-advertise-peer-urls={peers}",
        f"--initial-cluster=default={peers}",
        "--unsafe-no-fsync=true",
    ]


def _apiserver(program: str, folder: Path, store: str, port: int) -> list[str]:
    return [
        program,
        f"--etcd-servers={store}",
        f"--tls-cert-file={folder / CERTIFICATE}",
        f"--tls-private-key-file={folder / KEY}",
        f"--cert-dir={folder / 'certificates'}",
        "--bind-address=127.0.0.1",
        f"--secure-port={port}",
        f"--token-auth-file={folder / TOKENS}",
        "--authorization-mode=RBAC",
        "--service-account-issuer=https://127.0.0.1",
        f"--service-account-signing-key-file={folder / KEY}",
        f"--service-account-key-file={folder / KEY}",
        "--disable-admission-plugins=ServiceAccount",  # no controller makes accounts here
    ]


@contextmanager
def _process(log: Path, command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as file:
        process = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _certified(folder: Path) -> ssl.SSLContext:
    """Give the server a certificate and a key, which also signs its accounts' tokens, and say whom to trust."""
    authority = trustme.CA()
    ours = authority.issue_cert("127.0.0.1")
    ours.cert_chain_pems[0].write_to_path(folder / CERTIFICATE)
    ours.private_key_pem.write_to_path(folder / KEY)
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    return trust


@contextmanager
def _client(folder: Path, port: int, trust: ssl.SSLContext, process: subprocess.Popen[bytes]) -> Iterator[httpx.Client]:
    deadline = time.monotonic() + START_SECONDS
    token = (folder / TOKENS).read_text(encoding="utf-8").partition(",")[0]
    bearer = {"Authorization": f"Bearer {token}"}
    with httpx.Client(
        base_url=f"https://127.0.0.1:{port}", verify=trust, headers=bearer, timeout=60, trust_env=False
    ) as client:
        while not _ready(client):
            _still_starting(folder, process, deadline)
        yield client


def _still_starting(folder: Path, process: subprocess.Popen[bytes], deadline: float) -> None:
    if process.poll() is not None or time.monotonic() > deadline:
        tail = (folder / "apiserver.log").read_text(encoding="utf-8", errors="replace")[-2000:]
        message = f"the API server did not start: {tail}"
        raise AssertionError(message)
    time.sleep(0.2)


def _ready(client: httpx.Client) -> bool:
    try:
        return client.get("/readyz").status_code == httpx.codes.OK
    except httpx.TransportError:
        return False
