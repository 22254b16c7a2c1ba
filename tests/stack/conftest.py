from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from callscribe.settings import Settings
from tests.stack.running import Stack, running_stack


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """One stack for all these tests, with leases short enough to wait for."""
    settings = {"CALLSCRIBE_LEASE_SECONDS": "5", "CALLSCRIBE_MODELS_DIR": str(Settings().models_path.absolute())}
    with (
        tempfile.TemporaryDirectory(prefix="callscribe-stack-", dir="/tmp") as folder,
        running_stack(Path(folder), settings) as stack,
    ):
        yield stack
