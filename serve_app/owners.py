"""Whose recordings a blob store holds: every database that keeps its own there says so before the first of them."""

from __future__ import annotations

from collections.abc import AsyncIterator

from callscribe.blobs import Blobs
from callscribe.blobs.keys import MEDIA, OWNERS, owner_key, task_of
from callscribe.store import Store

UNKNOWN = "unknown"
"""Who owns the recordings that were there first and that the database does not know."""

_CONTENT = b"A database of CallScribe keeps its recordings here. While there are several of them, none is swept.\n"


async def claim_blobs(store: Store, blobs: Blobs) -> frozenset[str]:
    """Say that this database keeps its recordings here; return who else does. Raises ``Unavailable``."""
    own = await store.identity()
    owners = await _owners(blobs)
    if own not in owners:
        for owner in [UNKNOWN, own] if await _holds_unknown(store, blobs) else [own]:
            await blobs.put(owner_key(owner), _content())
        owners = await _owners(blobs)
    return owners - {own}


async def _owners(blobs: Blobs) -> frozenset[str]:
    return frozenset(key.removeprefix(owner_key("")) for key in await blobs.keys(OWNERS))


async def _holds_unknown(store: Store, blobs: Blobs) -> bool:
    tasks = {task_of(key) for key in await blobs.keys(MEDIA)}
    known = await store.statuses([task_id for task_id in tasks if task_id is not None])
    return not tasks <= known.keys()


async def _content() -> AsyncIterator[bytes]:
    yield _CONTENT
