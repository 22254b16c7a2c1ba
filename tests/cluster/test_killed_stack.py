"""``kill -9`` of the whole stack: the next one starts at once, in the same folder and on the same port."""

from __future__ import annotations

import tempfile
from pathlib import Path

import httpx
import psutil
import pytest

from callscribe.ports import free_port
from callscribe.settings import Settings
from tests.stack.running import command_line, family, ready_stack, running_stack, start_process

pytestmark = [pytest.mark.models, pytest.mark.ray, pytest.mark.faults]

SERVING = ("ray::ServeReplica", "ray::HAProxyManager", "haproxy")
SECONDS_TO_GO = 30


def test_what_served_is_gone_and_the_next_start_is_not_in_its_way() -> None:
    port, settings = free_port(), {"CALLSCRIBE_MODELS_DIR": str(Settings().models_path.absolute())}
    with tempfile.TemporaryDirectory(prefix="callscribe-killed-", dir="/tmp") as folder:
        data_dir = Path(folder)
        with start_process(data_dir, settings, port) as process:
            ready_stack(data_dir, process)
            serving = [one for one in family(process.pid) if any(name in command_line(one) for name in SERVING)]
            process.kill()
        with running_stack(data_dir, settings, port) as following:
            assert httpx.get(f"{following.url}/readyz").status_code == httpx.codes.OK
            _, left = psutil.wait_procs(serving, timeout=SECONDS_TO_GO)
            assert not left
