"""Prometheus's own checks, where its programs are."""

from __future__ import annotations

import shutil
import subprocess

import pytest

needs_promtool = pytest.mark.skipif(
    shutil.which("promtool") is None or shutil.which("prometheus") is None,
    reason="Prometheus is not here; on Debian: apt install prometheus",
)


def promtool(*arguments: str, fed: str = "") -> str:
    """Run ``promtool`` with something fed to it; what it says beside that all is well."""
    check = subprocess.run(
        ["promtool", *arguments],  # noqa: S607 - wherever it is installed
        input=fed,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    assert check.returncode == 0, check.stdout
    return check.stdout
