"""An operator's process: Ray reads its environment once, and pytest's own has another."""

from __future__ import annotations

import multiprocessing
import os
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar
from unittest.mock import patch

from callscribe.lifeline import die_with
from tests.scale.nodes import Nodes

P = ParamSpec("P")
T = TypeVar("T")

LAST_WORDS = 8000


class Operator:
    """Has done in that process what it is asked for."""

    def __init__(self, pipe: Connection, log: Path) -> None:
        self._pipe = pipe
        self._log = log

    def ask(self, order: Callable[Concatenate[Nodes, P], T], *arguments: P.args, **named: P.kwargs) -> T:
        """Call a method of the cluster's; what it raises fails the test."""
        try:
            self._pipe.send((order, arguments, named))
            answer, error = self._pipe.recv()
        except (EOFError, OSError) as ended:
            raise AssertionError(f"the operator is gone: {self._log.read_text()[-LAST_WORDS:]}") from ended
        if error is not None:
            raise AssertionError(error)
        done: T = answer
        return done


@contextmanager
def operating(environment: Mapping[str, str], log: Path) -> Iterator[Operator]:
    """Start an operator who ends with us, however we end, and the cluster with it."""
    spawning = multiprocessing.get_context("spawn")
    ours, theirs = spawning.Pipe()
    process = spawning.Process(target=_operate, args=(theirs, log, os.getpid()))
    with patch.dict(os.environ, environment):
        process.start()
    theirs.close()
    operator = Operator(ours, log)
    try:
        yield operator
    finally:
        operator.ask(Nodes.stop)
        ours.close()
        process.join()


def _operate(pipe: Connection, log: Path, parent: int) -> None:
    die_with(parent)
    with log.open("wb") as output:
        for stream in (1, 2):
            os.dup2(output.fileno(), stream)
    os.chdir(log.parent)  # Ray has workers look for code where its driver stands, before they look anywhere else
    nodes = Nodes()
    while True:
        try:
            order, arguments, named = pipe.recv()
        except EOFError:
            return
        try:
            done = order(nodes, *arguments, **named)
        except Exception as error:  # noqa: BLE001 - the boundary: whoever asked is told; not all that Ray raises can be pickled
            pipe.send((None, "".join(traceback.format_exception(error))))
        else:
            pipe.send((done, None))
