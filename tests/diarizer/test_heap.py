"""Freed memory, which glibc keeps unless it is asked."""

from __future__ import annotations

import platform
from threading import Thread

import psutil
import pytest

from callscribe.settings import MEBIBYTE
from deployments.diarizer import heap

HELD = 200 * MEBIBYTE
PIECE = 8 * 1024


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps it")
def test_what_a_thread_has_freed_is_given_back() -> None:
    last = []

    def work() -> None:
        pieces = [bytes(PIECE) for _ in range(HELD // PIECE)]
        last.append(pieces[-1])  # keeps glibc from cutting off the end of its heap

    before = psutil.Process().memory_info().rss
    thread = Thread(target=work)
    thread.start()
    thread.join()
    assert psutil.Process().memory_info().rss - before > HELD / 2
    heap.give_back()
    assert psutil.Process().memory_info().rss - before < HELD / 4
