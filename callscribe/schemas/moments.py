"""Moments and days as clients write them: ISO 8601, and nothing that could be read as one."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated

from pydantic import AwareDatetime, BeforeValidator, Field

YEARS = r"^(19[7-9]|20[0-9]|21[0-9])[0-9]-"
"""How moments and days begin: from 1970 to 2199."""

_DAY = re.compile(rf"{YEARS}[0-9]{{2}}-[0-9]{{2}}")


# Pydantic takes bare numbers for seconds since 1970, and a midnight without its offset for a day.
def _is_moment(value: object) -> object:
    if not isinstance(value, datetime) and not (isinstance(value, str) and _DAY.match(value.strip())):
        message = "write a moment of 1970 to 2199 with its offset, as in 2026-03-02T12:30:00+03:00"
        raise ValueError(message)
    return value


def _is_day(value: object) -> object:
    if isinstance(value, str) and not _DAY.fullmatch(value.strip()):
        message = "write a day of 1970 to 2199, as in 2026-03-02, or a moment with its offset"
        raise ValueError(message)
    return value


_DESCRIBED = Field(json_schema_extra={"pattern": YEARS})

Moment = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_is_moment), _DESCRIBED]
"""A moment with its offset from UTC."""

Day = Annotated[date, BeforeValidator(_is_day), _DESCRIBED]
"""A day, of which the reader says where it begins."""
