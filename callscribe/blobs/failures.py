"""What goes wrong with blobs, and the translation of obstore's exceptions into it."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from obstore.exceptions import BaseError

from callscribe.errors import CallScribeError, Unavailable

NOTHING_THERE: Final = frozenset({errno.ENOTDIR, errno.EISDIR, errno.ELOOP})
"""What a folder answers where, by the key's very spelling, no blob can be: no other try will find one."""

_ERRNO = re.compile(r"\(os error (\d+)\)")


class BlobNotFound(CallScribeError):
    """No blob has that key."""

    code = "blob_not_found"


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """Raise ``Unavailable`` in place of what obstore raises; ``doing`` begins the sentence."""
    try:
        yield
    except (BaseError, OSError) as error:
        message = f"{doing}: the blob store answers {_first_line(error)!r}; see to its disk or its server and retry"
        raise Unavailable(message) from error


@contextmanager
def finding(doing: str) -> Iterator[None]:
    """The same for what is done with a blob that there should be: raises ``BlobNotFound`` where there is none."""
    with translated(doing):
        try:
            yield
        except (BaseError, OSError) as error:
            if not _tells_of_nothing(error):
                raise
            message = f"{doing}: no such blob"
            raise BlobNotFound(message) from error


def _tells_of_nothing(error: Exception) -> bool:
    if isinstance(error, FileNotFoundError):
        return True
    # Of the other errors of a folder only obstore's message has the number.
    number = _ERRNO.search(_first_line(error))
    return number is not None and int(number.group(1)) in NOTHING_THERE


def _first_line(error: Exception) -> str:
    """An obstore message without the Rust structure that follows it."""
    return (str(error).splitlines() or [type(error).__name__])[0]
