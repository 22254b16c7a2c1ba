from __future__ import annotations

from collections.abc import Iterator

import pytest

from callscribe.settings import MEBIBYTE
from tests.brokers import Broker
from tests.stack.running import Stack, running_stack

MAX_UPLOAD_BYTES = 16 * MEBIBYTE
QUEUE_LIMIT = 3


@pytest.fixture(scope="session")
def stack(broker: Broker) -> Iterator[Stack]:
    """One stack for all these tests, with leases short enough to wait for and limits near enough to reach."""
    settings = {
        "CALLSCRIBE_LEASE_SECONDS": "5",
        "CALLSCRIBE_MAX_UPLOAD_BYTES": str(MAX_UPLOAD_BYTES),
        "CALLSCRIBE_QUEUE_LIMIT": str(QUEUE_LIMIT),
        "CALLSCRIBE_KAFKA__BOOTSTRAP_SERVERS": broker.address,
    }
    with running_stack(settings) as stack:
        yield stack
