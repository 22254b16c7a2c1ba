"""Time zones, by their names."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field


def _known(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError) as error:
        message = "name a time zone of the IANA database, as in Europe/Moscow"
        raise ValueError(message) from error
    return name


ZoneName = Annotated[
    str,
    AfterValidator(_known),
    Field(
        max_length=64,
        pattern=r"^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$",
        json_schema_extra={"format": "time-zone"},
    ),
]
"""A name in the IANA database."""
