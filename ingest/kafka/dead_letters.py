"""Dead letters: messages that no other try can make a task of, kept as they came with the reason beside them."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any, Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError

from callscribe.errors import CallScribeError

log = logging.getLogger(__name__)

WHOLE: Final = "callscribe-bytes-of-the-whole"
KEPT_OF_TOO_LARGE: Final = 256 * 1024
"""Bytes kept of a message that its own topic takes and this one does not."""


class DeadLetters:
    """The topic of dead letters; the same message may be there twice after a kill, with the same origin."""

    def __init__(self, producer: AIOKafkaProducer, topic: str) -> None:
        self._producer = producer
        self._topic = topic

    async def bury(self, record: Any, error: CallScribeError) -> None:  # noqa: ANN401 - aiokafka has no types
        """Keep a message's bytes, key and headers, with why and whence; returns when the brokers have it."""
        log.warning(
            "message is a dead letter: %s",
            error,
            extra={"partition": record.partition, "offset": record.offset, "code": error.code},
        )
        headers = [*record.headers, *_reasons(record, error)]
        try:
            await self._send(record, record.value, headers)
        except MessageSizeTooLargeError:
            whole = (WHOLE, str(len(record.value)).encode())
            await self._send(record, record.value[:KEPT_OF_TOO_LARGE], [*headers, whole])

    async def _send(self, record: Any, value: bytes | None, headers: list[tuple[str, bytes]]) -> None:  # noqa: ANN401
        await self._producer.send_and_wait(self._topic, value, key=record.key, headers=headers)


def _reasons(record: Any, error: CallScribeError) -> list[tuple[str, bytes]]:  # noqa: ANN401
    reasons = {
        "callscribe-reason-code": error.code,
        "callscribe-reason": str(error),
        "callscribe-topic": record.topic,
        "callscribe-partition": str(record.partition),
        "callscribe-offset": str(record.offset),
        "callscribe-buried-at": datetime.now(UTC).isoformat(),
    }
    return [(name, value.encode()) for name, value in reasons.items()]
