"""An engine in a process of its own, as replicas are, with nothing between it and who asks but a pipe."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Generic, ParamSpec, TypeVar
from unittest.mock import patch

from callscribe.priority import NICENESS, SHORT_WAITS
from callscribe.settings import Settings

P = ParamSpec("P")
T = TypeVar("T")

Load = Callable[[Settings, int], Callable[P, T]]
"""Makes an engine on so many threads, and returns what it does."""


class Apart(Generic[P, T]):
    """Asks the process at the other end of a pipe, one question at a time."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    def __call__(self, *arguments: P.args, **_: P.kwargs) -> T:
        """Wait for the answer."""
        self._pipe.send(arguments)
        answer: T = self._pipe.recv()
        return answer


@contextmanager
def apart(load: Load[P, T], settings: Settings, threads: int) -> Iterator[Apart[P, T]]:
    """Load an engine, with the niceness and environment of the models' replicas; its process ends with the block."""
    spawning = multiprocessing.get_context("spawn")
    ours, theirs = spawning.Pipe()
    process = spawning.Process(target=_serve, args=(theirs, load, settings, threads), daemon=True)
    with patch.dict(os.environ, SHORT_WAITS):
        process.start()
    theirs.close()
    ours.recv()
    try:
        yield Apart(ours)
    finally:
        ours.close()
        process.join()


def _serve(pipe: Connection, load: Load[..., object], settings: Settings, threads: int) -> None:
    os.nice(NICENESS)
    work = load(settings, threads)
    pipe.send("ready")
    while True:
        try:
            arguments = pipe.recv()
        except EOFError:
            return
        pipe.send(work(*arguments))
