"""Processes that do not outlive who started them, where that can be had: on Linux, by prctl(2).

As a program, ``lifeline.py PROGRAM ARGUMENT…``, it becomes one that does not. It stands on the standard library alone:
Serve starts HAProxy through it at every change of a route.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Sequence

_PR_SET_PDEATHSIG = 1


def die_with(parent: int) -> None:
    """Have this process killed when the thread of its parent ends that started it.

    A parent that died before the call sends no signal, hence the second look.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            sys.exit(1)


def tied(command: Sequence[str]) -> list[str]:
    """The command line of a program that ends with who starts it, under the same process id."""
    return [sys.executable, "-I", "-S", __file__, *command]


if __name__ == "__main__":
    die_with(os.getppid())
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606 - there is no shell to be fooled
