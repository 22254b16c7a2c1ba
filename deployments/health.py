"""Whether an engine still works. A GPU's broken context, say, stays broken: each call fails from then on, and soon."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from callscribe.errors import EngineFailed

FAILURES_IN_A_ROW: Final = 3
"""A recording or two that an engine cannot do are no reason to load it anew."""


class EngineHealth:
    """Counts an engine's failures in a row; all from one event loop."""

    def __init__(self) -> None:
        self._failures = 0

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Around each call of the engine."""
        try:
            yield
        except Exception:
            self._failures += 1
            raise
        self._failures = 0

    def check(self) -> None:
        """Raise ``EngineFailed`` where the last calls have all failed, so that Serve starts another replica."""
        if self._failures >= FAILURES_IN_A_ROW:
            raise EngineFailed(f"The engine has failed {self._failures} times in a row.")
