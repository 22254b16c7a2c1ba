from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("CALLSCRIBE_PORT", "abc", "CALLSCRIBE_PORT is set wrongly"),
        ("CALLSCRIBE_PROFILE", "gpu", "CALLSCRIBE_PROFILE=gpu is for a cluster with GPUs"),
        ("CALLSCRIBE_DATA_DIR", "/etc/passwd", "/etc/passwd/logs/stack.log cannot be written"),
    ],
)
def test_a_stack_that_cannot_use_its_settings_says_so_in_a_sentence(
    tmp_path: Path, name: str, value: str, said: str
) -> None:
    environment = os.environ | {"CALLSCRIBE_DATA_DIR": str(tmp_path), name: value}
    command = [sys.executable, "-m", "cluster"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == 2
    assert ended.stderr.startswith(said)
    assert len(ended.stderr.splitlines()) == 1
