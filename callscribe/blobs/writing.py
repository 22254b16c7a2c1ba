"""One blob's upload: finished when all went well, aborted when anything did not."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

from callscribe.blobs.failures import translated

_PARTS_IN_FLIGHT = 3


@asynccontextmanager
async def upload(store: LocalStore | S3Store, key: str, part_bytes: int) -> AsyncIterator[obstore.AsyncWritableFile]:
    """A writer whose blob appears when the block ends, and never when it raises or is cancelled.

    Holds up to four parts in memory. Raises ``Unavailable`` when the store refuses the end of the upload.
    """
    writer = obstore.open_writer_async(store, key, buffer_size=part_bytes, max_concurrency=_PARTS_IN_FLIGHT)
    try:
        yield writer
    except BaseException:
        # The reason why the block ended matters more than an abort that the store refuses too.
        with suppress(BaseError, OSError):
            await writer.__aexit__(*sys.exc_info())
        raise
    with translated(f"Writing {key}"):
        await writer.__aexit__(None, None, None)
