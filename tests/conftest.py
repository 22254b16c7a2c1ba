"""Fixtures of every room's tests, and what all their processes need."""

from __future__ import annotations

import signal

import pytest

pytest_plugins = ["tests.servers", "tests.postgres", "tests.brokers"]

TOGETHER = ("tests/stack/", "tests/llm/")
"""Folders whose tests share what is slow to start: one worker runs them all, at the beginning."""


def pytest_configure() -> None:
    """Let child processes be interrupted where a shell's ``&`` has us ignore SIGINT, which they would inherit."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, lambda *_: None)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tell pytest-xdist's workers which tests belong to one of them, the longest first."""
    if hasattr(config, "workerinput"):
        groups = {item: _group(item.nodeid) for item in items}
        for item, group in groups.items():
            item.add_marker(pytest.mark.xdist_group(group))
        items.sort(key=lambda item: groups[item] not in TOGETHER)


def _group(nodeid: str) -> str:
    """The folder whose tests stay together, else the file."""
    return next((folder for folder in TOGETHER if nodeid.startswith(folder)), nodeid.partition("::")[0])
