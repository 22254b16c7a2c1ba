"""Containers without an engine: what docker-compose.yml says of a service, done by Linux's own means, for root.

Each has its own network, processes and mounts, a root that is read-only, the user of the image and no capability at
all, as Docker would have it. Limits on memory and on processes are left out: they would need control groups.
"""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from signal import Signals
from typing import Any, Final

BRIDGE: Final = "callscribe0"
SUBNET: Final = "198.18.77"
USER: Final = 10001
SHARED: Final = "/dev/shm"  # noqa: S108
PLAIN: Final = ["--clear-groups", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"]


def run(*command: str) -> None:
    """Run a command to its end. Raises ``CalledProcessError``."""
    subprocess.run(command, check=True)


@dataclass
class Network:
    """A bridge that leads nowhere, on which each container has an address and all know each other's names."""

    hosts: Path
    addresses: dict[str, str] = field(default_factory=dict)
    _undo: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Network:
        run("ip", "link", "add", BRIDGE, "type", "bridge")
        self._undo.callback(run, "ip", "link", "del", BRIDGE)
        run("ip", "address", "add", f"{SUBNET}.1/24", "dev", BRIDGE)
        run("ip", "link", "set", BRIDGE, "up")
        return self

    def __exit__(self, *_: object) -> None:
        self._undo.close()

    def add(self, name: str) -> None:
        """Give a container its place."""
        space, address = f"callscribe-{name}", f"{SUBNET}.{len(self.addresses) + 2}"
        outer, inner = f"cs{len(self.addresses)}o", f"cs{len(self.addresses)}i"
        run("ip", "netns", "add", space)
        self._undo.callback(run, "ip", "netns", "del", space)
        run("ip", "link", "add", outer, "type", "veth", "peer", "name", inner, "netns", space)
        run("ip", "link", "set", outer, "master", BRIDGE, "up")
        for command in (
            ["address", "add", f"{address}/24", "dev", inner],
            ["link", "set", inner, "up"],
            ["link", "set", "lo", "up"],
            ["route", "add", "default", "via", f"{SUBNET}.1"],  # Ray asks it who this node is
        ):
            run("ip", "-n", space, *command)
        self.addresses[name] = address
        lines = ["127.0.0.1 localhost", *(f"{number} {each}" for each, number in self.addresses.items())]
        self.hosts.write_text("\n".join([*lines, ""]), encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Container:
    """A service that runs."""

    name: str
    process: subprocess.Popen[bytes]

    def signal(self, number: Signals) -> None:
        """Send its first process a signal."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="utf-8")
        run("kill", f"-{number.value}", *children.split())

    def stop(self, number: Signals, seconds: float) -> int:
        """Send its first process a signal, and wait for it to end."""
        self.signal(number)
        return self.process.wait(seconds)


def start(
    name: str,
    service: Mapping[str, Any],
    *,
    root: Path,
    volumes: Mapping[str, Path],
    hosts: Path,
    environment: Mapping[str, str],
    log: Path,
    space: str | None = None,
) -> Container:
    """Start a service of docker-compose.yml on an image's root; ``volumes`` are folders by their place in there."""
    script = [
        "mount --make-rprivate /",
        f"mount --bind {root} {root}",
        f"mount -o remount,bind,ro {root}",
        f"mount -t proc proc {root}/proc",
        f"mount --rbind /dev {root}/dev",
        f"mount -t tmpfs -o size={service.get('shm_size', '64m').removesuffix('b')},mode=1777 shm {root}{SHARED}",
        f"hostname {name}",
        f"mount --bind {hosts} {root}/etc/hosts",
        # Whoever is unknown there is unknown at once.
        *([f"mount --bind /dev/null {root}/etc/resolv.conf"] if space else []),
        *(_tmpfs(root, each) for each in service.get("tmpfs", [])),
        *(f"mkdir -p {root}{place} && mount --bind {folder} {root}{place}" for place, folder in volumes.items()),
        f"exec chroot {root} {_as_user(environment, service['command'])}",
    ]
    within = ["ip", "netns", "exec", space] if space else []
    with log.open("ab") as output:
        process = subprocess.Popen(
            [
                *within,
                "unshare",
                "--mount",
                "--ipc",
                "--uts",
                "--pid",
                "--fork",
                "--kill-child",
                "sh",
                "-ec",
                "\n".join(script),
            ],
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    return Container(name, process)


def _tmpfs(root: Path, entry: str) -> str:
    place, _, options = entry.partition(":")
    whole = ",".join(filter(None, ["noexec,nosuid,nodev", options]))
    return f"mount -t tmpfs -o {whole} tmpfs {root}{place}"


def _as_user(environment: Mapping[str, str], command: list[str]) -> str:
    pairs = [f"{name}={value}" for name, value in environment.items()]
    user = ["setpriv", f"--reuid={USER}", f"--regid={USER}", *PLAIN]
    return shlex.join(["/usr/bin/env", "-i", *pairs, *user, *command])
