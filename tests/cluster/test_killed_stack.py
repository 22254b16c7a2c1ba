"""``kill -9`` of the whole stack: the next one starts at once, in the same folder and on the same port."""

from __future__ import annotations

import httpx
import psutil
import pytest

from benchmarks.stack import address_of
from callscribe.ports import free_port
from tests.stack.running import STARTING, command_line, family, new_folder, restarted_stack, start_process

pytestmark = [pytest.mark.models, pytest.mark.ray, pytest.mark.faults]

SERVING = ("ray::ServeReplica", "ray::HAProxyManager", "haproxy")
SECONDS_TO_GO = 30


def test_what_served_is_gone_and_the_next_start_is_not_in_its_way() -> None:
    port = free_port()
    with new_folder() as data_dir:
        with STARTING, start_process(data_dir, {}, port) as process:
            address_of(process, data_dir)
            serving = [one for one in family(process.pid) if any(name in command_line(one) for name in SERVING)]
            process.kill()
        with restarted_stack(data_dir, {}, port) as following:
            assert httpx.get(f"{following.url}/readyz").status_code == httpx.codes.OK
            _, left = psutil.wait_procs(serving, timeout=SECONDS_TO_GO)
            assert not left
