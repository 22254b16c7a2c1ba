"""A session steps behind others as a whole, and only its leader can send it there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from callscribe.priority import SESSION_NICENESS

SESSION = Path("/proc/self/autogroup")
STEP_BACK = f"""
from callscribe.priority import let_other_sessions_go_first
let_other_sessions_go_first()
print(open("{SESSION}").read())
"""

pytestmark = pytest.mark.skipif(not SESSION.exists(), reason="this kernel does not weigh sessions")


def session_after_stepping_back(*, leads: bool) -> str:
    """Its name and niceness, as the kernel tells them."""
    return subprocess.run(
        [sys.executable, "-c", STEP_BACK], start_new_session=leads, capture_output=True, text=True, check=True
    ).stdout.strip()


def test_who_leads_a_session_puts_it_behind_others() -> None:
    assert session_after_stepping_back(leads=True).endswith(f"nice {SESSION_NICENESS}")


def test_whoever_shares_a_session_leaves_it_where_it_is() -> None:
    assert session_after_stepping_back(leads=False) == SESSION.read_text().strip()
