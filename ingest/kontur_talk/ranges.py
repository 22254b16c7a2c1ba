"""What an answer tells of the file whose bytes it brings, and whether two answers tell of the same file."""

from __future__ import annotations

import re
from dataclasses import dataclass

import httpx

_PART = re.compile(r"bytes ([0-9]{1,18})-[0-9]{1,18}/([0-9]{1,18}|\*)")
_NO_PART = re.compile(r"bytes \*/([0-9]{1,18})")
_LENGTH = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True, slots=True)
class Content:
    """``begin``: the first byte that the answer brings; ``total``: the whole file's bytes. ``None``: not told."""

    begin: int | None = None
    total: int | None = None
    etag: str | None = None
    modified: str | None = None

    @classmethod
    def of(cls, answer: httpx.Response) -> Content:
        """Read an answer's headers."""
        begin, total = _place(answer)
        return cls(begin, total, answer.headers.get("ETag"), answer.headers.get("Last-Modified"))

    def rest_from(self, size: int) -> dict[str, str]:
        """The headers that ask for what comes after ``size`` bytes; none where a rest could not be told for one."""
        if not any(self._marks):
            return {}
        strong = self.etag if self.etag and not self.etag.startswith("W/") else None
        validator = strong or self.modified
        return {"Range": f"bytes={size}-"} | ({"If-Range": validator} if validator else {})

    def continues(self, earlier: Content) -> bool:
        """Whether this is of the same file: something is told by both, and nothing in two ways."""
        told = [pair for pair in zip(self._marks, earlier._marks, strict=True) if None not in pair]
        return bool(told) and all(mine == theirs for mine, theirs in told)

    def joined(self, earlier: Content) -> Content:
        """What both tell together."""
        return Content(
            self.begin,
            self.total if self.total is not None else earlier.total,
            self.etag or earlier.etag,
            self.modified or earlier.modified,
        )

    @property
    def _marks(self) -> tuple[int | None, str | None, str | None]:
        return self.total, self.etag, self.modified


def _place(answer: httpx.Response) -> tuple[int | None, int | None]:
    told = answer.headers.get("Content-Range", "")
    match answer.status_code:
        case httpx.codes.PARTIAL_CONTENT if part := _PART.fullmatch(told):
            return int(part[1]), None if part[2] == "*" else int(part[2])
        case httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE if none := _NO_PART.fullmatch(told):
            return None, int(none[1])
        case httpx.codes.OK if length := _LENGTH.fullmatch(answer.headers.get("Content-Length", "")):
            return 0, int(length[0])
        case _:
            return None, None
