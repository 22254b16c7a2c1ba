"""A store that fails is ``Unavailable``: worth trying again, and told in one sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from callscribe.blobs import Blobs
from callscribe.errors import Unavailable
from tests.blobs.test_blobs import BIG, stream


async def test_a_folder_that_cannot_be_written_is_unavailable(tmp_path: Path) -> None:
    blobs = Blobs.open(tmp_path.as_uri(), {})
    (tmp_path / "media").write_text("a file where a folder should be")

    with pytest.raises(Unavailable, match="Writing media/one"):
        await blobs.put("media/one", stream(BIG))


def test_a_full_disk_is_unavailable_and_leaves_nothing(tmp_path: Path) -> None:
    script = (
        "import asyncio, os, resource, pathlib, sys\n"
        "from callscribe.blobs import Blobs\n"
        "from callscribe.errors import Unavailable\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10_000_000, 10_000_000))\n"
        "async def pieces():\n"
        "    for _ in range(40): yield bytes(1_000_000)\n"
        "async def main():\n"
        "    try: await Blobs.open(pathlib.Path(sys.argv[1]).as_uri(), {}).put('media/one', pieces())\n"
        "    except Unavailable as error: print(error)\n"
        "asyncio.run(main())\n"
        # Obstore's threads may still be at other parts, and would abort an interpreter that is being taken down.
        "sys.stdout.flush(); os._exit(0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True, env=dict(os.environ)
    )

    assert "File too large" in done.stdout
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


async def test_a_server_that_is_away_is_unavailable() -> None:
    options = {"endpoint": "http://127.0.0.1:9", "access_key_id": "a", "secret_access_key": "b"}
    blobs = Blobs.open("s3://recordings", options)

    with pytest.raises(Unavailable, match="Reading media/one"):
        await blobs.size("media/one")


@pytest.mark.parametrize("url", ["http://example.test/x", "/var/lib", "memory:///"])
def test_a_url_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="file:// or s3://"):
        Blobs.open(url, {})
