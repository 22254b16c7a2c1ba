"""The terminal of whoever starts the stack: for us alone, while libraries write into the log."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Self


class Terminal:
    """A duplicate of standard error as it was before it was turned into the log."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def taken_from_libraries(cls, log: Path) -> Self:
        """Turn standard output and error, of child processes too, into ``log``; keep the terminal for ``say``."""
        terminal = cls(os.dup(sys.stderr.fileno()))
        log.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
            os.dup2(descriptor, stream.fileno())
        os.close(descriptor)
        return terminal

    def say(self, line: str) -> None:
        """Show a line."""
        os.write(self._descriptor, (line + "\n").encode())
