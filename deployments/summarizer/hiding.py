"""Hiding a module from libraries that import it only because it is there."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from types import ModuleType


@contextmanager
def hidden(name: str) -> Iterator[None]:
    """Let imports of a top-level module fail inside, as though it were not installed; one that is loaded stays."""
    finder = _Nowhere(name)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class _Nowhere(MetaPathFinder):
    def __init__(self, name: str) -> None:
        self._name = name

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
        """Answer for the hidden module alone, by the error of one that is not installed."""
        if fullname == self._name:
            raise ModuleNotFoundError(f"{fullname} is hidden here", name=fullname)
