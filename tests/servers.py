"""Which servers the tests ran against, told at the end of the run, whichever of pytest's workers asked them."""

from __future__ import annotations

from typing import Any

import pytest

_SERVERS = pytest.StashKey[dict[str, str]]()
_IN_WORKER = "servers"


def note(config: pytest.Config, kind: str, description: str) -> None:
    """Have the run's summary say what stands for this kind of server."""
    servers = config.stash.setdefault(_SERVERS, {})
    servers[kind] = description
    if hasattr(config, "workeroutput"):
        config.workeroutput[_IN_WORKER] = servers


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what a worker has noted; one that died has noted nothing."""
    for kind, description in getattr(node, "workeroutput", {}).get(_IN_WORKER, {}).items():
        note(node.config, kind, description)


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for kind, description in sorted(config.stash.get(_SERVERS, {}).items()):
        terminalreporter.write_line(f"{kind}: the tests ran against {description}.")
