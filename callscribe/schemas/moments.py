"""Moments and days as clients write them: ISO 8601, and nothing that could be read as one."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator, Field

FIRST_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)
LAST_MOMENT = datetime(2200, 1, 1, tzinfo=UTC)

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


# Pydantic takes bare numbers for seconds since 1970, and a midnight without its offset for a day.
def _is_moment(value: object) -> object:
    if not isinstance(value, datetime) and not (isinstance(value, str) and _DAY.match(value.strip())):
        message = "write a moment with its offset, as in 2026-03-02T12:30:00+03:00"
        raise ValueError(message)
    return value


def _is_day(value: object) -> object:
    if isinstance(value, str) and not _DAY.fullmatch(value.strip()):
        message = "write a day, as in 2026-03-02, or a moment with its offset"
        raise ValueError(message)
    return value


Moment = Annotated[AwareDatetime, Field(ge=FIRST_MOMENT, le=LAST_MOMENT, strict=False), BeforeValidator(_is_moment)]
"""A moment with its offset from UTC."""

Day = Annotated[date, Field(ge=FIRST_MOMENT.date(), le=LAST_MOMENT.date()), BeforeValidator(_is_day)]
"""A day, of which the reader says where it begins."""
