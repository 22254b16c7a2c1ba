"""Fixtures of every room's tests, and what all their processes need."""

from __future__ import annotations

import signal
import sys

from hypothesis import settings

pytest_plugins = ["tests.servers", "tests.workers", "tests.postgres", "tests.brokers"]


# pyannote.audio loads SpeechBrain wherever the benchmarks have installed it: among its modules are some that fail when
# hypothesis looks at them. No test needs it.
sys.modules["speechbrain"] = None  # type: ignore[assignment]

# How fast an example runs says how busy the machine is.
settings.register_profile("callscribe", parent=settings.get_profile(settings.get_current_profile_name()), deadline=None)
settings.load_profile("callscribe")


def pytest_configure() -> None:
    """Let child processes be interrupted where a shell's ``&`` has us ignore SIGINT, which they would inherit."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, lambda *_: None)
