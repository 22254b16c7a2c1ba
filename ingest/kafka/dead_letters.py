"""Dead letters: messages that no other try can make a task of, kept as they came with the reason beside them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from callscribe.errors import CallScribeError

log = logging.getLogger(__name__)

WHOLE: Final = "callscribe-bytes-of-the-whole"
EMPTY: Final = "callscribe-without-content"
KEPT_OF_TOO_LARGE: Final = 256 * 1024
"""Bytes kept of a message that its own topic takes and this one does not; its key and headers are not."""
MOST_REASON: Final = 2000
"""Letters of a reason."""


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
        reasons = _reasons(record, error)
        try:
            await self._send(record, reasons)
        except MessageSizeTooLargeError:
            value = record.value or b""
            whole = (WHOLE, str(len(value)).encode())
            await self._producer.send_and_wait(self._topic, value[:KEPT_OF_TOO_LARGE], headers=[*reasons, whole])
        except KafkaError:
            raise
        except Exception:
            # Whatever it is about the message: its partition goes on, and its letter says where it is.
            log.exception("message is buried without its content")
            await self._producer.send_and_wait(self._topic, b"", headers=[*reasons, (EMPTY, b"true")])

    async def _send(self, record: Any, reasons: Sequence[tuple[str, bytes]]) -> None:  # noqa: ANN401
        headers = [*record.headers, *reasons]
        if record.value is None and record.key is None:  # which aiokafka does not send
            await self._producer.send_and_wait(self._topic, b"", headers=[*headers, (EMPTY, b"true")])
        else:
            await self._producer.send_and_wait(self._topic, record.value, key=record.key, headers=headers)


def _reasons(record: Any, error: CallScribeError) -> list[tuple[str, bytes]]:  # noqa: ANN401
    reasons = {
        "callscribe-reason-code": error.code,
        "callscribe-reason": str(error)[:MOST_REASON],
        "callscribe-topic": record.topic,
        "callscribe-partition": str(record.partition),
        "callscribe-offset": str(record.offset),
        "callscribe-buried-at": datetime.now(UTC).isoformat(),
    }
    return [(name, value.encode()) for name, value in reasons.items()]
