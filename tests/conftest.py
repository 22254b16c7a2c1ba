"""Fixtures of every room's tests."""

import os
from pathlib import Path

# Where `make` keeps the weights, so that a bare `pytest` finds them too.
os.environ.setdefault("CALLSCRIBE_DATA_DIR", str(Path(__file__).parents[1] / ".callscribe"))

pytest_plugins = ["tests.postgres"]
