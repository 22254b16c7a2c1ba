"""Peak memory of every process of a tree, sampled from outside."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

import psutil

from callscribe.settings import MEBIBYTE

_EVERY_SECONDS = 0.2
_REPLICA = re.compile(r"ray::(?:ServeReplica:[^:]+:)?(\w+)")


class MemoryWatch:
    """Resident set sizes in MiB, by process name: the first and the highest seen of the largest such process."""

    def __init__(self, pid: int) -> None:
        self._root = psutil.Process(pid)
        self._first: dict[str, float] = {}
        self._peak: dict[str, float] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="memory watch", daemon=True)

    @property
    def peak(self) -> dict[str, float]:
        """The highest seen, largest first."""
        return dict(sorted(self._peak.items(), key=lambda item: -item[1]))

    @property
    def growth(self) -> dict[str, float]:
        """The highest seen less the first seen, largest first."""
        grown = {name: self._peak[name] - first for name, first in self._first.items()}
        return dict(sorted(grown.items(), key=lambda item: -item[1]))

    @contextmanager
    def watching(self) -> Iterator[MemoryWatch]:
        """Sample until the block ends."""
        self._thread.start()
        try:
            yield self
        finally:
            self._stop.set()
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            self.sample()
            self._stop.wait(_EVERY_SECONDS)

    def sample(self) -> None:
        """Look once."""
        for name, size in self._sizes().items():
            self._first.setdefault(name, size)
            self._peak[name] = max(size, self._peak.get(name, 0))

    def _sizes(self) -> dict[str, float]:
        sizes: dict[str, float] = {}
        for process in _family(self._root):
            try:
                name, size = _name(process), process.memory_info().rss / MEBIBYTE
            except psutil.Error:
                continue
            sizes[name] = max(size, sizes.get(name, 0))
        return sizes


def _family(root: psutil.Process) -> list[psutil.Process]:
    try:
        return [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _name(process: psutil.Process) -> str:
    command = process.cmdline()
    replica = _REPLICA.match(command[0]) if command else None
    if replica:
        return replica[1]
    modules = [part for flag, part in pairwise(command) if flag == "-m"]
    return modules[0] if modules else process.name()
