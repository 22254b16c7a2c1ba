"""What a line of the log says of itself: on which task, in which stage, at whose request.

Whoever begins on something binds it; every line from there on bears it, whatever room it is written in.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from time import perf_counter
from types import MappingProxyType
from typing import Final
from uuid import UUID

Bound = Mapping[str, str | int]
"""Names and values that lines bear: ``task_id``, ``request_id``, ``stage``, ``attempt``, ``fence``."""

NOTHING: Final[Bound] = MappingProxyType({})

_bound: ContextVar[Bound] = ContextVar("bound", default=NOTHING)


@contextmanager
def about(**fields: str | int | UUID | None) -> Iterator[None]:
    """Let the lines of a block, its threads and its asyncio tasks bear these fields, beside those bound around it."""
    told = {name: str(value) if isinstance(value, UUID) else value for name, value in fields.items()}
    with _bearing({**_bound.get(), **{name: value for name, value in told.items() if value is not None}}):
        yield


@contextmanager
def about_only(**fields: str | int | UUID | None) -> Iterator[None]:
    """Like ``about``, in work that others share: whatever is bound around it is somebody else's."""
    with _bearing(NOTHING), about(**fields):
        yield


def about_task(task_id: UUID, request_id: str | None, **fields: str | int | None) -> AbstractContextManager[None]:
    """Let lines bear a task and whose request it is owed to: one that nobody has named a request for is its own."""
    return about(task_id=task_id, request_id=request_id or str(task_id), **fields)


def bound() -> dict[str, str | int]:
    """What lines bear here, to be bound again in another process."""
    return dict(_bound.get())


def request_id() -> str | None:
    """Whose request it is that is worked on here, where that is known."""
    found = _bound.get().get("request_id")
    return None if found is None else str(found)


def seconds_since(began: float) -> float:
    """Seconds since a moment of ``perf_counter``, for a line to tell."""
    return round(perf_counter() - began, 3)


class Bearing(logging.Filter):
    """Puts what is bound on the lines of some packages; others' lines are not of the task that happens to be bound.

    The last filter of its handler: Ray's own ones take a ``task_id`` away, by which they mean one of Ray's.
    """

    def __init__(self, packages: tuple[str, ...]) -> None:
        super().__init__()
        self._packages = frozenset(packages)

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every line pass."""
        if record.name.partition(".")[0] in self._packages:
            vars(record).update(_bound.get())
        return True


@contextmanager
def _bearing(fields: Bound) -> Iterator[None]:
    token = _bound.set(fields)
    try:
        yield
    finally:
        _bound.reset(token)
