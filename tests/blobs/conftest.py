from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from callscribe.blobs import Blobs
from tests.blobs.servers import BUCKET, S3Server, s3_server
from tests.servers import note


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Iterator[S3Server]:
    with s3_server(tmp_path_factory.mktemp("s3")) as server:
        note(pytestconfig, "S3", server.description)
        yield server


@pytest.fixture(params=["folder", "s3"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    """An empty store of either kind."""
    if request.param == "folder":
        return Blobs.open((tmp_path / "blobs").as_uri(), {})
    server: S3Server = request.getfixturevalue("s3")
    return Blobs.open(f"s3://{BUCKET}/{uuid4()}", server.options)
