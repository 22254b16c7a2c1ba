"""Messages with headers whose names are no UTF-8, which brokers take from anybody, are read like all others.

aiokafka decodes those names strictly, and what it raises takes the whole batch along: no offset leads past it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from struct import Struct
from typing import Any, Final, SupportsIndex, overload

from aiokafka.consumer import fetcher
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords

OFFSET_AND_LENGTH: Final = Struct(">qi")
"""What every batch begins with; its length in bytes counts from there."""


def tolerate_header_names() -> None:
    """Have every consumer of this process read names that are no UTF-8, with U+FFFD in them."""
    fetcher.MemoryRecords = TolerantRecords


class TolerantRecords:
    """Takes the place of aiokafka's ``MemoryRecords``: what one answer holds of a partition, batch by batch."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0
        self._records = MemoryRecords(data)

    def size_in_bytes(self) -> int:
        """How much there is, in bytes."""
        return len(self._data)

    def has_next(self) -> bool:
        """Whether there is another whole batch."""
        return bool(self._records.has_next())

    def next_batch(self) -> _Batch:
        """Take the next batch."""
        begin = self._position
        _, length = OFFSET_AND_LENGTH.unpack_from(self._data, begin)
        self._position = begin + OFFSET_AND_LENGTH.size + length
        return _Batch(self._records.next_batch(), memoryview(self._data)[begin : self._position])


class _Batch:
    """A batch of aiokafka's that is read anew, from the message on that it fails at."""

    def __init__(self, batch: Any, data: memoryview) -> None:  # noqa: ANN401 - aiokafka has no types
        self._batch = batch
        self._data = data

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - as aiokafka's batch has it
        return getattr(self._batch, name)

    def __iter__(self) -> Iterator[Any]:
        read = 0
        try:
            for record in self._batch:
                yield record
                read += 1
        except UnicodeDecodeError:
            yield from islice(_TolerantBatch(self._data), read, None)

    def __next__(self) -> Any:  # noqa: ANN401
        return next(self._batch)


class _TolerantBatch(_DefaultRecordBatchPy):  # type: ignore[misc]  # aiokafka has no types
    _buffer: bytearray

    def _maybe_uncompress(self) -> None:
        super()._maybe_uncompress()
        self._buffer = _TolerantBytes(self._buffer)


class _TolerantBytes(bytearray):
    """Bytes that are text whatever they are, and so is each part of them."""

    @overload
    def __getitem__(self, index: SupportsIndex, /) -> int: ...
    @overload
    def __getitem__(self, index: slice, /) -> bytearray: ...
    def __getitem__(self, index: SupportsIndex | slice, /) -> int | bytearray:
        part = super().__getitem__(index)
        return _TolerantBytes(part) if isinstance(part, bytearray) else part

    def decode(self, encoding: str = "utf-8", errors: str = "replace") -> str:
        return super().decode(encoding, errors)
