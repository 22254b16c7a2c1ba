"""The process that touches recordings: ``python -I -m callscribe.media.decode_worker '{"source": …}'``.

It answers with JSON lines on standard output: ``progress`` any number of times, then one of ``probed``, ``decoded``,
``failed``. Everything heavy is imported after the limits hold, and numpy only to decode, so that a probe is quick.
"""

from __future__ import annotations

import errno
import json
import os
import sys
import time
import traceback

from callscribe.errors import CallScribeError, DamagedMedia, LimitExceeded, Unavailable
from callscribe.media.limits import confine
from callscribe.media.orders import Order

_PROGRESS_EVERY_SECONDS = 0.25
MOST_FAULT = 3000
"""Letters of a traceback that are told: it is one line of an answer."""


def main() -> None:
    """Do what the first argument says, and answer."""
    order: Order = json.loads(sys.argv[1])
    confine(order["limits"], parent=order["parent"], writes=order["wav"] is not None)
    try:
        _answer(**_done(order))
    except (CallScribeError, MemoryError, OSError, ImportError) as error:
        _fail(_told(error))
    except Exception:  # noqa: BLE001 - the boundary: what a recording makes fail would fail at every other try
        damaged = DamagedMedia("The recording made its decoder fail: export it again from where it was made.")
        _fail(damaged, fault=traceback.format_exc()[-MOST_FAULT:])


def _fail(error: CallScribeError, *, fault: str = "") -> None:
    _answer(kind="failed", code=error.code, message=str(error), fault=fault)


def _done(order: Order) -> dict[str, object]:
    if order["wav"] is None:
        from callscribe.media.probing import probe  # noqa: PLC0415

        return probe(order["source"], order["limits"]["duration_seconds"])
    from callscribe.media.transcoding import transcode  # noqa: PLC0415

    return transcode(order["source"], order["wav"], order["limits"]["duration_seconds"], _Progress().tell)


class _Progress:
    """Tells the parent process how far decoding is, a few times a second."""

    def __init__(self) -> None:
        self._next = 0.0

    def tell(self, seconds: float) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _PROGRESS_EVERY_SECONDS
            _answer(kind="progress", seconds=seconds)


def _told(error: CallScribeError | MemoryError | OSError | ImportError) -> CallScribeError:
    """An error as the parent process and its user should hear it."""
    if isinstance(error, CallScribeError):
        return error
    if _is_for_memory(error):
        return LimitExceeded(
            "Decoding the recording takes more memory than is allowed: "
            "convert it to MP3 or WAV, or raise CALLSCRIBE_DECODE__MEMORY_BYTES."
        )
    if isinstance(error, OSError) and error.errno == errno.EFBIG:
        return LimitExceeded("The recording's sound is longer than is allowed: cut it into parts.")
    return Unavailable(f"The recording could not be read or its sound not written: {error}.")


def _is_for_memory(error: Exception) -> bool:
    """Whether memory ran out; under the limit of memory a library that does not fit cannot be imported either."""
    match error:
        case MemoryError():
            return True
        case OSError():
            return error.errno == errno.ENOMEM
        case ImportError():
            return "failed to map segment" in str(error) or "cannot allocate memory" in str(error).lower()
    return False


def _answer(**message: object) -> None:
    os.write(1, json.dumps(message).encode() + b"\n")


if __name__ == "__main__":
    main()
