"""Running the decoding process: one conversation, then it is gone, whatever happened."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from time import perf_counter

from pydantic import ValidationError

from callscribe.errors import (
    CallScribeError,
    DamagedMedia,
    LimitExceeded,
    NoAudio,
    NotMedia,
    Unavailable,
)
from callscribe.logs import seconds_since
from callscribe.media.answers import ANSWERS, Decoded, Failed, Probed, Progress
from callscribe.media.orders import Limits, Order
from callscribe.settings import DecodeLimits

log = logging.getLogger(__name__)

_FAILURES: dict[str, type[CallScribeError]] = {
    kind.code: kind for kind in (NotMedia, NoAudio, DamagedMedia, LimitExceeded, Unavailable)
}
_CRASHES = frozenset({signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGABRT, signal.SIGSYS})
_ENVIRONMENT = {
    "PATH": os.defpath,
    "LC_ALL": "C.UTF-8",
    # Threads that numpy would start for work it is not given, each with its share of the address space.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}


async def converse(
    source: Path, wav: Path | None, limits: DecodeLimits, on_progress: Callable[[float], None] | None
) -> Probed | Decoded:
    """Have ``source`` probed, or decoded to ``wav``. Raises what the process says, or what its end means."""
    began = perf_counter()
    try:
        async with asyncio.timeout(limits.wall_seconds), _worker(_order(source, wav, limits)) as process:
            last = await _listen(process, on_progress)
            code = await process.wait()
    except TimeoutError:
        message = (
            f"Decoding took longer than the {limits.wall_seconds:.0f} seconds that are allowed: "
            "send a shorter recording, or raise CALLSCRIBE_DECODE__WALL_SECONDS."
        )
        raise LimitExceeded(message) from None
    _tell(last, process.pid, code, seconds_since(began))
    if isinstance(last, Probed | Decoded) and code == 0:
        return last
    raise _failure(last, code, limits)


def _order(source: Path, wav: Path | None, limits: DecodeLimits) -> Order:
    return Order(
        source=str(source.absolute()),
        wav=None if wav is None else str(wav.absolute()),
        parent=os.getpid(),
        limits=Limits(
            cpu_seconds=limits.cpu_seconds,
            memory_bytes=limits.memory_bytes,
            duration_seconds=limits.duration_seconds,
        ),
    )


@asynccontextmanager
async def _worker(order: Order) -> AsyncIterator[asyncio.subprocess.Process]:
    """The process, in a session of its own, that is killed with all it may have started when the block ends."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-B", "-m", "callscribe.media.decode_worker", json.dumps(order)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
        env=_ENVIRONMENT,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


async def _listen(
    process: asyncio.subprocess.Process, on_progress: Callable[[float], None] | None
) -> Probed | Decoded | Failed | None:
    """The last answer. Raises ``DamagedMedia`` when it is none that our own code gives."""
    last: Probed | Decoded | Failed | None = None
    if process.stdout is None:
        return None
    try:
        async for line in process.stdout:
            match ANSWERS.validate_json(line):
                case Progress(seconds=seconds):
                    if on_progress is not None:
                        on_progress(seconds)
                case answer:
                    last = answer
    except (ValidationError, ValueError) as error:
        message = "The recording made its decoder misbehave: export it again from where it was made and resend it."
        raise DamagedMedia(message) from error
    return last


def _tell(last: Probed | Decoded | Failed | None, pid: int, code: int, seconds: float) -> None:
    """What the process did: it writes no log of its own, in which a recording that has taken it over could lie."""
    log.info(
        "decoding process ended",
        extra={
            "decoder_pid": pid,
            "exit_status": code,
            "answer": last.kind if last else None,
            "code": last.code if isinstance(last, Failed) else None,
            "seconds": seconds,
        },
    )


def _failure(last: Probed | Decoded | Failed | None, code: int, limits: DecodeLimits) -> CallScribeError:
    if isinstance(last, Failed):
        if last.fault:
            log.error("a recording made the decoder fail: %s", last.fault)
        return _FAILURES.get(last.code, DamagedMedia)(last.message)
    if -code in (signal.SIGXCPU, signal.SIGXFSZ):
        return LimitExceeded(
            f"Decoding took more than the {limits.cpu_seconds} seconds of processor time that are allowed: "
            "convert the recording to MP3 or WAV, or raise CALLSCRIBE_DECODE__CPU_SECONDS."
        )
    if -code in _CRASHES:
        return DamagedMedia(
            "The recording made its decoder crash: export it again from where it was made and resend it."
        )
    return Unavailable(f"The decoding process was stopped from outside (exit status {code}): it will be tried again.")
