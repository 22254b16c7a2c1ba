"""Memory is seen from outside, by process."""

from __future__ import annotations

import subprocess
import sys

from benchmarks.memory import MemoryWatch

_GROW = (
    "import sys; sys.stdin.readline(); grown = bytearray(200 << 20); print(len(grown), flush=True); sys.stdin.read()"
)


def test_a_childs_peak_and_growth_are_seen() -> None:
    with subprocess.Popen([sys.executable, "-c", _GROW], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        watch = MemoryWatch(child.pid)
        watch.sample()
        child.stdin.write(b"\n")
        child.stdin.flush()
        child.stdout.readline()
        watch.sample()
        child.stdin.close()
    (grown,) = watch.growth.values()
    (peak,) = watch.peak.values()
    assert 190 < grown < 260
    assert peak > grown
