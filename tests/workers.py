"""How pytest-xdist's workers share the tests: what is slow to start is started by one of them only."""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

TOGETHER = ("tests/stack/", "tests/llm/", "tests/scale/")
"""Folders of which one worker runs all tests; they take longest, so they come first."""


class ByFolderOrFile(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Gives a worker a whole folder of ``TOGETHER``, or a file."""

    def _split_scope(self, nodeid: str) -> str:
        return _folder(nodeid) or nodeid.partition("::")[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFolderOrFile:
    return ByFolderOrFile(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: _folder(item.nodeid) is None)


def _folder(nodeid: str) -> str | None:
    return next((folder for folder in TOGETHER if nodeid.startswith(folder)), None)
