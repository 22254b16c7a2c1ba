"""The heap of this process."""

from __future__ import annotations

import ctypes


def give_back() -> None:
    """Give freed memory back to the system where the C library can: glibc's arenas keep what other threads freed."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
