from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from callscribe.blobs import Blobs
from tests.ingest.media_host import MediaHost, media_host


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs.open((tmp_path / "blobs").as_uri(), {})


@pytest.fixture
async def host() -> AsyncIterator[MediaHost]:
    async with media_host() as host:
        yield host
