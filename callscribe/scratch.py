"""Scratch folders: temporary, and found again when the process that made one was killed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = "callscribe-scratch-"


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Make a temporary folder that is removed at the end of the block."""
    with tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def abandoned_scratch(before: float) -> list[Path]:
    """Find the scratch folders of this machine that nothing was put into since ``before`` (seconds since 1970)."""
    found = []
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(FileNotFoundError):
            if folder.stat().st_mtime < before:
                found.append(folder)
    return found


def remove_scratch(folder: Path) -> None:
    """Remove a scratch folder with what is in it, unless its owner is just doing so."""
    shutil.rmtree(folder, ignore_errors=True)
