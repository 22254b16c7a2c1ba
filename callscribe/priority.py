"""Who has the processors first where many want them: whoever answers people, then whoever works for them."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Final

NICENESS: Final = 10
"""So far work that can wait stands behind the rest of ours: it gets a tenth of what that gets."""
SESSION_NICENESS: Final = 5
"""So far all of ours stands behind other programs: it gets a third of what each of them gets."""

SHORT_WAITS: Final = {"GOMP_SPINCOUNT": "1000"}
"""The environment of models that share processors. Their threads sleep soon where they wait for each other, as OpenMP
itself has it when it knows of more threads than processors; else they keep the processor from whoever works."""

_SESSION: Final = "/proc/self/autogroup"


def let_other_sessions_go_first() -> None:
    """Put the session that this process leads behind those of other programs; does nothing in any other process.

    Linux may weigh a session as one, whatever the niceness of the processes in it (sched(7), autogroup).
    """
    if os.getsid(0) != os.getpid():
        return
    with suppress(OSError), open(_SESSION, "w", encoding="ascii") as file:  # noqa: PTH123  (pathlib costs a probe time)
        file.write(str(SESSION_NICENESS))
