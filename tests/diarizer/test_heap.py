"""Freed memory, which glibc keeps unless it is asked."""

from __future__ import annotations

import multiprocessing
import platform
from concurrent.futures import ProcessPoolExecutor
from threading import Thread

import psutil
import pytest

from callscribe.settings import MEBIBYTE
from deployments.diarizer import heap

HELD = 200 * MEBIBYTE
PIECE = 8 * 1024


def kept_before_and_after() -> tuple[int, int]:
    """Bytes that a thread's freed memory still takes, before it is given back and after."""
    last = []

    def work() -> None:
        pieces = [bytes(PIECE) for _ in range(HELD // PIECE)]
        last.append(pieces[-1])  # keeps glibc from cutting off the end of its heap

    process = psutil.Process()
    at_first = process.memory_info().rss
    thread = Thread(target=work)
    thread.start()
    thread.join()
    before = process.memory_info().rss - at_first
    heap.give_back()
    return before, process.memory_info().rss - at_first


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps it")
def test_what_a_thread_has_freed_is_given_back() -> None:
    # in a process of its own: one that has run other tests has free memory to work in
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as fresh:
        before, after = fresh.submit(kept_before_and_after).result()
    assert before > HELD / 2
    assert after < HELD / 4
