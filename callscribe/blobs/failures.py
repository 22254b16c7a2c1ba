"""What goes wrong with blobs, and the translation of obstore's exceptions into it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from obstore.exceptions import BaseError

from callscribe.errors import CallScribeError, Unavailable


class BlobNotFound(CallScribeError):
    """No blob has that key."""

    code = "blob_not_found"


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """Raise ``BlobNotFound`` or ``Unavailable`` in place of what obstore raises; ``doing`` begins the sentence."""
    try:
        yield
    except FileNotFoundError as error:
        message = f"{doing}: no such blob"
        raise BlobNotFound(message) from error
    except (BaseError, OSError) as error:
        message = f"{doing}: the blob store answers {_first_line(error)!r}; see to its disk or its server and retry"
        raise Unavailable(message) from error


def _first_line(error: Exception) -> str:
    """An obstore message without the Rust structure that follows it."""
    return (str(error).splitlines() or [type(error).__name__])[0]
