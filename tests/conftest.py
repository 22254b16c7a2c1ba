"""Fixtures of every room's tests, and what all their processes need."""

from __future__ import annotations

import signal

pytest_plugins = ["tests.servers", "tests.workers", "tests.postgres", "tests.brokers"]


def pytest_configure() -> None:
    """Let child processes be interrupted where a shell's ``&`` has us ignore SIGINT, which they would inherit."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, lambda *_: None)
