"""What the decoding process may use; it takes these limits on itself before it opens FFmpeg or a recording."""

from __future__ import annotations

import os
import resource
import sys

from callscribe.errors import LimitExceeded
from callscribe.lifeline import die_with
from callscribe.media.orders import Limits
from callscribe.media.pcm import HEADER_BYTES, bytes_of
from callscribe.priority import NICENESS, let_other_sessions_go_first

_OPEN_FILES = 64
_OOM_SCORE = "500"


def too_long(longest_seconds: float) -> LimitExceeded:
    """What is said of a recording that is longer."""
    return LimitExceeded(
        f"The recording is longer than the {longest_seconds / 3600:.1f} hours that are allowed: "
        "cut it into parts, or raise CALLSCRIBE_DECODE__DURATION_SECONDS."
    )


def confine(limits: Limits, *, parent: int, writes: bool) -> None:
    """Limit this process for good: processor, address space, output, open files, and no core dumps.

    It also yields to others: nice, first to go when memory ends, and gone when its parent is.
    """
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_NOFILE, _OPEN_FILES)
    _limit(resource.RLIMIT_CPU, limits["cpu_seconds"])
    _limit(resource.RLIMIT_FSIZE, HEADER_BYTES + bytes_of(limits["duration_seconds"] + 1) if writes else 0)
    os.nice(NICENESS)
    let_other_sessions_go_first()
    die_with(parent)
    if sys.platform == "linux":
        _limit(resource.RLIMIT_AS, limits["memory_bytes"])
        _go_first_when_memory_ends()


def _limit(kind: int, most: int) -> None:
    """Lower a limit, and leave one that is lower already. The kernel's signal for CPU comes at the soft limit."""
    _, hard = resource.getrlimit(kind)
    ceiling = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (ceiling, hard if kind == resource.RLIMIT_CPU else ceiling))


def _go_first_when_memory_ends() -> None:
    with open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:  # noqa: PTH123  (pathlib costs the probe time)
        file.write(_OOM_SCORE)
