"""``make test &``: a shell has its background jobs ignore SIGINT, and what they start inherits that."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests import conftest

HANDLER = "import signal; print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)"


@pytest.fixture
def in_the_background() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("in_the_background")
def test_children_can_be_interrupted_all_the_same() -> None:
    conftest.pytest_configure()
    child = subprocess.run([sys.executable, "-c", HANDLER], capture_output=True, text=True, check=True)
    assert child.stdout == "True\n"
