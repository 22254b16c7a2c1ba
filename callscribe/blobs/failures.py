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


class BlobForbidden(Unavailable):
    """The blob is there, and whoever put it into its folder does not let us at it."""


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
    """The same for what is done with a blob that there should be.

    Raises ``BlobNotFound`` where there is none, ``BlobForbidden`` where a folder does not give it out.
    """
    with translated(doing):
        try:
            yield
        except (BaseError, OSError) as error:
            if isinstance(error, FileNotFoundError) or _number(error) in NOTHING_THERE:
                message = f"{doing}: no such blob"
                raise BlobNotFound(message) from error
            if _number(error) == errno.EACCES:
                message = f"{doing}: we are not permitted to: see to who owns its file and folder"
                raise BlobForbidden(message) from error
            raise


def _number(error: Exception) -> int | None:
    """A folder's error number, which only obstore's message has."""
    if isinstance(error, OSError):
        return error.errno
    found = _ERRNO.search(_first_line(error))
    return int(found.group(1)) if found else None


def _first_line(error: Exception) -> str:
    """An obstore message without the Rust structure that follows it."""
    return (str(error).splitlines() or [type(error).__name__])[0]
