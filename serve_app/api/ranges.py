"""A part of a file, as HTTP asks for it (RFC 9110, section 14)."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ONE_RANGE = re.compile(r"bytes=\s*(\d{0,20})-(\d{0,20})\s*", re.ASCII | re.IGNORECASE)


class NoSuchPart(Exception):
    """What is asked for lies past the file's end."""


@dataclass(frozen=True, slots=True)
class Part:
    """Bytes ``start`` (inclusive) to ``end`` (exclusive) of a file of ``size`` bytes."""

    start: int
    end: int
    size: int

    @property
    def content_range(self) -> str:
        """As the header of that name says it."""
        return f"bytes {self.start}-{self.end - 1}/{self.size}"


def part_of(size: int, asked: str | None) -> Part | None:
    """The one range that a ``Range`` header asks for. Raises ``NoSuchPart``.

    ``None`` stands for the whole file: where nothing is asked for, several parts, or what cannot be read, which the RFC
    lets a server ignore.
    """
    found = _ONE_RANGE.fullmatch(asked) if asked else None
    if found is None or found.group(1) == found.group(2) == "":
        return None
    first, last = found.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < start:
            return None
    if start >= end:
        raise NoSuchPart
    return Part(start, end, size)
