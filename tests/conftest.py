"""Fixtures of every room's tests, and what all their processes need."""

from __future__ import annotations

import signal

from hypothesis import settings

pytest_plugins = ["tests.servers", "tests.workers", "tests.postgres", "tests.brokers"]


# How fast an example runs says how busy the machine is.
settings.register_profile("callscribe", parent=settings.get_profile(settings.get_current_profile_name()), deadline=None)
settings.load_profile("callscribe")


def pytest_configure() -> None:
    """Let child processes be interrupted where a shell's ``&`` has us ignore SIGINT, which they would inherit."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, lambda *_: None)
