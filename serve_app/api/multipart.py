"""multipart/form-data (RFC 7578) as a stream of events, in memory that does not grow with the body."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from email.message import Message
from email.utils import collapse_rfc2231_value

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

from serve_app.api import kinds
from serve_app.api.problems import ProblemError


@dataclass(frozen=True, slots=True)
class PartBegin:
    """A part's headers: the field's name, and the file's name if it is a file."""

    name: str
    filename: str | None


@dataclass(frozen=True, slots=True)
class PartData:
    """Some of the current part's content."""

    content: bytes


@dataclass(frozen=True, slots=True)
class PartEnd:
    """The current part is whole."""


Event = PartBegin | PartData | PartEnd


def boundary_of(content_type: str) -> str:
    """Read the boundary of a multipart body. Raises ``ProblemError``: 415 for other types, 400 without a boundary."""
    media_type, options = parse_options_header(content_type)
    if media_type != b"multipart/form-data":
        raise ProblemError(kinds.NOT_MULTIPART, "Send the recording as multipart/form-data, in the field `file`.")
    boundary = options.get(b"boundary")
    if not boundary:
        raise _malformed("Content-Type names no boundary.")
    return boundary.decode("latin-1")


async def parse(body: AsyncIterator[bytes], boundary: str) -> AsyncGenerator[Event, None]:
    """Parse a body as it comes. Raises ``ProblemError`` (400) when it is malformed or ends too soon."""
    collector = _Collector()
    try:
        parser = collector.parser(boundary)
        async for piece in _without_preamble(body, boundary):
            parser.write(piece)
            for event in collector.drain():
                yield event
    except FormParserError as error:
        raise _malformed(str(error)) from error
    if not collector.ended:
        raise _malformed("The body ends before its last boundary.")


async def _without_preamble(body: AsyncIterator[bytes], boundary: str) -> AsyncIterator[bytes]:
    """Leave out what stands before the first boundary's line (RFC 2046): the parser takes it for a broken boundary."""
    delimiter = b"\n--" + boundary.encode("latin-1")
    seen = b"\n"  # the body's first line begins a line too
    begun = False
    async for piece in body:
        if begun:
            yield piece
            continue
        seen += piece
        start = seen.find(delimiter)
        if begun := start >= 0:
            yield seen[start + 1 :]
        else:
            seen = seen[-len(delimiter) :]


def _malformed(detail: str) -> ProblemError:
    return ProblemError(kinds.MALFORMED_BODY, detail)


class _Collector:
    """Turns the parser's callbacks into events, which are drained after every write."""

    def __init__(self) -> None:
        self.ended = False
        self._events: list[Event] = []
        self._header = bytearray()
        self._value = bytearray()
        self._disposition = ""

    def parser(self, boundary: str) -> MultipartParser:
        """Make a parser that calls this collector."""
        return MultipartParser(
            boundary,
            {
                "on_header_field": lambda data, start, end: self._header.extend(data[start:end]),
                "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
                "on_header_end": self._end_header,
                "on_headers_finished": self._begin_part,
                "on_part_data": lambda data, start, end: self._events.append(PartData(data[start:end])),
                "on_part_end": lambda: self._events.append(PartEnd()),
                "on_end": self._end,
            },
        )

    def drain(self) -> list[Event]:
        """Take the events since the last call."""
        events, self._events = self._events, []
        return events

    def _end_header(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value.decode("utf-8", errors="replace")
        self._header.clear()
        self._value.clear()

    def _begin_part(self) -> None:
        name, filename = _names(self._disposition)
        self._disposition = ""
        if name is None:
            raise _malformed("A part's Content-Disposition has no name.")
        self._events.append(PartBegin(name, filename))

    def _end(self) -> None:
        self.ended = True


def _names(disposition: str) -> tuple[str | None, str | None]:
    """Read `name` and `filename`; `filename*` too, which RFC 7578 forbids and clients send."""
    header = Message()
    header["Content-Disposition"] = " ".join(disposition.splitlines())
    name = header.get_param("name", header="content-disposition")
    filename = header.get_param("filename", header="content-disposition")
    return (
        None if name is None else collapse_rfc2231_value(name),
        None if filename is None else collapse_rfc2231_value(filename),
    )
