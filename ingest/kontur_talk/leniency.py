"""What an answer of Kontur Talk may lack or have wrong, and what that costs: as little as it can."""

from __future__ import annotations

import logging
import reprlib
from datetime import UTC, datetime
from typing import Annotated, TypeVar

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

log = logging.getLogger(__name__)

T = TypeVar("T")

EARLIEST_YEAR, LATEST_YEAR = 1970, 2999


def shortened(key: object) -> str:
    """What stands where a key should, whatever it is, for a log."""
    return reprlib.repr(key)


def _earthly(moment: datetime | None) -> datetime | None:
    if moment is None or not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _present(members: object) -> object:
    if members is None:
        return ()
    return [member for member in members if member is not None] if isinstance(members, list) else members


def _else_null(value: object, read: ValidatorFunctionWrapHandler, info: ValidationInfo) -> object:
    try:
        return read(value)
    except ValidationError as error:
        _leave_out(str(info.field_name), info.data.get("key"), error)
        return read(None)


def _those_readable(members: object, read: ValidatorFunctionWrapHandler, info: ValidationInfo) -> object:
    present = _present(members)
    if not isinstance(present, list):
        return read(present)
    kept: list[object] = []
    for member in present:
        try:
            kept += read([member])
        except ValidationError as error:
            own_key = member.get("key") if isinstance(member, dict) else None
            _leave_out("one of a list", (info.data or {}).get("key", own_key), error)
    return tuple(kept)


def _leave_out(what: str, key: object, error: ValidationError) -> None:
    fault = error.errors(include_input=False)[0]["msg"]
    log.warning("%s cannot be read: %s", what, fault, extra={"key": shortened(key)})


Moment = Annotated[datetime | None, AfterValidator(_earthly)]
"""A moment; one without its offset is taken for UTC, and one of no possible year, as 0001-01-01, for none."""

Many = Annotated[tuple[T, ...], BeforeValidator(_present)]
"""A list; ``null`` is an empty one, and is left out of one."""

Readable = Annotated[tuple[T, ...], WrapValidator(_those_readable)]
"""As ``Many``; what cannot be read is left out too, which a log tells with its own key, or of what it belongs to."""

Lenient = Annotated[T, WrapValidator(_else_null)]
"""What cannot be read counts as ``null``, which a log tells with the key of what it belongs to."""
