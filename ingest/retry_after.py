"""For how long a host asks to be left alone."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

LONGEST_SECONDS: Final = 86_400.0


def seconds_asked(header: str) -> float | None:
    """The seconds that ``Retry-After`` asks to wait, a day at most: it has them, or the moment until which."""
    try:
        seconds = float(header) if header.isdecimal() else _seconds_until(header)
    except (TypeError, ValueError, OverflowError):  # it is neither, or a moment without its zone, or not on earth
        return None
    return min(max(0.0, seconds), LONGEST_SECONDS)


def _seconds_until(moment: str) -> float:
    return (parsedate_to_datetime(moment) - datetime.now(UTC)).total_seconds()
