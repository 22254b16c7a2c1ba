"""What is wanted of a source: the same for every kind of source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from callscribe.models.catalogue import ModelFile


@dataclass(frozen=True, slots=True)
class Order:
    """Files of one model, the folder that they belong in, and a scratch folder on the same file system.

    ``on_bytes`` gets the bytes that have come and the bytes that there are to come, as far as that is known.
    """

    files: tuple[ModelFile, ...]
    folder: Path
    scratch: Path
    on_bytes: Callable[[int, int], None]

    def after(self, done: int, total: int) -> Callable[[int], None]:
        """Give what reports how much of the next file has come, when ``done`` bytes of ``total`` have before it."""
        return lambda position: self.on_bytes(done + position, total)
